import pLimit from 'p-limit';
import { heldLog } from '../base/held-log.ts';
import type { DriverLog } from '../base/log.ts';
import { CONNECT_AT_ONCE, type ConnectedMachine } from './connect.ts';
import type { Driver, Machine } from './driver.ts';

/** Machines that are connected to before their stage. Disposing of them closes what nobody took. */
export interface EarlyConnections extends AsyncDisposable {
  /**
   * The connection to a machine, for whoever asks first; undefined where none was begun. What there
   * was to say of it is told then, and not before; what went wrong, by the promise.
   */
  take(machine: Machine): Promise<ConnectedMachine> | undefined;
}

/** None was begun. */
export const NOTHING_EARLY: EarlyConnections = {
  take: () => undefined,
  [Symbol.asyncDispose]: async () => {},
};

/**
 * Whether the machines of a driver can be connected to before anything else is known to be right:
 * they were there before, connecting changes nothing on them, and nothing of it has to be told at
 * once, as a key that is accepted without being known.
 */
export async function mayConnectEarly(
  driver: Driver,
  machines: readonly Machine[],
  signal: AbortSignal,
): Promise<boolean> {
  const changes = driver.makesMachines || driver.adoption.installEngine !== false;
  if (changes || driver.admit || driver.entered) return false;
  const targets = await Promise.all(machines.map((machine) => driver.target(machine, signal)));
  return targets.every(
    ({ hostKeys }) => hostKeys.kind === 'pinned' || hostKeys.unknown.mode === 'refuse',
  );
}

/**
 * Begins to connect to each machine, `CONNECT_AT_ONCE` at a time. `log` gets what `connect` says of
 * one when that is taken.
 */
export function connectEarly(
  machines: readonly Machine[],
  connect: (
    machine: Machine,
    options: { readonly signal: AbortSignal; readonly log: DriverLog },
  ) => Promise<ConnectedMachine>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: DriverLog },
): EarlyConnections {
  const limit = pLimit(CONNECT_AT_ONCE);
  const begun = new Map(
    machines.map((machine) => {
      const own = heldLog(log);
      // One that was taken outlives the others: it may still have to be made anew.
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      const made = limit(() => connect(machine, { signal: either, log: own }));
      made.catch(() => {}); // Told by whoever takes it.
      return [machine.index, { log: own, made, over }];
    }),
  );
  return {
    take: (machine) => {
      const found = begun.get(machine.index);
      begun.delete(machine.index);
      found?.log.release();
      return found?.made;
    },
    [Symbol.asyncDispose]: async () => {
      const left = [...begun.values()].map(async ({ made, over }) => {
        over.abort(new Error('Nobody needs the connection any more.'));
        const { ssh } = await made;
        await ssh.close();
      });
      await Promise.allSettled(left);
    },
  };
}
