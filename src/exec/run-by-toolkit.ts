import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { exec } from '@actions/exec';
import { limit, unlessAborted } from '../base/time-limit.ts';
import type { Argv } from './argv.ts';
import { childEnvironment, setsPath } from './child-environment.ts';
import {
  CommandError,
  CommandTimeout,
  DEFAULT_TIMEOUT_MS,
  type RunOptions,
  type RunResult,
} from './executor.ts';
import { leaveBehind } from './left-behind.ts';
import { notStarted } from './not-started.ts';
import { collectOutput } from './output.ts';

const WHERE = 'the runner';

/** The exit code of a command that a signal ended: the toolkit does not say which signal. */
const BY_SIGNAL = 128;

/**
 * The longest command line and environment of a call, in characters. Linux refuses a word of
 * 128 KiB. The toolkit would lose that error: the call would never settle.
 */
const LONGEST = 100_000;

/**
 * Whether @actions/exec runs this call as `node:child_process` would. The toolkit breaks the step
 * if a command ends before it has read its input (EPIPE), looks programs up in the PATH of this
 * process alone, and never settles if the system refuses a word.
 */
export function isForToolkit(argv: Argv, options: RunOptions): boolean {
  const { stdin, env = {}, mayRunOn = false } = options;
  if (!mayRunOn || stdin !== undefined || setsPath(env)) return false;
  const words = [...argv, ...Object.entries(env).flat()].filter((word) => word !== undefined);
  const length = words.reduce((sum, word) => sum + word.length, 0);
  return length < LONGEST && words.every((word) => !word.includes('\0'));
}

/**
 * Runs a command by @actions/exec. On abort and at the time limit it rejects at once, and the
 * command runs on to its end. A command that reads its input waits for it until the time limit.
 */
export async function runByToolkit(argv: Argv, options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const stdout = collectOutput(options.onLine);
  const stderr = collectOutput(options.onLine);
  using bounds = limit([options.signal], timeoutMs, () => {
    const output = { stdout: stdout.text(), stderr: stderr.text() };
    return new CommandTimeout(WHERE, argv, timeoutMs, output);
  });
  const take = (output: typeof stdout) => (chunk: Buffer) => {
    if (bounds.signal.aborted) return;
    try {
      output.write(chunk);
    } catch (error) {
      bounds.stop(error);
    }
  };
  const listeners = { stdout: take(stdout), stderr: take(stderr) };
  bounds.signal.addEventListener('abort', leaveBehind);
  const code = await unlessAborted(start(argv, options, timeoutMs, listeners), bounds.signal);
  bounds.signal.throwIfAborted();
  stdout.end();
  stderr.end();
  const result = { exitCode: code ?? BY_SIGNAL, stdout: stdout.text(), stderr: stderr.text() };
  if (code === null) throw new CommandError(WHERE, argv, result, 'a signal');
  if (code !== 0 && !options.anyExitCode) throw new CommandError(WHERE, argv, result);
  return result;
}

type Listeners = Readonly<Record<'stdout' | 'stderr', (chunk: Buffer) => void>>;

/** The exit code; null if a signal ended the command, which the types of the toolkit leave out. */
async function start(
  [program, ...args]: Argv,
  options: RunOptions,
  timeoutMs: number,
  listeners: Listeners,
): Promise<number | null> {
  const { cwd } = options;
  try {
    return await exec(quoted(program), args, {
      ...(cwd !== undefined && { cwd }),
      env: childEnvironment(process.env, options),
      silent: true,
      ignoreReturnCode: true,
      // As `node:child_process`: a child that keeps the output open belongs to the command.
      delay: timeoutMs,
      listeners,
    });
  } catch (error) {
    throw notStarted({ program, cwd, cause: asOfNode(program, cwd, error as Error) });
  }
}

/** One word of the toolkit's command line, for a path with blanks. */
function quoted(program: string): string {
  return `"${program.replaceAll('"', '\\"')}"`;
}

/**
 * The error that Node would have had. The toolkit has the same words for a program that is missing
 * and for one that may not be run.
 */
function asOfNode(program: string, cwd: string | undefined, error: Error): Error {
  if (!/^Unable to locate executable file|^The cwd: /.test(error.message)) return error;
  const isThere = basename(program) !== program && existsSync(resolve(cwd ?? '', program));
  const code = isThere ? 'EACCES' : 'ENOENT';
  return Object.assign(new Error(`spawn ${program} ${code}`), { code });
}
