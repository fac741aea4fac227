import type { Machine, Place } from '../../driver.ts';

/** A machine as a cloud's driver has found it. */
export interface FoundAtCloud
  extends Pick<Machine, 'name' | 'index' | 'owner' | 'labels' | 'state' | 'address'> {
  /** In the private network; undefined while it is in none. */
  readonly privateAddress: string | undefined;
  readonly place: Place;
}

/** Every port is reached at the machine's own address, so nothing on the runner leads there. */
export function machineOfCloud(found: FoundAtCloud): Machine {
  const { name, index, owner, labels, state, address, privateAddress, place } = found;
  return {
    ...{ name, index, owner, labels, state, address, place },
    ...{ advertise: privateAddress, dataPath: undefined, localPorts: new Map() },
  };
}
