import type { Argv } from '../exec/argv.ts';
import { CommandError, type RunOptions, type RunResult } from '../exec/executor.ts';
import { isNotFound } from '../exec/not-started.ts';
import { composeMissing, composeTooOld, isNotInstalled } from './errors/not-installed.ts';

/** How Compose is run on the files of a project. */
export type RunCompose = (
  args: readonly string[],
  options?: Pick<
    RunOptions,
    'stdin' | 'signal' | 'timeoutMs' | 'anyExitCode' | 'onLine' | 'mayRunOn'
  >,
) => Promise<RunResult>;

/** The words before those of Compose: as the plugin of docker, or as a program by itself. */
export const PLUGIN: Argv = ['docker', 'compose'];
export const PROGRAM: Argv = ['docker-compose'];

/** The first version that is the program of today; the one before was another program. */
const FIRST_MAJOR = 2;

/**
 * Compose by the first of `ways` that is there. Which one that is the first command finds out, so
 * that nothing more is run where the first is. Neither needs an engine to read a file. Rejects as
 * `run` does, and with `ActionError` that says what to install.
 */
export function composeRunner(
  run: (argv: Argv, options: RunOptions) => Promise<RunResult>,
  ways: readonly Argv[] = [PLUGIN, PROGRAM],
): RunCompose {
  let found: Argv | undefined;

  const by = (way: Argv, args: readonly string[], options: RunOptions) =>
    run([...way, ...args], options);

  return async (args, options = {}) => {
    if (found) return await by(found, args, options);
    let words = '';
    for (const way of ways) {
      const result = await unlessMissing(async () => {
        if (way !== PLUGIN) await refuseOldProgram((...asked) => by(way, ...asked), way, options);
        return await by(way, args, options);
      });
      if (typeof result !== 'string') {
        found = way;
        return result;
      }
      words ||= result;
    }
    throw composeMissing(words);
  };
}

/** What was run, or the words by which it is not there. */
async function unlessMissing(start: () => Promise<RunResult>): Promise<RunResult | string> {
  try {
    const result = await start();
    return isNotInstalled(result) ? firstLine(result.stderr) : result;
  } catch (error) {
    if (isNotFound(error)) return error.message;
    if (error instanceof CommandError && isNotInstalled(error.result)) {
      return firstLine(error.result.stderr);
    }
    throw error;
  }
}

/** Compose 1 was a program of Python that reads other files, and says other words. */
async function refuseOldProgram(
  ask: (args: readonly string[], options: RunOptions) => Promise<RunResult>,
  [program]: Argv,
  { signal, timeoutMs, mayRunOn }: RunOptions,
): Promise<void> {
  const options = { signal, timeoutMs, ...(mayRunOn && { mayRunOn }) };
  const { stdout } = await ask(['version', '--short'], { ...options, anyExitCode: true });
  const [, version, major] = /^v?((\d+)\.[\w.+~-]*)\s*$/.exec(stdout) ?? [];
  if (version === undefined || Number(major) >= FIRST_MAJOR) return;
  const reason = `docker has no plugin \`compose\`, and the program \`${program}\` is of before it.`;
  throw composeTooOld(version, { details: stdout.trim(), reason });
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
