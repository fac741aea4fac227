import { ActionError } from '../base/errors.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import { isHalfLeft } from './leave/half-left.ts';

/** Machines that were entered, and the names of those that were not. */
interface Entered {
  readonly machines: readonly ConnectedMachine[];
  readonly unreached: readonly string[];
}

/**
 * A manager among the hosts; undefined where none is in a swarm. Throws `ActionError` if only
 * workers are named or reached: they know no stack.
 */
export function managerOf({ machines, unreached }: Entered): ConnectedMachine | undefined {
  const nodes = machines.filter((machine) => !isHalfLeft(machine));
  const manager = nodes.find(({ engine }) => engine.Swarm.ControlAvailable);
  const worker = nodes.find(({ engine }) => engine.Swarm.LocalNodeState === 'active');
  if (manager || !worker) return manager;
  if (unreached.length > 0) {
    throw new ActionError('No host that can be reached is a manager of the swarm.', {
      details: `not reached: ${unreached.join(', ')}`,
      hint: 'Nothing was changed. Once they answer again, run this again: only managers know what runs in a swarm.',
    });
  }
  throw new ActionError(
    `${worker.name} is a worker of a swarm, and none of the hosts is a manager of it.`,
    { hint: 'Name a manager of the swarm in `hosts`: only managers know what runs in it.' },
  );
}
