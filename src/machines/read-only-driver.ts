import { changeRefused, type Guard } from '../exec/read-only-executor.ts';
import type { Driver } from './driver.ts';

/**
 * The same driver for a dry run: it tells what there is, and refuses what makes, changes or removes
 * something. Each connection to one of its machines has to go through `guard`.
 */
export function readOnlyDriver(driver: Driver, guard: Guard): Driver {
  const refused = (what: keyof Driver) => async (): Promise<never> => {
    throw changeRefused('the runner', `${what} of the driver ${driver.name}`);
  };
  // Without `entered`, `admit` and `lead`: they change machines.
  return {
    name: driver.name,
    makesMachines: driver.makesMachines,
    addressPools: driver.addressPools,
    adoption: driver.adoption,
    guard,
    list: driver.list,
    target: driver.target,
    clusters: driver.clusters,
    isGone: driver.isGone,
    diagnostics: driver.diagnostics,
    ...(driver.installsEngine !== undefined && { installsEngine: driver.installsEngine }),
    ...(driver.engine && { engine: driver.engine }),
    ...(driver.wayIn && { wayIn: driver.wayIn }),
    ...(driver.commandOn && { commandOn: driver.commandOn }),
    ...(driver.inside && { inside: driver.inside }),
    check: refused('check'),
    prepare: refused('prepare'),
    create: refused('create'),
    destroy: refused('destroy'),
    destroyCluster: refused('destroyCluster'),
    renew: refused('renew'),
  };
}
