import { changeRefused, type Guard } from '../exec/read-only-executor.ts';
import type { Driver, MachineDriver } from './driver.ts';

/**
 * The same driver for a dry run: it tells what there is, and refuses what makes, changes or removes
 * something. Each connection to one of its machines has to go through `guard`.
 */
export function readOnlyDriver(driver: Driver, guard: Guard): Driver {
  // By name, so that a part that comes later is left out. `entered`, `admit` and `lead` change
  // machines, and `makeReady` the runner.
  const core = {
    guard,
    name: driver.name,
    list: driver.list,
    target: driver.target,
    addressPools: driver.addressPools,
    mtu: driver.mtu,
    inside: driver.inside,
    commandOn: driver.commandOn,
    diagnostics: driver.diagnostics,
  };
  if (!driver.makesMachines) {
    return { ...core, makesMachines: false, adoption: driver.adoption, roles: driver.roles };
  }
  const refused = (what: keyof MachineDriver) => async (): Promise<never> => {
    throw changeRefused('the runner', `${what} of the driver ${driver.name}`);
  };
  return {
    ...core,
    makesMachines: true,
    onRunner: driver.onRunner,
    clusters: driver.clusters,
    isGone: driver.isGone,
    plan: driver.plan,
    refusePorts: driver.refusePorts,
    ipsecObstacle: driver.ipsecObstacle,
    survivesRestart: driver.survivesRestart,
    installsEngine: driver.installsEngine,
    engine: driver.engine,
    vendorTime: driver.vendorTime,
    wayIn: driver.wayIn,
    check: refused('check'),
    prepare: refused('prepare'),
    create: refused('create'),
    destroy: refused('destroy'),
    destroyCluster: refused('destroyCluster'),
    renew: refused('renew'),
  };
}
