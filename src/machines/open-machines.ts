import type { ConnectedMachine } from './connect.ts';

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
    [Symbol.asyncDispose]: async () => {
      await Promise.allSettled(all.map(({ ssh }) => ssh.close()));
    },
  };
}
