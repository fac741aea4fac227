import { randomBytes } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ActionError } from '../base/errors.ts';

const PREFIX = 'swarm-up-ssh-';
const NAME = /^swarm-up-ssh-[0-9a-f]{8}$/;

/** A folder for the SSH files of one step, in the folder for temporary files. It is not made. */
export function newSshFolder(temp: string): string {
  return join(temp, PREFIX + randomBytes(4).toString('hex'));
}

/**
 * The path of a folder that `newSshFolder` named, whether it is there or not. Throws `ActionError`
 * where it is anything else, since another program may have written the name: not in `temp`, a
 * link, no folder, or that of another user.
 */
export async function ownSshFolder(folder: string, temp: string): Promise<string> {
  const path = resolve(folder);
  const reason = await reasonToLeave(path, temp);
  if (reason === undefined) return path;
  throw new ActionError(
    `The folder of the SSH files is not the one that the main step made: ${folder}`,
    {
      details: reason,
      hint: 'It was left as it is. Something else has written the state of this step. Look into the folder, and remove it yourself if it holds keys of this job.',
    },
  );
}

async function reasonToLeave(path: string, temp: string): Promise<string | undefined> {
  if (!NAME.test(basename(path))) {
    return `Its name is not \`${PREFIX}\` with eight hexadecimal digits.`;
  }
  const places = [dirname(path), temp].map((one) => realpath(one).catch(() => undefined));
  const [place, own] = await Promise.all(places);
  if (place === undefined || place !== own) return `It is not in RUNNER_TEMP, ${temp}.`;
  return await whyNotOurs(path);
}

/**
 * Why what lies there was not made by this user as a folder; undefined where nothing lies there.
 */
export async function whyNotOurs(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isSymbolicLink()) return 'It is a link.';
  if (!found.isDirectory()) return 'It is no folder.';
  const user = process.getuid?.() ?? found.uid;
  return found.uid === user ? undefined : `It belongs to another user (uid ${found.uid}).`;
}
