import { askTime } from '../engine/wall-clock.ts';
import type { MachineDriver } from '../machines/driver.ts';
import type { ClusterSource } from './sweep.ts';

/** Clusters whose machines were made for them. */
export function machinesSource(driver: MachineDriver, signal: AbortSignal): ClusterSource {
  return {
    list: () => driver.clusters(signal),
    clocks: async (_cluster, now) => {
      if (!driver.engine) return [];
      using api = driver.engine();
      return [await askTime('the engine of the runner', api, { signal, now })];
    },
    remove: async ({ owner }) => {
      await driver.destroyCluster(owner);
      return undefined;
    },
  };
}
