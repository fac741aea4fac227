import { type Clock, systemClock, until } from '../base/clock.ts';
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
  const isAnswer = ({ exitCode, stderr }: RunResult) =>
    exitCode === 0 || engineAbsence(stderr) === undefined;
  const wait = { clock, signal: options.signal, limitMs: RESTART_MS, everyMs: POLL_MS };
  const ask = () => executor.run(argv, { anyExitCode: true, ...options });
  const result = await until(ask, isAnswer, wait);
  if (isAnswer(result)) return result;
  throw new AbsentEngine(executor.where, result.stderr);
}
