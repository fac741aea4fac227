import type { Service, Task } from '../../swarm/objects.ts';
import { isEarlier } from './failures.ts';
import { currentTasks, hasEnded, type Mode } from './slots.ts';
import type { Trouble } from './trouble.ts';

/**
 * For reading a service between the pause of its update and the one task that the engine makes all
 * the same, in ms (seen with 26.1.5).
 */
const LAST_TASK_GRACE_MS = 5_000;

/**
 * What is left of a pause where all tasks are well, and those that ended were meant to: for the
 * engine whatever ends in the monitor period has failed, with exit code 0 too. It is no trouble
 * where all of the work was done. It is where slots were left out, and where `history`, every task
 * of the service, is not known, or says that what ended has replaced what ran on.
 */
export function afterPause(
  paused: Trouble,
  service: Service,
  mode: Mode,
  current: readonly Task[],
  isComplete: boolean,
  history: readonly Task[] | undefined,
): Trouble | undefined {
  if (isComplete) {
    return history && !hasReplacedServers(service, mode, history) ? undefined : paused;
  }
  return current.every(hasEnded) ? { ...paused, afterMs: LAST_TASK_GRACE_MS } : undefined;
}

/** Whether the tasks before this deployment ran until they were told to stop. */
function hasReplacedServers(service: Service, mode: Mode, history: readonly Task[]): boolean {
  const before = history.filter((task) => isEarlier(task, service));
  // What ran on a node that is down now counts, too.
  return currentTasks(mode, before, []).some(({ Status }) => Status.State === 'shutdown');
}
