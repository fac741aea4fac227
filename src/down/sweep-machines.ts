import { askTime, type WallClock } from '../engine/wall-clock.ts';
import type { MachineDriver } from '../machines/driver.ts';
import type { ClusterSource } from './cluster-source.ts';

/** Clusters whose machines were made for them. */
export function machinesSource(driver: MachineDriver, signal: AbortSignal): ClusterSource {
  return {
    list: () => driver.clusters(signal),
    clocks: (_cluster, now) => clocksOf(driver, now, signal),
    remove: async ({ owner }) => {
      await driver.destroyCluster(owner);
      return undefined;
    },
  };
}

/** Beside that of this runner: the clock of the engine, or that of the vendor. */
async function clocksOf(
  driver: MachineDriver,
  now: () => Date,
  signal: AbortSignal,
): Promise<readonly WallClock[]> {
  const told = driver.vendorTime?.(now);
  if (told) return [told];
  if (!driver.engine) return [];
  using api = driver.engine();
  return [await askTime('the engine of the runner', api, { signal, now })];
}
