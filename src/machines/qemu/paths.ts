import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type ClusterFolder,
  clusterFolder,
  type MachineFolder,
  machineFolder,
} from '../virtual-machine/folders.ts';
import { machineIndexes } from '../virtual-machine/records.ts';
import { MOST_MACHINES } from '../virtual-machine/subnet.ts';

/** Longest path of a Unix socket on Linux (unix(7): 108 bytes, one of them the end). */
const SOCKET_PATH_MAX = 107;

/**
 * The index of the machine that an image is prepared on: beyond those of all others, and found with
 * them.
 */
export const WORKBENCH = MOST_MACHINES + 1;

/**
 * Where everything of one cluster is, and what its parts in the kernel are called: nothing of it
 * has another name.
 */
export interface ClusterPlaces extends ClusterFolder {
  /** Network namespace with the bridge of its machines. */
  readonly namespace: string;
  /** The runner's end of the cable to the bridge. */
  readonly uplink: string;
  /** What its network interfaces begin with. */
  readonly linkPrefix: string;
}

/** Where everything of one machine is. */
export interface MachinePlaces extends MachineFolder {
  readonly socket: string;
  readonly pidFile: string;
  readonly tap: string;
}

export function clusterPlaces(state: string, cluster: string): ClusterPlaces {
  const places = clusterFolder(state, cluster);
  // An interface has 15 characters at most, and another user may have a cluster of the same name.
  const hash = createHash('sha256').update(places.folder).digest('hex').slice(0, 8);
  const linkPrefix = `su${hash}-`;
  return {
    ...places,
    namespace: `swarm-up-${cluster}-${hash}`,
    uplink: `${linkPrefix}h`,
    linkPrefix,
  };
}

/** Host name of a machine. */
export function machineName(cluster: string, index: number): string {
  return `${cluster}-${index === WORKBENCH ? 'prepare' : index}`;
}

export function machinePlaces(cluster: ClusterPlaces, index: number): MachinePlaces {
  const places = machineFolder(cluster, index, 'qcow2');
  const { folder } = places;
  return {
    ...places,
    socket: join(folder, 'qmp.sock'),
    pidFile: join(folder, 'pid'),
    tap: `${cluster.linkPrefix}${index}`,
  };
}

/** Whether the sockets of a cluster's machines have paths that are too long for a socket. */
export function isTooDeep(cluster: ClusterPlaces): boolean {
  return Buffer.byteLength(machinePlaces(cluster, 999).socket) > SOCKET_PATH_MAX;
}

/** Places of every machine that a cluster has a folder for, in the order of their index. */
export async function machinesOf(cluster: ClusterPlaces): Promise<MachinePlaces[]> {
  return (await machineIndexes(cluster)).map((index) => machinePlaces(cluster, index));
}
