import { type Clock, until } from '../../../base/clock.ts';
import { ActionError } from '../../../base/errors.ts';
import { isAlive, type Process, type ProcessTable, signalProcess } from '../../processes.ts';
import { isMachine, isOurProgram, machineIndexOf } from '../commands.ts';
import { type ClusterPlaces, type MachinePlaces, machinePlaces, machinesOf } from '../paths.ts';
import { quit } from './qmp.ts';

/** What it takes to see and to end processes. */
export interface Control {
  readonly table: ProcessTable;
  readonly clock: Clock;
}

/** How long QEMU may take to go once it was told to, in ms. */
const QUIT_MS = 3_000;
const TERM_MS = 2_000;
const KILL_MS = 5_000;
const POLL_MS = 20;

/** The QEMU of a machine; undefined where it does not run. */
export async function findProcess(
  table: ProcessTable,
  places: MachinePlaces,
): Promise<Process | undefined> {
  return (await table.list()).find(({ argv }) => isMachine(argv, places));
}

/**
 * Places of every machine of a cluster that has a folder, or a QEMU whose folder is gone, in the
 * order of their index.
 */
export async function everyMachine(
  table: ProcessTable,
  cluster: ClusterPlaces,
): Promise<MachinePlaces[]> {
  const running = (await table.list()).flatMap(({ argv }) => machineIndexOf(argv, cluster) ?? []);
  const indexes = new Set([...(await machinesOf(cluster)).map(({ index }) => index), ...running]);
  return [...indexes].sort((a, b) => a - b).map((index) => machinePlaces(cluster, index));
}

/**
 * Programs of this machine that are, or make, a part of a cluster: QEMU, and what a run that was
 * killed has left behind.
 */
export async function programsOf(
  table: ProcessTable,
  { folder, namespace, linkPrefix }: ClusterPlaces,
): Promise<Process[]> {
  const isPart = (word: string): boolean =>
    word === namespace || word.startsWith(linkPrefix) || word.startsWith(`${folder}/`);
  return (await table.list()).filter(
    // Somebody who reads the console of a machine makes nothing of it.
    ({ argv }) => argv.slice(0, 3).some(isOurProgram) && argv.some(isPart),
  );
}

/**
 * Ends a machine: its QEMU is told to, then asked by a signal, then made to. The disk is thrown
 * away, so the guest is not shut down. Does not run already is success. Throws `ActionError` where
 * it does not go.
 */
export async function stopMachine(
  places: MachinePlaces,
  name: string,
  { table, clock }: Control,
): Promise<void> {
  const process = await findProcess(table, places);
  if (!process) return;
  const steps: readonly [limitMs: number, end: () => Promise<void>][] = [
    [QUIT_MS, () => quit(places.socket, QUIT_MS)],
    [TERM_MS, () => signalProcess(table, process, 'SIGTERM')],
    [KILL_MS, () => signalProcess(table, process, 'SIGKILL')],
  ];
  for (const [limitMs, end] of steps) {
    await end();
    const wait = { clock, limitMs, everyMs: POLL_MS };
    const runs = await until(
      () => isAlive(table, process),
      (isStill) => !isStill,
      wait,
    );
    if (!runs) return;
  }
  throw new ActionError(`Machine ${name} does not end: QEMU is process ${process.pid}.`, {
    hint: `It may wait for a disk that does not answer. See what it does (cat /proc/${process.pid}/stack), end it, then run this again.`,
  });
}
