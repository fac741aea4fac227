import { type Clock, systemClock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import type { Argv } from '../exec/argv.ts';
import { CommandError, type Executor, type RunOptions, type RunResult } from '../exec/executor.ts';
import { AbsentEngine, engineAbsence } from './absent-engine.ts';

/**
 * How long an engine that does not answer is asked again, in ms: as long as a connection that was
 * lost is tried.
 */
export const PATIENCE_MS = 120_000;
const POLL_MS = 1_000;

/**
 * The same executor, which waits for an engine that is not there, as one that restarts: a command
 * that no engine has heard of is begun again, and one that may have reached the engine where it is
 * repeatable. After `PATIENCE_MS` it rejects with an `ActionError` that has the client's words.
 * Whoever asks the engine's API through it is as patient. `log` is told once that the engine is
 * away, and once that it is back.
 */
export function patientExecutor<E extends Executor>(
  executor: E,
  {
    log,
    clock = systemClock,
  }: {
    readonly log: { info(line: string): void; warning(message: string): void };
    readonly clock?: Clock | undefined;
  },
): E {
  const engine = `Docker Engine on ${executor.where}`;
  let awaySince: number | undefined;
  const patience = {
    limitMs: PATIENCE_MS,
    silent: (words: string) => {
      if (awaySince !== undefined) return;
      awaySince = clock.now();
      log.info(
        `${engine} does not answer (${words.trim()}); it is asked again, for ${formatDuration(PATIENCE_MS)} at most`,
      );
    },
    answered: () => {
      if (awaySince === undefined) return;
      const seconds = ((clock.now() - awaySince) / 1000).toFixed(1);
      awaySince = undefined;
      log.warning(`${engine} did not answer, and does again ${seconds} s later.`);
    },
  };
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    for (let until: number | undefined; ; ) {
      const { result, error } = await outcomeOf(executor, argv, options);
      const words = result.exitCode === 0 ? undefined : absence(result, options);
      if (words === undefined) {
        if (until !== undefined) patience.answered();
        if (error) throw error;
        return result;
      }
      until ??= clock.now() + PATIENCE_MS;
      if (clock.now() > until) throw new AbsentEngine(executor.where, words);
      patience.silent(words);
      await clock.sleep(POLL_MS, options.signal);
    }
  };
  return { ...executor, patience, run };
}

async function outcomeOf(
  executor: Executor,
  argv: Argv,
  options: RunOptions,
): Promise<{ readonly result: RunResult; readonly error?: CommandError }> {
  try {
    return { result: await executor.run(argv, options) };
  } catch (error) {
    if (error instanceof CommandError) return { result: error.result, error };
    throw error;
  }
}

/** What a command says of an engine that is not there, where it may be begun again. */
function absence({ stderr }: RunResult, { stdin, repeatable }: RunOptions): string | undefined {
  const isWhole = stdin === undefined || typeof stdin === 'string' || stdin instanceof Uint8Array;
  const kind = engineAbsence(stderr);
  if (kind === undefined || !isWhole) return undefined;
  return kind === 'not begun' || repeatable === true ? stderr : undefined;
}
