import { askTime, skewOf } from '../../engine/wall-clock.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Run } from '../run.ts';

/**
 * An expiry is written by the clock of this runner, and compared with those of others: where that
 * of the manager is far from it, that is a warning. Machines that were made here have the clock of
 * what they were made on.
 */
export async function warnOfSkew(
  { owner, driver, signal, reporter }: Pick<Run, 'owner' | 'driver' | 'signal' | 'reporter'>,
  { manager: { name, api } }: { readonly manager: Pick<ConnectedMachine, 'name' | 'api'> },
  now: () => Date = () => new Date(),
): Promise<void> {
  if (owner.expires === undefined || (driver.makesMachines && driver.onRunner)) return;
  const skew = skewOf(await askTime(name, api, { signal, now }));
  if (skew !== undefined) reporter.log.warning(skew, { title: 'Swarm Up, clocks' });
}
