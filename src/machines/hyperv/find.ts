import type { OwnedCluster } from '../driver.ts';
import { type ClusterId, isSameCluster } from '../ownership.ts';
import { type ClusterFolder, clusterFolder, isInside } from '../virtual-machine/folders.ts';
import { type FoundCluster, machineIndexes, readClusters } from '../virtual-machine/records.ts';
import { candidates } from '../virtual-machine/subnet.ts';
import {
  clusterOfMachine,
  clusterOfNetwork,
  indexOf,
  machineName,
  networkOf,
  ownerInNotes,
} from './names.ts';
import { askLook, type Look } from './questions.ts';
import type { Hyperv } from './script.ts';

/** A machine that Hyper-V knows, of a cluster. */
export interface KnownMachine {
  readonly id: string;
  readonly index: number;
  /** In Hyper-V. */
  readonly name: string;
  readonly isRunning: boolean;
  /** Folder of its settings; empty where Hyper-V names none. */
  readonly path: string;
}

/** What Hyper-V and Windows have of a cluster. */
export interface KnownParts {
  readonly machines: readonly KnownMachine[];
  /** Id of its switch. */
  readonly networkSwitch: string | undefined;
  /** Name of its NAT. */
  readonly nat: string | undefined;
  /** Switches of that name that are somebody else's. */
  readonly isNameTaken: boolean;
}

/**
 * What is of a cluster. A name alone proves nothing: the notes of a machine have to name the
 * cluster, or its settings lie in the folder of the cluster, as they do from its first moment on.
 * A NAT has no notes: its network is one of those that this cluster may have.
 */
export function partsIn(look: Look, id: ClusterId, { folder }: ClusterFolder): KnownParts {
  const machines = look.machines
    .flatMap(({ name, notes, path, state, ...machine }): KnownMachine[] => {
      const index = indexOf(id, name);
      const isOwn = isNotedFor(id, notes) || (path !== '' && isInside(folder, path));
      if (index === undefined || !isOwn) return [];
      return [{ id: machine.id, index, name, path, isRunning: state === 'Running' }];
    })
    .sort((a, b) => a.index - b.index);
  const name = networkOf(id);
  const named = look.switches.filter((one) => one.name === name);
  const own = named.find(({ notes }) => isNotedFor(id, notes));
  const networks = candidates(id.cluster).map((subnet) => `${subnet}.0/24`);
  const nat = look.nats.find((one) => one.name === name && networks.includes(one.network));
  return {
    ...{ machines, networkSwitch: own?.id, nat: nat?.name },
    isNameTaken: named.some((one) => one !== own),
  };
}

function isNotedFor(id: ClusterId, notes: string): boolean {
  const owner = ownerInNotes(notes);
  return owner !== undefined && isSameCluster(owner, id);
}

/** Each part in words. */
export function namesOf({ machines, networkSwitch, nat }: KnownParts, id: ClusterId): string[] {
  return [
    ...machines.map(({ index }) => `machine ${machineName(id.cluster, index)}`),
    ...(networkSwitch === undefined ? [] : [`switch ${networkOf(id)}`]),
    ...(nat === undefined ? [] : [`NAT ${nat}`]),
  ];
}

/** Every cluster that has a folder, and every one whose folder was lost. */
export async function allClusters(
  hyperv: Hyperv,
  state: string,
  ignored: (message: string) => void,
  signal: AbortSignal,
): Promise<OwnedCluster[]> {
  const look = await hyperv.ask(askLook(), { signal });
  const found = await readClusters(state, clusterFolder, ignored);
  const clusters = await Promise.all(found.map((one) => withParts(one, look)));
  const names = new Set(found.map(({ owner }) => networkOf(owner)));
  const lost = [
    ...look.machines.map(({ name }) => clusterOfMachine(name)),
    ...[...look.switches, ...look.nats].map(({ name }) => clusterOfNetwork(name)),
  ].filter((id) => id !== undefined);
  for (const id of new Map(lost.map((one) => [networkOf(one), one])).values()) {
    if (names.has(networkOf(id))) continue;
    const parts = partsIn(look, id, clusterFolder(state, id.cluster));
    const all = namesOf(parts, id);
    if (all.length === 0) continue;
    const owner = ownerNoted(look, id) ?? { ...id, run: '' };
    clusters.push({ owner, created: undefined, parts: all });
  }
  return clusters;
}

/** The owner that the parts name, with the newest expiry of them. */
function ownerNoted({ machines, switches }: Look, id: ClusterId) {
  return [...machines, ...switches]
    .flatMap(({ notes }) => ownerInNotes(notes) ?? [])
    .filter((owner) => isSameCluster(owner, id))
    .sort((a, b) => (a.expires ?? '').localeCompare(b.expires ?? ''))
    .at(-1);
}

async function withParts(found: FoundCluster, look: Look): Promise<OwnedCluster> {
  const { places, owner, record } = found;
  const { machines, ...shared } = partsIn(look, owner, places);
  const indexes = new Set([
    ...(await machineIndexes(places)),
    ...machines.map(({ index }) => index),
  ]);
  const parts = [...indexes]
    .sort((a, b) => a - b)
    .map((index) => `machine ${machineName(owner.cluster, index)}`);
  return {
    ...{ owner, created: record.created },
    parts: [...parts, ...namesOf({ ...shared, machines: [] }, owner)],
  };
}
