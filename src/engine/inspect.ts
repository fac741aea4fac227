import { type Clock, systemClock } from '../base/clock.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor, RunResult } from '../exec/executor.ts';
import { AbsentEngine, engineAbsence } from './absent-engine.ts';

/**
 * How long an engine that is not there may take to come back, in ms: one that restarts needs
 * seconds.
 */
const RESTART_MS = 60_000;
const POLL_MS = 1_000;

/**
 * Runs `docker … inspect` for things that may not be there: one that is missing makes the exit code
 * non-zero, and the others are printed all the same. An engine that does not answer is no engine
 * that has nothing: it is asked again for a minute. Throws `ActionError` with the client's words if
 * it does not answer by then.
 */
export async function inspect(
  executor: Executor,
  argv: Argv,
  {
    clock = systemClock,
    ...options
  }: { readonly signal: AbortSignal; readonly repeatable?: boolean; readonly clock?: Clock },
): Promise<RunResult> {
  const until = clock.now() + RESTART_MS;
  for (;;) {
    const result = await executor.run(argv, { anyExitCode: true, ...options });
    if (result.exitCode === 0 || engineAbsence(result.stderr) === undefined) return result;
    if (clock.now() > until) throw new AbsentEngine(executor.where, result.stderr);
    await clock.sleep(POLL_MS, options.signal);
  }
}
