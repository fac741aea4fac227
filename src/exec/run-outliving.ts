import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { limit } from '../base/time-limit.ts';
import type { Argv } from './argv.ts';
import { interruptProcess } from './end-process.ts';
import {
  CommandError,
  CommandTimeout,
  DEFAULT_TIMEOUT_MS,
  type Outliving,
  type RunOptions,
  type RunResult,
} from './executor.ts';
import { collectOutput } from './output.ts';
import { ended, startChild } from './start-child.ts';

const WHERE = 'the runner';
/** Between two looks at what the command has written, in ms. */
const LOOK_MS = 200;
const CHUNK_BYTES = 64 * 1024;

/**
 * Runs a command on the runner that is never killed, and goes on if this process ends. Settles and
 * throws as `Executor.run`; after an abort or the time limit the command may still be running.
 */
export async function runOutliving(
  argv: Argv,
  options: RunOptions,
  { folder, stopMs }: Outliving,
): Promise<RunResult> {
  options.signal?.throwIfAborted();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  using stdout = openOutput(join(folder, 'stdout'), options.onLine);
  using stderr = openOutput(join(folder, 'stderr'), options.onErrorLine ?? options.onLine);
  using bounds = limit([options.signal], timeoutMs, () => {
    const output = { stdout: stdout.text(), stderr: stderr.text() };
    return new CommandTimeout(WHERE, argv, timeoutMs, output);
  });
  const { signal } = bounds;
  const child = await startChild(argv, ['ignore', stdout.file, stderr.file], options);
  const ending = ended(child);
  const reader = setInterval(() => {
    try {
      stdout.read();
      stderr.read();
    } catch (error) {
      bounds.stop(error);
    }
  }, LOOK_MS);
  using _ = { [Symbol.dispose]: () => clearInterval(reader) };
  const stopped = once(signal).then(async () => {
    interruptProcess(child);
    const isAborted = options.signal?.aborted ?? false;
    const limitMs = isAborted ? stopMs.aborted : stopMs.timedOut;
    await Promise.race([ending, wait(limitMs, undefined, { ref: false })]);
    child.unref();
    return undefined;
  });
  const end = await Promise.race([ending, stopped]);
  signal.throwIfAborted();
  if (!end) throw new Error('A command is left only after an abort or its time limit.');
  stdout.end();
  stderr.end();
  const result = { exitCode: end.code, stdout: stdout.text(), stderr: stderr.text() };
  if (end.signal) throw new CommandError(WHERE, argv, result, end.signal);
  if (result.exitCode !== 0 && !options.anyExitCode) throw new CommandError(WHERE, argv, result);
  return result;
}

async function once(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A file that a command writes, and what has been read of it. Nobody else may read it. */
function openOutput(path: string, onLine: RunOptions['onLine']) {
  const file = openSync(path, 'w', 0o600);
  const readable = openSync(path, 'r');
  const output = collectOutput(onLine);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const read = () => {
    for (;;) {
      const length = readSync(readable, chunk);
      if (length === 0) return;
      output.write(chunk.subarray(0, length));
    }
  };
  return {
    file,
    read,
    end: () => {
      read();
      output.end();
    },
    text: output.text,
    [Symbol.dispose]: () => {
      closeSync(file);
      closeSync(readable);
    },
  };
}
