import { mkdir, statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { ActionError } from '../../base/errors.ts';
import { formatSize } from '../../base/size.ts';

/**
 * What a machine writes to its disk before a stack is on it, and as much again for images. In
 * bytes.
 */
const DISK_PER_MACHINE = 2 ** 30;

/** Throws `ActionError` where `machines` machines need more than there is. All in bytes. */
export function refuseShortage(
  machines: number,
  memory: number,
  there: { readonly memory: number; readonly disk: number; readonly folder: string },
): void {
  if (machines * memory > there.memory) {
    throw new ActionError(
      `${machines} machines with ${formatSize(memory)} of memory each need more than the ${formatSize(there.memory)} that the runner has left.`,
      {
        hint: 'Give `memory` in `driver-options` (512m is enough for an engine and a small stack), fewer `nodes`, or a larger runner.',
      },
    );
  }
  const disk = machines * DISK_PER_MACHINE;
  if (disk > there.disk) {
    throw new ActionError(
      `${machines} machines need ${formatSize(disk)} of disk, and ${there.folder} has ${formatSize(there.disk)} left.`,
      { hint: 'Make room there, or let XDG_STATE_HOME of the step name a folder on another disk.' },
    );
  }
}

/**
 * Throws `ActionError` where the runner has too little memory or disk for so many new machines.
 * `memory` in bytes.
 */
export async function checkRoom(machines: number, memory: number, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(folder);
  // macOS counts what it could free at once as used.
  const there = process.platform === 'darwin' ? totalmem() : freemem();
  refuseShortage(machines, memory, { memory: there, disk: bavail * bsize, folder });
}

/** Throws `ActionError` where a machine's disk is to be smaller than the image. All in bytes. */
export function refuseSmallDisk(wanted: number | undefined, bytes: number): void {
  if (wanted === undefined || wanted >= bytes) return;
  throw new ActionError(
    `disk-size: the image is of a disk of ${Math.ceil(bytes / 2 ** 20)}m, and cannot be made smaller.`,
    { hint: 'Give a larger `disk-size` in `driver-options`, or leave it out.' },
  );
}
