import pLimit from 'p-limit';
import { CONNECT_AT_ONCE, type ConnectedMachine } from './connect.ts';
import type { Machine } from './driver.ts';

/** Machines that are connected to. Disposing of them closes every connection. */
export interface OpenMachines extends AsyncDisposable {
  /** In the order in which they were added. */
  readonly all: readonly ConnectedMachine[];
  readonly add: (machine: ConnectedMachine) => void;
}

/** None yet. */
export function openMachines(): OpenMachines {
  const all: ConnectedMachine[] = [];
  return {
    all,
    add: (machine) => {
      all.push(machine);
    },
    [Symbol.asyncDispose]: () => closeAll(all),
  };
}

/** Closes every connection, whatever becomes of one of them. Never fails. */
export async function closeAll(machines: readonly ConnectedMachine[]): Promise<void> {
  await Promise.allSettled(machines.map(({ ssh }) => ssh.close()));
}

/** What came of entering several machines, each list in their order. */
interface Entered {
  readonly machines: readonly ConnectedMachine[];
  readonly failures: readonly { readonly name: string; readonly error: unknown }[];
}

/**
 * Enters machines, `CONNECT_AT_ONCE` at a time, whatever becomes of one of them. Resolves when all
 * are done.
 */
export async function enterAll(
  machines: readonly Machine[],
  enter: (machine: Machine) => Promise<ConnectedMachine>,
): Promise<Entered> {
  const limit = pLimit(CONNECT_AT_ONCE);
  const results = await Promise.allSettled(machines.map((machine) => limit(() => enter(machine))));
  return {
    machines: results.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    failures: results.flatMap((one, at) =>
      one.status === 'rejected' ? [{ name: machines[at]?.name ?? '', error: one.reason }] : [],
    ),
  };
}
