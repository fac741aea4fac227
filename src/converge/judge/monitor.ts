import type { Service, Task } from '../../swarm/objects.ts';
import { isRunning } from './slots.ts';

/**
 * How long the tasks of a service are to be watched for its monitor period, in ms: not at all where
 * each had run for as long before the service was last changed. Every deployment changes it, if only
 * its version, so those are no new tasks. When a task was created is told by the manager's clock, as
 * the change is; since when it runs, by the clock of its node, which may differ. Both have to be
 * long ago.
 */
export function toWatchMs(
  monitorMs: number,
  { UpdatedAt }: Pick<Service, 'UpdatedAt'>,
  current: readonly Task[],
): number {
  const until = Date.parse(UpdatedAt) - monitorMs;
  const isOld = ({ CreatedAt, Status: { Timestamp = '' } }: Task) =>
    Date.parse(CreatedAt) <= until && Date.parse(Timestamp) <= until;
  return current.filter(isRunning).every(isOld) ? 0 : monitorMs;
}
