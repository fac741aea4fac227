import type { Clock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import { once } from '../../base/once.ts';
import { type Process, type ProcessTable, signalProcess } from '../processes.ts';
import { madeBy } from './commands.ts';
import { readFolder, type Storage } from './storage.ts';

const POLL_MS = 500;
/** How long a process may take to end once it was asked to, in ms. */
const ENDING_MS = 5_000;

/** What is looked at. */
export interface Surroundings {
  readonly storage: Storage;
  readonly table: ProcessTable;
  readonly clock: Clock;
  readonly log: DriverLog;
}

/**
 * The processes that make a machine of such a name at this moment, those of killed runs among them.
 * None on systems without /proc, where nobody tells.
 */
export async function creationsOf(
  { storage, table }: Pick<Surroundings, 'storage' | 'table'>,
  isMeant: (name: string) => boolean,
): Promise<readonly Process[]> {
  const all = await table.list().catch(() => []);
  return all.filter(({ argv }) => isMeant(madeBy(argv, storage.folder) ?? ''));
}

/**
 * Waits until nothing makes this machine any more. As long as docker-machine has not written what
 * its driver has made, it would take the knowledge of that with it, so it is ended only afterwards.
 * Throws `ActionError` if that is not so at `deadline`, on the clock.
 */
export async function endCreations(
  surroundings: Surroundings,
  name: string,
  deadline: number,
): Promise<void> {
  const { storage, table, clock, log } = surroundings;
  const tell = once(log.info);
  let endsAt: number | undefined;
  for (;;) {
    const running = await creationsOf(surroundings, (made) => made === name);
    if (running.length === 0) return;
    tell(`${name} is still being made by a run that has ended; that is waited for`);
    if (clock.now() >= deadline) throw stillMaking(name, running);
    const folder = await readFolder(storage, name);
    if (folder.kind === 'known' && folder.address !== '') {
      const isLate = endsAt !== undefined && clock.now() >= endsAt;
      for (const one of running) await signalProcess(table, one, isLate ? 'SIGKILL' : 'SIGTERM');
      endsAt ??= clock.now() + ENDING_MS;
    }
    await clock.sleep(POLL_MS);
  }
}

function stillMaking(name: string, running: readonly Process[]): ActionError {
  const pids = running.map(({ pid }) => pid).join(', ');
  return new ActionError(`Machine ${name} is still being made (process ${pids}).`, {
    details:
      'It is not ended: docker-machine has not written yet what its driver has made, and nobody could remove that then.',
    hint: 'Wait until it has ended, and run this again.',
  });
}
