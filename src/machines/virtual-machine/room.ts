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
