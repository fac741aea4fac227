import { clustersOf, ownedCluster } from '../cloud/found/clusters-of.ts';
import { objectName } from '../cloud/object-name.ts';
import type { OwnedCluster } from '../driver.ts';
import { INDEX_LABEL } from '../machine-labels.ts';
import { type ClusterId, isSameCluster, type Labels, type Owner, ownerOf } from '../ownership.ts';
import { type MachineRecord, readRecord, recordNames } from './records.ts';
import { type MachineFolder, machineNames, readFolder, type Storage } from './storage.ts';

/** A machine of this action's. */
export interface FoundMachine {
  /** What docker-machine calls it. */
  readonly name: string;
  readonly index: number;
  readonly owner: Owner;
  /** Undefined if it was lost, and the labels of its engine say whose it is. */
  readonly record: MachineRecord | undefined;
  readonly folder: MachineFolder;
}

/**
 * Every machine of a cluster of this name, of whatever repository; without a name, of all. By their
 * records, and by the labels of their engines; each with the name that this action gives. `ignored`
 * is told of what has labels and another name. In the order of their index. Calls nothing.
 */
export async function find(
  storage: Storage,
  ignored: (message: string) => void,
  { cluster, repository }: Partial<ClusterId> = {},
): Promise<readonly FoundMachine[]> {
  const names = new Set([...(await recordNames(storage)), ...(await machineNames(storage))]);
  const found: FoundMachine[] = [];
  for (const name of [...names].sort()) {
    const one = await findMachine(storage, name, ignored);
    const isMeant =
      (cluster === undefined || one?.owner.cluster === cluster) &&
      (repository === undefined || one?.owner.repository === repository);
    if (one && isMeant) found.push(one);
  }
  return found.sort((a, b) => a.index - b.index);
}

/** One machine by the name that docker-machine has; undefined if it is not this action's. */
export async function findMachine(
  storage: Storage,
  name: string,
  ignored: (message: string) => void = () => {},
): Promise<FoundMachine | undefined> {
  const record = await readRecord(storage, name);
  const folder = await readFolder(storage, name);
  const labels = record?.labels ?? (folder.kind === 'known' ? folder.labels : {});
  const owner = ownerOf(labels);
  const index = indexOf(labels);
  if (owner && index !== undefined && name === objectName(owner, index)) {
    return { name, index, owner, record, folder };
  }
  if (owner) {
    ignored(
      `The machine ${name} of docker-machine has labels of Swarm Up, and not the name that Swarm Up gives a machine: it is ignored, and stays.`,
    );
  }
  return undefined;
}

/** Whether what docker-machine has by this name was made by somebody else. */
export function isForeign({ owner, folder }: FoundMachine): boolean {
  if (folder.kind !== 'known') return false;
  const made = ownerOf(folder.labels);
  return made === undefined || !isSameCluster(made, owner);
}

/** Every cluster of what was found, by name. */
export function clustersIn(machines: readonly FoundMachine[]): OwnedCluster[] {
  const parts = machines.map(({ name, owner, record }) => ({
    ...{ cluster: owner, owner, kind: 'machine', name, created: record?.created },
  }));
  return clustersOf(parts, (all) => {
    const expiries = all.map(({ owner }) => owner.expires);
    return ownedCluster(all[0].owner, all, expiries);
  });
}

function indexOf(labels: Labels): number | undefined {
  const text = labels[INDEX_LABEL] ?? '';
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}
