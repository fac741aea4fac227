import { rm } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { exists } from '../../base/files/exists.ts';
import { CommandTimeout } from '../../exec/executor.ts';
import { type ClusterId, isSameCluster } from '../ownership.ts';
import { clusterFolder, isInside } from '../virtual-machine/folders.ts';
import { readCluster, removeUnfinished, unfinishedFolders } from '../virtual-machine/records.ts';
import * as box from './commands.ts';
import { type KnownMachine, knownMachines } from './find.ts';
import { isBaseDisk } from './image/base-disk.ts';
import { closeMedia, mediaOf } from './media.ts';
import { machineName, machinePlaces, settingsFolder } from './paths.ts';
import type { VBoxManage } from './vboxmanage.ts';

/** How long a machine may be locked, in ms: by its own start or end, or by a command of a run. */
const LOCKED_MS = 30_000;
const POLL_MS = 500;
/** How long the process of a machine may take to end when it is asked, in ms. */
const POWER_OFF_MS = 20_000;

/** What is looked at and changed. */
export interface ClusterPlace {
  readonly vbox: VBoxManage;
  /** Folder of all clusters. */
  readonly state: string;
  readonly clock: Clock;
}

/** Removes one machine with all that is its own. Gone already is success. */
export async function destroyMachine(
  { vbox, state, clock }: ClusterPlace,
  id: ClusterId,
  machine: KnownMachine,
): Promise<void> {
  const cluster = clusterFolder(state, id.cluster);
  const { folder } = machinePlaces(cluster, machine.index);
  await unregister({ vbox, clock }, id, machine);
  await closeMedia(vbox, (path) => isInside(folder, path), true);
  await rm(settingsFolder(cluster, id, machine.index), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}

/**
 * Ends a machine and has VirtualBox forget it. A guest is not shut down: its disk is thrown away.
 * Throws `ActionError` where it stays locked.
 */
async function unregister(
  { vbox, clock }: Pick<ClusterPlace, 'vbox' | 'clock'>,
  { cluster }: ClusterId,
  { id, index }: KnownMachine,
): Promise<void> {
  const end = clock.now() + LOCKED_MS;
  let wasKilled = false;
  for (;;) {
    // It may not run, not yet, or not any more: what counts is the next answer.
    await powerOff(vbox, id);
    const { isDone, code, said } = await vbox.attempt(box.forgetMachine(id));
    if (isDone || code === 'VBOX_E_OBJECT_NOT_FOUND') return;
    const isLate = clock.now() >= end;
    if (isLate && wasKilled) {
      throw new ActionError(`Machine ${machineName(cluster, index)} cannot be removed.`, {
        details: said,
        hint: `Something holds it. See what (VBoxManage showvminfo ${id}), end it, then run this again.`,
      });
    }
    // One that does not come up is not powered off either, for example with a window that asks.
    if (isLate) {
      await vbox.attempt(box.killProcess(id));
      wasKilled = true;
    }
    await clock.sleep(POLL_MS);
  }
}

/** A process that hangs does not even refuse. */
async function powerOff(vbox: VBoxManage, id: string): Promise<void> {
  try {
    await vbox.attempt(box.powerOff(id), { timeoutMs: POWER_OFF_MS });
  } catch (error) {
    if (!(error instanceof CommandTimeout)) throw error;
    await vbox.attempt(box.killProcess(id));
  }
}

/**
 * Removes everything of a cluster, and looks again. Each step is done, whatever becomes of the one
 * before; the folder goes last, since it says whose all of it is. Throws `ActionError` naming what
 * is left, with what was said of it.
 */
export async function destroyAll(place: ClusterPlace, id: ClusterId): Promise<void> {
  const { vbox, state } = place;
  await removeUnfinished(state, id);
  const places = clusterFolder(state, id.cluster);
  const parts = await partsLeft(place, id);
  if (!parts.hasFolder && parts.names.length === 0) return;
  const said: unknown[] = [];
  for (const machine of parts.machines) {
    await unregister(place, id, machine).catch((error: unknown) => said.push(error));
  }
  said.push(...(await closeMedia(vbox, (path) => parts.media.includes(path), true)));
  // Those that others build on stay in the registry.
  await closeMedia(vbox, isBaseDisk);
  const left = [...(await partsLeft(place, id)).names];
  if (left.length === 0 && !parts.isForeign) {
    await rm(places.folder, { recursive: true, force: true });
    if (await exists(places.folder)) left.push(`folder ${places.folder}`);
  }
  if (left.length === 0) return;
  throw new ActionError(
    `Cluster ${id.cluster} could not be removed completely: ${left.join(', ')} left.`,
    {
      details: said
        .map((error) => (error instanceof Error ? error.message : String(error)))
        .join('\n'),
      hint: `See what VirtualBox has of it (${vbox.program} list vms, ${vbox.program} list hdds). Remove that (unregistervm, closemedium), then the folder ${places.folder}.`,
    },
  );
}

/** What there is of a cluster. */
interface Parts {
  readonly hasFolder: boolean;
  /** Whether the folder is that of another repository's cluster. */
  readonly isForeign: boolean;
  readonly machines: readonly KnownMachine[];
  /** Paths of disks and CDs in its folder. */
  readonly media: readonly string[];
  /** Machines and media in words. */
  readonly names: readonly string[];
}

/**
 * A command that a killed run has left may make a machine or a disk once more after the folder was
 * removed, and a folder without a record with it.
 */
async function partsLeft({ vbox, state }: ClusterPlace, id: ClusterId): Promise<Parts> {
  const places = clusterFolder(state, id.cluster);
  const found = await readCluster(places);
  const isForeign = found !== undefined && !isSameCluster(found.owner, id);
  const machines = await knownMachines(vbox, id);
  const media = isForeign ? [] : await mediaOf(vbox, (path) => isInside(places.folder, path));
  const names = [
    ...machines.map(({ index }) => `machine ${machineName(id.cluster, index)}`),
    ...media.map((path) => `medium ${path}`),
  ];
  return { hasFolder: found !== undefined && !isForeign, isForeign, machines, media, names };
}

/** Whether nothing of a cluster is there, in VirtualBox or as a folder. */
export async function isGone(place: ClusterPlace, id: ClusterId): Promise<boolean> {
  if ((await unfinishedFolders(place.state, id)).length > 0) return false;
  const { hasFolder, names } = await partsLeft(place, id);
  return !hasFolder && names.length === 0;
}
