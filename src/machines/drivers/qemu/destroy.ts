import { rm } from 'node:fs/promises';
import { ActionError } from '../../../errors.ts';
import type { ClusterId } from '../../labels.ts';
import { readNetwork, removeNetwork } from './network.ts';
import { type ClusterPlaces, clusterPlaces, machineName } from './places.ts';
import { type Control, programsOf, stopMachine } from './process.ts';
import { machinesOf, readCluster, unfinishedFolders } from './records.ts';
import type { Root } from './root.ts';

/** What is looked at and changed. */
export interface Estate extends Control {
  readonly root: Root;
  /** Folder of all clusters. */
  readonly state: string;
}

/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one before; the folder goes last, since it says
 * whose all of it is. Throws `ActionError` naming what is left, with what was said of it.
 */
export async function destroyAll(estate: Estate, id: ClusterId): Promise<void> {
  const { state, root } = estate;
  for (const folder of await unfinishedFolders(state, id)) {
    await rm(folder, { recursive: true, force: true });
  }
  const places = await ownPlaces(estate, id);
  if (!places) return;
  const said: unknown[] = [];
  const attempt = async (work: Promise<void>): Promise<void> => {
    await work.catch((error: unknown) => said.push(error));
  };
  const machines = await machinesOf(places);
  await Promise.all(
    machines.map((machine) =>
      attempt(stopMachine(machine, machineName(id.cluster, machine.index), estate)),
    ),
  );
  await attempt(removeNetwork(root, places).then((refusals) => void said.push(...refusals)));
  const left = await partsLeft(estate, places);
  if (left.length === 0) {
    await attempt(rm(places.folder, { recursive: true, force: true }));
    if ((await readCluster(places)) === undefined) return;
    left.push(`folder ${places.folder}`);
  }
  throw new ActionError(`Cluster ${id.cluster} is not wholly removed: ${left.join(', ')} left.`, {
    details: said
      .map((error) => (error instanceof Error ? error.message : String(error)))
      .join('\n'),
    hint: `Remove it by hand: end its processes (pgrep -af ${places.folder}/), sudo ip netns delete ${places.namespace}; sudo ip link delete ${places.uplink}; rm -rf ${places.folder}`,
  });
}

/** Whether nothing of a cluster is there, and no program that a killed run has left is still making something of it. */
export async function isGone(estate: Estate, id: ClusterId): Promise<boolean> {
  const places = clusterPlaces(estate.state, id.cluster);
  if ((await programsOf(estate.table, places)).length > 0) return false;
  if ((await unfinishedFolders(estate.state, id)).length > 0) return false;
  return (await ownPlaces(estate, id)) === undefined;
}

/** Undefined where there is no such cluster, or it is another repository's. */
async function ownPlaces({ state }: Estate, id: ClusterId): Promise<ClusterPlaces | undefined> {
  const places = clusterPlaces(state, id.cluster);
  const found = await readCluster(places);
  return found?.owner.cluster === id.cluster && found.owner.repository === id.repository
    ? places
    : undefined;
}

async function partsLeft({ root, table }: Estate, places: ClusterPlaces): Promise<string[]> {
  // In this order: what a program of a killed run ends with is in the network.
  const programs = await programsOf(table, places);
  const { namespace, links } = await readNetwork(root, places);
  return [
    ...programs.map(({ pid }) => `process ${pid}`),
    ...(namespace ? [`network namespace ${places.namespace}`] : []),
    ...links.map(({ name }) => `network interface ${name}`),
  ];
}

/** What a cluster consists of, for people. */
export async function partsOf(places: ClusterPlaces, cluster: string): Promise<string[]> {
  const machines = await machinesOf(places);
  return [
    ...machines.map(({ index }) => `machine ${machineName(cluster, index)}`),
    `network ${places.namespace}`,
  ];
}
