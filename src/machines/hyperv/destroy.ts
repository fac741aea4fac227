import { rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ActionError } from '../../base/errors.ts';
import { exists } from '../../base/files/exists.ts';
import { type ClusterId, isSameCluster } from '../ownership.ts';
import { clusterFolder } from '../virtual-machine/folders.ts';
import { readCluster, removeUnfinished, unfinishedFolders } from '../virtual-machine/records.ts';
import { type KnownParts, namesOf, partsIn } from './find.ts';
import { machinePlaces } from './names.ts';
import { askLook, removeMachine, removeNetwork } from './questions.ts';
import type { Hyperv } from './script.ts';

/** The process of a machine may hold its disk a moment longer. */
const PATIENTLY = { recursive: true, force: true, maxRetries: 10, retryDelay: 500 } as const;

/** What is looked at and changed. */
export interface ClusterPlace {
  readonly hyperv: Hyperv;
  /** Folder of all clusters. */
  readonly state: string;
}

/** Removes one machine with all that is its own. Gone already is success. */
export async function destroyMachine(
  place: ClusterPlace,
  id: ClusterId,
  index: number,
): Promise<void> {
  const { machines } = await known(place, id);
  for (const machine of machines.filter((one) => one.index === index)) {
    await place.hyperv.ask(removeMachine(machine.id, machine.name));
  }
  const { folder } = machinePlaces(clusterFolder(place.state, id.cluster), index);
  await rm(folder, PATIENTLY);
}

async function known({ hyperv, state }: ClusterPlace, id: ClusterId): Promise<KnownParts> {
  return partsIn(await hyperv.ask(askLook()), id, clusterFolder(state, id.cluster));
}

/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
export async function destroyAll(place: ClusterPlace, id: ClusterId): Promise<void> {
  const { hyperv, state } = place;
  await removeUnfinished(state, id, PATIENTLY);
  const places = clusterFolder(state, id.cluster);
  const parts = await partsLeft(place, id);
  if (!parts.hasFolder && parts.names.length === 0) return;
  const said: unknown[] = [];
  const attempt = async (work: Promise<unknown>): Promise<void> => {
    await work.catch((error: unknown) => said.push(error));
  };
  for (const machine of parts.machines) {
    await attempt(hyperv.ask(removeMachine(machine.id, machine.name)));
  }
  // The way out first: the switch says by its notes whose both are.
  if (parts.nat !== undefined) {
    await attempt(hyperv.ask(removeNetwork({ nat: parts.nat, switch: null })));
  }
  if (parts.networkSwitch !== undefined) {
    await attempt(hyperv.ask(removeNetwork({ nat: null, switch: parts.networkSwitch })));
  }
  const left = [...(await partsLeft(place, id)).names];
  const folders = [...(parts.isForeign ? [] : [places.folder]), ...parts.foldersElsewhere];
  for (const folder of left.length === 0 ? folders : []) {
    await attempt(rm(folder, PATIENTLY));
    if (await exists(folder)) left.push(`folder ${folder}`);
  }
  if (left.length === 0) return;
  throw new ActionError(
    `Cluster ${id.cluster} could not be removed completely: ${left.join(', ')} left.`,
    {
      details: said.map(wordsOf).join('\n'),
      hint: `See what Hyper-V has of it (Get-VM, Get-VMSwitch, Get-NetNat). Remove that (Remove-VM, Remove-VMSwitch, Remove-NetNat), then the folder ${places.folder}.`,
    },
  );
}

function wordsOf(error: unknown): string {
  if (error instanceof ActionError)
    return [error.message, error.details].filter(Boolean).join('\n');
  return String(error);
}

/** What there is of a cluster. */
interface Parts extends KnownParts {
  readonly hasFolder: boolean;
  /** Whether the folder is that of another repository's cluster. */
  readonly isForeign: boolean;
  readonly names: readonly string[];
  /** Folders of it that another user of the computer has. */
  readonly foldersElsewhere: readonly string[];
}

async function partsLeft(place: ClusterPlace, id: ClusterId): Promise<Parts> {
  const found = await readCluster(clusterFolder(place.state, id.cluster));
  const isForeign = found !== undefined && !isSameCluster(found.owner, id);
  const parts = await known(place, id);
  const hasFolder = found !== undefined && !isForeign;
  const foldersElsewhere = await foldersOf(place, id, parts);
  return { ...parts, hasFolder, isForeign, names: namesOf(parts, id), foldersElsewhere };
}

/** All users see all machines, and each keeps the folders of its own. */
async function foldersOf(
  { state }: ClusterPlace,
  id: ClusterId,
  { machines }: KnownParts,
): Promise<string[]> {
  const states = new Set(machines.map(({ path }) => dirname(dirname(path))));
  const folders: string[] = [];
  for (const elsewhere of states) {
    const places = clusterFolder(elsewhere, id.cluster);
    if (resolve(elsewhere) === resolve(state)) continue;
    const found = await readCluster(places).catch(() => undefined);
    if (found && isSameCluster(found.owner, id)) folders.push(places.folder);
  }
  return folders;
}

/** Whether nothing of a cluster is there, in Windows or as a folder. */
export async function isGone(place: ClusterPlace, id: ClusterId): Promise<boolean> {
  if ((await unfinishedFolders(place.state, id)).length > 0) return false;
  const { hasFolder, names } = await partsLeft(place, id);
  return !hasFolder && names.length === 0;
}
