import type { Machine } from '../driver.ts';
import type { ProcessTable } from '../processes.ts';
import {
  type FoundCluster,
  readCluster,
  readMachine,
  toMachine,
} from '../virtual-machine/records.ts';
import { findProcess } from './machine/process.ts';
import { type ClusterPlaces, type MachinePlaces, machinesOf, WORKBENCH } from './paths.ts';

/** Undefined where there is no such cluster, and for what is only there to be removed. */
export async function madeCluster(
  places: ClusterPlaces,
): Promise<FoundCluster<ClusterPlaces> | undefined> {
  const found = await readCluster(places);
  return found?.record.isStray ? undefined : found;
}

/** Every machine of a cluster that has a record, in the order of their index. */
export async function listMachines(
  table: ProcessTable,
  cluster: ClusterPlaces,
): Promise<Machine[]> {
  const machines = await Promise.all(
    (await nodesOf(cluster)).map(async (places) => {
      const record = await readMachine(places);
      if (!record) return undefined;
      // One that a killed run was starting is not known to be whole, and is made anew.
      const isMade = record.isStarting === undefined;
      return toMachine(record, isMade && (await findProcess(table, places)) !== undefined);
    }),
  );
  return machines.filter((machine) => machine !== undefined);
}

/** The first machine, for somebody who looks why it does not get ready; undefined without one. */
export async function firstMachine(
  table: ProcessTable,
  cluster: ClusterPlaces,
): Promise<Machine | undefined> {
  const [first] = await nodesOf(cluster);
  const record = first && (await readMachine(first));
  return record && toMachine(record, (await findProcess(table, first)) !== undefined);
}

async function nodesOf(cluster: ClusterPlaces): Promise<MachinePlaces[]> {
  return (await machinesOf(cluster)).filter(({ index }) => index !== WORKBENCH);
}
