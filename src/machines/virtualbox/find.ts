import type { OwnedCluster } from '../driver.ts';
import { type ClusterId, ownerOf } from '../ownership.ts';
import { clusterFolder } from '../virtual-machine/folders.ts';
import { type FoundCluster, machineIndexes, readClusters } from '../virtual-machine/records.ts';
import { MOST_MACHINES } from '../virtual-machine/subnet.ts';
import { groupsIn, machinesIn, settingsIn } from './answers.ts';
import * as box from './commands.ts';
import { readLabels } from './labels.ts';
import { clusterOfGroup, clusterOfSettings, machineId, machineName } from './paths.ts';
import type { VBoxManage } from './vboxmanage.ts';

/** A machine that VirtualBox knows, of a cluster. */
export interface KnownMachine {
  readonly id: string;
  readonly index: number;
}

/** Every machine of a cluster that VirtualBox knows: by its UUID, which nothing else has. */
export async function knownMachines(
  vbox: VBoxManage,
  cluster: ClusterId,
  signal?: AbortSignal,
): Promise<KnownMachine[]> {
  const listed = machinesIn(await vbox.run(box.listMachines(), { signal }));
  return ownOf(new Set(listed.map(({ id }) => id)), cluster);
}

function ownOf(ids: ReadonlySet<string>, cluster: ClusterId): KnownMachine[] {
  return Array.from({ length: MOST_MACHINES }, (_, at) => at + 1)
    .map((index) => ({ index, id: machineId(cluster, index) }))
    .filter(({ id }) => ids.has(id));
}

/** Every cluster that has a folder, and every one whose folder was lost. */
export async function allClusters(
  vbox: VBoxManage,
  state: string,
  ignored: (message: string) => void,
  signal: AbortSignal,
): Promise<OwnedCluster[]> {
  const listed = machinesIn(await vbox.run(box.listMachines(), { signal }));
  const ids = new Set(listed.map(({ id }) => id));
  const found = await readClusters(state, clusterFolder, ignored);
  const clusters = await Promise.all(found.map((one) => withParts(one, ids)));
  const names = new Set(found.map(({ owner }) => keyOf(owner)));
  const lost = (await namedInVirtualBox(vbox, listed, signal)).filter(
    (id) => !names.has(keyOf(id)),
  );
  for (const id of new Map(lost.map((one) => [keyOf(one), one])).values()) {
    const machines = ownOf(ids, id);
    const [first] = machines;
    // Anybody can give a group of this name; nobody else has these UUIDs.
    if (!first) continue;
    const owner = ownerOf(await readLabels(vbox, first.id)) ?? { ...id, run: '' };
    clusters.push({ owner, created: undefined, parts: partsOf(id, machines) });
  }
  return clusters;
}

async function withParts(
  { places, owner, record }: FoundCluster,
  ids: ReadonlySet<string>,
): Promise<OwnedCluster> {
  const indexes = new Set([
    ...(await machineIndexes(places)),
    ...ownOf(ids, owner).map(({ index }) => index),
  ]);
  const machines = [...indexes].sort((a, b) => a - b).map((index) => ({ index }));
  return { owner, created: record.created, parts: partsOf(owner, machines) };
}

function partsOf({ cluster }: ClusterId, machines: readonly { readonly index: number }[]) {
  return machines.map(({ index }) => `machine ${machineName(cluster, index)}`);
}

/** What groups are named after, and folders of settings that VirtualBox cannot read any more. */
async function namedInVirtualBox(
  vbox: VBoxManage,
  listed: ReturnType<typeof machinesIn>,
  signal: AbortSignal,
): Promise<ClusterId[]> {
  const groups = groupsIn(await vbox.run(box.listGroups(), { signal }));
  const unread = new Set(listed.filter(({ name }) => name === undefined).map(({ id }) => id));
  const settings =
    unread.size === 0 ? [] : settingsIn(await vbox.run(box.listMachinesLong(), { signal }));
  return [
    ...groups.flatMap((group) => clusterOfGroup(group) ?? []),
    ...settings
      .filter(({ id }) => unread.has(id))
      .flatMap(({ path }) => clusterOfSettings(path) ?? []),
  ];
}

const keyOf = ({ repository, cluster }: ClusterId) => `${repository}/${cluster}`;
