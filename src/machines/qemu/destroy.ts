import { rm } from 'node:fs/promises';
import { until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { exists } from '../../base/files/exists.ts';
import { type ClusterId, isSameCluster, ownerLabels } from '../ownership.ts';
import type { Process } from '../processes.ts';
import {
  createClusterFolder,
  type FoundCluster,
  readCluster,
  removeClusterFolder,
  removeUnfinished,
  unfinishedFolders,
} from '../virtual-machine/records.ts';
import {
  type Control,
  everyMachine,
  findProcess,
  programsOf,
  stopMachine,
} from './machine/process.ts';
import {
  type NetworkParts,
  readNetwork,
  readStrayNetwork,
  removeNetwork,
  removeTap,
} from './network/bridge.ts';
import { checkRoot, type Root } from './network/root.ts';
import {
  type ClusterPlaces,
  clusterPlaces,
  machineName,
  machinePlaces,
  machinesOf,
} from './paths.ts';

/**
 * How long what a killed run has left at work may take to end by itself, in ms: each is a command
 * that makes or removes one thing.
 */
const BUSY_MS = 10_000;
const POLL_MS = 100;

/** What is looked at and changed. */
export interface ClusterPlace extends Control {
  readonly root: Root;
  /** Folder of all clusters. */
  readonly state: string;
}

/** Removes one machine with all that is its own. Gone already is success. */
export async function destroyMachine(
  place: ClusterPlace,
  name: string,
  index: number,
): Promise<void> {
  const cluster = clusterPlaces(place.state, name);
  const places = machinePlaces(cluster, index);
  await stopMachine(places, machineName(name, index), place);
  const found = await readCluster(cluster);
  if (!found?.record.userNetwork) await removeTap(place.root, cluster, places.tap);
  await rm(places.folder, { recursive: true, force: true });
}

/** Removes what a run that was killed has left of a machine, if there is anything. */
export async function clearMachine(
  place: ClusterPlace,
  name: string,
  index: number,
): Promise<void> {
  const places = machinePlaces(clusterPlaces(place.state, name), index);
  const isThere = await exists(places.folder);
  if (isThere || (await findProcess(place.table, places))) await destroyMachine(place, name, index);
}

/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
export async function destroyAll(place: ClusterPlace, id: ClusterId): Promise<void> {
  const { state, root } = place;
  await removeUnfinished(state, id);
  const found = (await ownCluster(place, id)) ?? (await takeStrays(place, id));
  if (!found) return;
  const { places } = found;
  const hasBridge = found.record.userNetwork === undefined;
  const said: unknown[] = [];
  const attempt = async (work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => said.push(error));
  };
  const machines = await everyMachine(place.table, places);
  await Promise.all(
    machines.map((machine) =>
      attempt(stopMachine(machine, machineName(id.cluster, machine.index), place)),
    ),
  );
  const end = place.clock.now() + BUSY_MS;
  let busy = await untilIdle(place, places, end);
  if (hasBridge) {
    await attempt(removeNetwork(root, places).then((refusals) => void said.push(...refusals)));
    // Several that remove one cluster meet here: what another is about to remove is not left.
    busy = await untilIdle(place, places, end);
  }
  // In this order: what a program of a killed run ends with is in the network.
  const left = busy.map(({ pid }) => `process ${pid}`);
  if (hasBridge) left.push(...(await networkLeft(place, places)));
  if (left.length === 0) {
    const refusals = said.length;
    await attempt(removeClusterFolder(places));
    if (said.length === refusals) {
      // An `up` of another run may have made something since the last look.
      const isOver = await hasNothing(place, places, hasBridge);
      return isOver ? undefined : await destroyAll(place, id);
    }
    left.push(`folder ${places.folder}`);
  }
  if (hasBridge) await attempt(checkRoot(root));
  throw new ActionError(
    `Cluster ${id.cluster} could not be removed completely: ${left.join(', ')} left.`,
    {
      details: said
        .map((error) => (error instanceof Error ? error.message : String(error)))
        .join('\n'),
      hint: `Remove it by hand: end its processes (pgrep -af ${places.folder}/), sudo ip netns delete ${places.namespace}; sudo ip link delete ${places.uplink}; rm -rf ${places.folder}`,
    },
  );
}

