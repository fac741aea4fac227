import * as z from 'zod';
import { type ClusterId, type Labels, type Owner, ownerLabels, ownerOf } from '../ownership.ts';
import {
  type ClusterFolder,
  type MachineFolder,
  machineFolder,
} from '../virtual-machine/folders.ts';

/** Host name of a machine. */
export function machineName(cluster: string, index: number): string {
  return `${cluster}-${index}`;
}

/** Name of the switch and of the NAT of a cluster. */
export function networkOf({ repository, cluster }: ClusterId): string {
  return `su-${repository}-${cluster}`;
}

/** Name of a machine in Hyper-V: all users and repositories of the computer have one list. */
export function nameInHyperv(id: ClusterId, index: number): string {
  return `${networkOf(id)}-${index}`;
}

/** Number of the machine of a cluster that has this name in Hyper-V; undefined if none has. */
export function indexOf(id: ClusterId, name: string): number | undefined {
  const begin = `${networkOf(id)}-`;
  const rest = name.startsWith(begin) ? name.slice(begin.length) : '';
  return /^[1-9]\d{0,3}$/.test(rest) ? Number(rest) : undefined;
}

/** The cluster that a name of a machine in Hyper-V has in it. */
export function clusterOfMachine(name: string): ClusterId | undefined {
  return clusterOfNetwork(/^(.+)-[1-9]\d{0,3}$/.exec(name)?.[1] ?? '');
}

/** The cluster that a name of a switch or a NAT has in it. */
export function clusterOfNetwork(name: string): ClusterId | undefined {
  const [, repository, cluster] = /^su-([^-]+)-([a-z0-9-]+)$/.exec(name) ?? [];
  return repository && cluster ? { repository, cluster } : undefined;
}

/** The pipe of the first serial port of a machine. */
export function pipeOf(id: ClusterId, index: number): string {
  return `\\\\.\\pipe\\${nameInHyperv(id, index)}`;
}

export function machinePlaces(cluster: ClusterFolder, index: number): MachineFolder {
  return machineFolder(cluster, index, 'vhdx');
}

const labels = z.record(z.string(), z.string());

/** The labels of an owner, as notes of a machine or a switch. */
export function notesOf(owner: Owner): string {
  return JSON.stringify(ownerLabels(owner));
}

/** The owner that notes name; undefined where they name none. */
export function ownerInNotes(notes: string): Owner | undefined {
  const found = labels.safeParse(documentOf(notes));
  return found.success ? ownerOf(found.data as Labels) : undefined;
}

function documentOf(notes: string): unknown {
  try {
    return JSON.parse(notes);
  } catch {
    return undefined;
  }
}
