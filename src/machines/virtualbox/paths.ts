import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ClusterId } from '../ownership.ts';
import {
  type ClusterFolder,
  type MachineFolder,
  machineFolder,
} from '../virtual-machine/folders.ts';

/** The folder of VirtualBox's groups that all machines of this action are in. */
const GROUPS = 'swarm-up';

/** Of the ids of machines alone (RFC 9562): nobody else makes one of the same words. */
const NAMESPACE = '3f6c9e0a1d5b4c7e8a2f6b9d0e4c7a15';

/** Host name of a machine, and its name in VirtualBox. */
export function machineName(cluster: string, index: number): string {
  return `${cluster}-${index}`;
}

/**
 * The UUID of a machine: the same in every run, so that it is known before it is made and needs no
 * record to be found. VirtualBox takes the same name twice, and no UUID.
 */
export function machineId({ repository, cluster }: ClusterId, index: number): string {
  const hash = createHash('sha1')
    .update(Buffer.from(NAMESPACE, 'hex'))
    .update(`${repository}/${cluster}/${index}`)
    .digest()
    .subarray(0, 16);
  // Version 5, and the variant of the RFC.
  hash.writeUInt8(((hash[6] ?? 0) & 0x0f) | 0x50, 6);
  hash.writeUInt8(((hash[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = hash.toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function groupName({ repository, cluster }: ClusterId): string {
  return `${repository}-${cluster}`;
}

/** The group of a cluster in VirtualBox. */
export function groupOf(id: ClusterId): string {
  return `/${GROUPS}/${groupName(id)}`;
}

/** Whose a group is by its name; undefined where it is none of this action. */
export function clusterOfGroup(group: string): ClusterId | undefined {
  const [, repository, cluster] = /^\/swarm-up\/([^/-]+)-([a-z0-9-]+)$/.exec(group) ?? [];
  return repository && cluster ? { repository, cluster } : undefined;
}

/** Whose a machine is by the path of its settings; undefined where it is none of this action. */
export function clusterOfSettings(path: string): ClusterId | undefined {
  const [, repository, cluster] =
    /[/\\]swarm-up[/\\]([^/\\-]+)-([a-z0-9-]+)[/\\]\2-\d+[/\\][^/\\]+$/.exec(path) ?? [];
  return repository && cluster ? { repository, cluster } : undefined;
}

/** The internal network of a cluster. */
export function networkOf(id: ClusterId): string {
  return `swarm-up-${groupName(id)}`;
}

/** Where VirtualBox keeps the settings of a machine that it makes in the folder of a cluster. */
export function settingsFolder({ folder }: ClusterFolder, id: ClusterId, index: number): string {
  return join(folder, GROUPS, groupName(id), machineName(id.cluster, index));
}

export function machinePlaces(cluster: ClusterFolder, index: number): MachineFolder {
  return machineFolder(cluster, index, 'vdi');
}