/**
 * What is still being made cannot be removed yet. Gives what is still at it when the time is up.
 */
async function untilIdle(
  { table, clock }: ClusterPlace,
  places: ClusterPlaces,
  end: number,
): Promise<readonly Process[]> {
  return await until(
    () => programsOf(table, places),
    (busy) => busy.length === 0,
    { clock, limitMs: end - clock.now(), everyMs: POLL_MS },
  );
}

/**
 * Whether nothing of a cluster is there, and no program that a killed run has left is still making
 * something of it.
 */
export async function isGone(place: ClusterPlace, id: ClusterId): Promise<boolean> {
  const { state, table } = place;
  const places = clusterPlaces(state, id.cluster);
  if ((await unfinishedFolders(state, id)).length > 0) return false;
  if (await exists(places.folder)) return (await ownCluster(place, id)) === undefined;
  if ((await programsOf(table, places)).length > 0) return false;
  return namesOf(await readStrayNetwork(place.root, places), places).length === 0;
}

/**
 * What is there of a cluster and has no folder, as an `up` makes it whose folder another run has
 * removed meanwhile: it is known by the names that only this cluster has. For the removal a folder
 * is made, so that nobody makes a cluster of this name meanwhile, and the next removal finds what
 * this one could not remove. Undefined where nothing is there, or the folder is another
 * repository's.
 */
async function takeStrays(
  { state, root, table }: ClusterPlace,
  id: ClusterId,
): Promise<FoundCluster<ClusterPlaces> | undefined> {
  const places = clusterPlaces(state, id.cluster);
  if (await exists(places.folder)) return undefined;
  const programs = await programsOf(table, places);
  const links = namesOf(await readStrayNetwork(root, places), places);
  if (programs.length === 0 && links.length === 0) return undefined;
  const owner = { ...id, run: '' };
  const record = {
    labels: ownerLabels(owner),
    created: new Date().toISOString(),
    ...{ subnet: '', publicKey: '', isStray: true as const },
    // Its removal takes no root where the kernel has nothing of it.
    ...(links.length === 0 && { userNetwork: { group: '', loopback: '' } }),
  };
  const isMade = await createClusterFolder(places, record, '');
  return isMade ? { places, record, owner } : undefined;
}

/** Undefined where there is no such cluster, or it is another repository's. */
async function ownCluster(
  { state }: Pick<ClusterPlace, 'state'>,
  id: ClusterId,
): Promise<FoundCluster<ClusterPlaces> | undefined> {
  const found = await readCluster(clusterPlaces(state, id.cluster));
  return found && isSameCluster(found.owner, id) ? found : undefined;
}

async function hasNothing(
  place: ClusterPlace,
  places: ClusterPlaces,
  hasBridge: boolean,
): Promise<boolean> {
  if ((await programsOf(place.table, places)).length > 0) return false;
  return !hasBridge || (await networkLeft(place, places)).length === 0;
}

async function networkLeft({ root }: ClusterPlace, places: ClusterPlaces): Promise<string[]> {
  return namesOf(await readNetwork(root, places), places);
}

function namesOf({ namespace, links }: NetworkParts, places: ClusterPlaces): string[] {
  return [
    ...(namespace ? [`network namespace ${places.namespace}`] : []),
    ...links.map(({ name }) => `network interface ${name}`),
  ];
}

/** What a cluster consists of, for people. */
export async function partsOf({
  places,
  owner,
  record,
}: FoundCluster<ClusterPlaces>): Promise<string[]> {
  const machines = await machinesOf(places);
  return [
    ...machines.map(({ index }) => `machine ${machineName(owner.cluster, index)}`),
    ...(record.userNetwork ? [] : [`network ${places.namespace}`]),
  ];
}
