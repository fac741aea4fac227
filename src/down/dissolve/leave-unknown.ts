import { ActionError } from '../../base/errors.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Owner } from '../../machines/ownership.ts';
import type { Outside } from '../../swarm/adopt.ts';
import { leaveSwarm } from '../../swarm/leave/leave.ts';
import type { Node } from '../../swarm/objects.ts';
import type { Joining } from '../../swarm/records/join-intent.ts';
import { leaving } from './leave-attached.ts';
import type { UndoOptions } from './undo-options.ts';

/** Adds those hosts of which the swarm was told that they join. */
export function withJoining(
  outside: Outside,
  machines: readonly ConnectedMachine[],
  { addresses, withoutGateway }: Joining,
): Outside {
  const indexes = (some: readonly string[]) =>
    machines.filter(({ advertise }) => some.includes(advertise)).map(({ index }) => index);
  return {
    hosts: [...outside.hosts, ...indexes(addresses)],
    withoutGateway: [...outside.withoutGateway, ...indexes(withoutGateway)],
  };
}

/**
 * Lets hosts go that were in no swarm before, and whose joining was ended before it was one: no
 * manager knows them.
 */
export async function leaveUnknown(
  machines: readonly ConnectedMachine[],
  nodes: readonly Node[],
  owner: Owner,
  options: UndoOptions,
): Promise<void> {
  const { outside, log } = options;
  const stray = machines.filter(
    ({ index, engine }) =>
      outside.hosts.includes(index) &&
      engine.Swarm.LocalNodeState !== 'inactive' &&
      !nodes.some(({ ID }) => ID === engine.Swarm.NodeID),
  );
  const elsewhere = stray.filter(({ engine }) => engine.Swarm.LocalNodeState === 'active');
  for (const machine of stray.filter((one) => !elsewhere.includes(one))) {
    log.info(`${machine.name} had begun to join a swarm, and leaves it`);
    const gatewayMade = outside.withoutGateway.includes(machine.index);
    const { signal } = options;
    const leave = { ...options, owner, gatewayMade, wasAttached: false };
    await leaving(machine, leave, async (left) => {
      await leaveSwarm(machine, machine.engine.Swarm.NodeID, { signal, left });
      return true;
    });
  }
  if (elsewhere.length === 0) return;
  throw new ActionError(
    `${elsewhere.map(({ name }) => name).join(', ')}: in a swarm that no manager named here knows, and in none before this step.`,
    {
      hint: 'Nothing was changed there. If that swarm is not needed, run there: docker swarm leave --force',
    },
  );
}
