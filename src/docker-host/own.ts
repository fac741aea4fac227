import { rm } from 'node:fs/promises';
import { ActionError } from '../base/errors.ts';
import { commandLineOf, endProcess, isAlive, type ProcessId } from './background.ts';
import { isSocketFolder, SOCKET_FOLDER } from './local-end.ts';
import { whyNotOurs } from './ssh-folder.ts';

// What main has written down for post may have been changed since: a number may be anybody's, and a
// path may lead anywhere.

/**
 * Parses what was written down of `what`. Throws `ActionError` when something else has changed it.
 */
export function readRecord<T>(
  what: string,
  path: string,
  text: string,
  parse: (value: unknown) => T,
): T {
  try {
    return parse(JSON.parse(text));
  } catch (cause) {
    throw new ActionError(`What was written down of ${what} cannot be read: ${path}`, {
      details: text,
      hint: 'Something else has changed it. No process was ended; the runner ends what is left with the job.',
      cause,
    });
  }
}

/**
 * Ends a process that still runs if its command line is that of `what`. Windows tells no command
 * line; there its start time decides. Throws `ActionError` for any other process, which is left.
 */
export async function endOwn(
  what: string,
  id: ProcessId,
  isOwn: (argv: readonly string[]) => boolean,
): Promise<void> {
  if (!(await isAlive(id))) return;
  const argv = await commandLineOf(id.pid);
  if (argv === undefined) return;
  if (argv.length === 0 || isOwn(argv)) return await endProcess(id);
  throw new ActionError(`Process ${id.pid} on the runner is not ${what}, so it was left`, {
    details: argv.join(' '),
    hint: `Something else has changed what was written down of ${what}.`,
  });
}

/**
 * Removes the folder of a socket. Throws `ActionError` for a path that nobody made for one, which
 * is left.
 */
export async function removeSocketFolder(what: string, path: string): Promise<void> {
  const reason = isSocketFolder(path)
    ? await whyNotOurs(path)
    : `Its name is not \`${SOCKET_FOLDER}\` with six characters.`;
  if (reason === undefined) return await rm(path, { recursive: true, force: true });
  throw new ActionError(`The folder of ${what}'s socket was not made for it: ${path}`, {
    details: reason,
    hint: `It was left as it is. Something else has changed what was written down of ${what}.`,
  });
}
