import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { limit } from '../base/time-limit.ts';
import type { Argv } from './argv.ts';
import { commandStream } from './command-stream.ts';
import { endProcess } from './end-process.ts';
import {
  CommandError,
  CommandTimeout,
  DEFAULT_TIMEOUT_MS,
  type Executor,
  type RunOptions,
  type RunResult,
} from './executor.ts';
import { collectOutput } from './output.ts';
import { isForToolkit, runByToolkit } from './run-by-toolkit.ts';
import { runOutliving } from './run-outliving.ts';
import { type Ending, ended, startChild } from './start-child.ts';
import { abandonInput, writeInput } from './stdin.ts';

const WHERE = 'the runner';

/** Between SIGTERM and SIGKILL, in ms. */
const GRACE_MS = 2_000;

/**
 * How long a process may take to go after SIGKILL, in ms: one that waits inside the kernel cannot
 * be killed.
 */
const KILL_MS = 1_000;

/**
 * Runs commands on the machine of the action itself, without a shell. A command that `mayRunOn` runs
 * by @actions/exec. The others run by node:child_process, because @actions/exec can neither end a
 * command nor stream its standard input.
 */
export const runner: Executor = { where: WHERE, run, open };

async function run(argv: Argv, options: RunOptions = {}): Promise<RunResult> {
  if (isForToolkit(argv, options)) return await runByToolkit(argv, options);
  if (options.outlives) return await runOutliving(argv, options, options.outlives);
  try {
    return await runFed(argv, options);
  } finally {
    abandonInput(options.stdin);
  }
}

async function runFed(argv: Argv, options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const stdout = collectOutput(options.onLine);
  const stderr = collectOutput(options.onErrorLine ?? options.onLine);
  using bounds = limit([options.signal], timeoutMs, () => {
    const output = { stdout: stdout.text(), stderr: stderr.text() };
    return new CommandTimeout(WHERE, argv, timeoutMs, output);
  });
  const child = await startChild(
    argv,
    [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    options,
  );
  const stopped = stopOn(bounds.signal, child);
  const take = (output: typeof stdout) => (chunk: Buffer) => {
    try {
      output.write(chunk);
    } catch (error) {
      bounds.stop(error);
    }
  };
  child.stdout?.on('data', take(stdout));
  child.stderr?.on('data', take(stderr));
  if (child.stdin) writeInput(options.stdin, child.stdin, bounds.stop);

  const ending = await Promise.race([ended(child), stopped]);
  bounds.signal.throwIfAborted();
  stdout.end();
  stderr.end();
  const result = { exitCode: ending.code, stdout: stdout.text(), stderr: stderr.text() };
  if (ending.signal) throw new CommandError(WHERE, argv, result, ending.signal);
  if (result.exitCode !== 0 && !options.anyExitCode) throw new CommandError(WHERE, argv, result);
  return result;
}

async function open(argv: Argv): Promise<Duplex> {
  const child = await startChild(argv, ['pipe', 'pipe', 'pipe']);
  if (!child.stdin || !child.stdout) throw new Error('A child with pipes has both streams.');
  const stderr = collectOutput();
  child.stderr?.on('data', stderr.write);
  const stop = new AbortController();
  const stopped = stopOn(stop.signal, child, true);
  return commandStream({
    stdin: child.stdin,
    stdout: child.stdout,
    stop: () => stop.abort(),
    ended: Promise.race([ended(child), stopped]).then(({ code, signal }) => {
      if (code === 0) return undefined;
      const result = { exitCode: code, stdout: '', stderr: stderr.text() };
      return new CommandError(WHERE, argv, result, signal);
    }),
  });
}

/**
 * Ends the child's group on abort. Its input ends at once only in a conversation; else not before
 * the child has gone, because it would take the part that it has for the whole. Resolves only for a
 * child that will not go, so that nobody waits for it forever.
 */
async function stopOn(
  signal: AbortSignal,
  child: ChildProcess,
  isConversation = false,
): Promise<Ending> {
  return await new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      endProcess(child, 'SIGTERM');
      // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
      if (isConversation) child.stdin?.destroy();
      timer = setTimeout(() => {
        endProcess(child, 'SIGKILL');
        child.stdout?.destroy();
        child.stderr?.destroy();
        timer = setTimeout(() => {
          child.stdin?.destroy();
          child.unref();
          resolve({ code: 128 + constants.signals.SIGKILL, signal: 'SIGKILL' });
        }, KILL_MS);
      }, GRACE_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.once('close', () => {
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    });
    if (signal.aborted) stop();
  });
}
