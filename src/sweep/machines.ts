import type { Driver } from '../machines/driver.ts';
import type { Estate } from '../sweep.ts';

/** Clusters whose machines were made for them. */
export function machinesEstate(driver: Driver, signal: AbortSignal): Estate {
  return {
    list: () => driver.clusters(signal),
    remove: async ({ owner }) => {
      await driver.destroyCluster(owner);
      return undefined;
    },
  };
}
