import * as z from 'zod';
import { ActionError } from '../errors.ts';
import type { DriverLog } from '../machines/driver.ts';
import type { Owner } from '../machines/labels.ts';
import type { ConnectedMachine } from '../machines/ready.ts';
import type { Outside } from './adopt.ts';
import { endContainers, STOP_TIMEOUT_MS } from './end-containers.ts';
import { findManager } from './entrance.ts';
import { removeGateway, untilAttached } from './gateway.ts';
import { forgetJoining, type Joining, readJoining } from './joining.ts';
import { leaveSwarm, removeSurplus } from './leave.ts';
import { readSwarmLabels } from './membership.ts';
import { labelNode, listNodes } from './nodes.ts';
import type { Node } from './objects.ts';
import {
  isGatewayMade,
  isOwnedBy,
  type NodeRecord,
  nameForged,
  recordLabels,
  recordOf,
} from './record.ts';
import { removeDown } from './unlisted.ts';

interface Recorded {
  readonly machine: ConnectedMachine;
  readonly node: Node;
  readonly record: NodeRecord;
}

interface DissolveOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
  /** What the hosts were like before the step that is undone; it tells of those that were made nodes and got no label any more. */
  readonly outside: Outside;
  /** Names of hosts that belong to it and cannot be reached. */
  readonly unreached: readonly string[];
}

const services = z.array(z.object({ Spec: z.object({ Name: z.string() }) }));

/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes record it: nodes that joined leave in good
 * order, a swarm that was initialised ends, labels are taken off. A swarm that still runs services of somebody stays whole, with a warning.
 * Gives what has left, for example `node web-1`.
 * Throws `ActionError` that names hosts that were in no swarm before, and stay in one that cannot be asked.
 */
export async function dissolve(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: DissolveOptions,
): Promise<readonly string[]> {
  const { signal, log } = options;
  const entrance = await findManager(machines, {
    ...options,
    disposable: false,
    cluster: owner.cluster,
  });
  if (!entrance) {
    if (options.unreached.length > 0) throw noManagerReached(options.unreached);
    log.info('No host is a manager of a swarm that was formed or joined by this action');
    await leaveUnknown(machines, [], options);
    return [];
  }
  const { manager } = entrance;
  const { api } = manager;
  const nodes = await listNodes(api, signal);
  nameForged(nodes, log.warning);
  const joining = await readJoining(api, owner, signal, log.warning);
  const outside = withJoining(options.outside, machines, joining);
  await leaveUnknown(machines, nodes, { ...options, outside });
  const labels = await readSwarmLabels(api, signal);
  const initialised = isOwnedBy(labels, owner);
  const gatewayMade = initialised && isGatewayMade(labels);
  const ours = changed(machines, nodes, { owner, initialised, gatewayMade, outside });
  const running = initialised ? await api.get('/services', {}, services, { signal }) : [];
  if (running.length > 0) {
    log.warning(
      `The swarm stays: it still runs ${running.map(({ Spec }) => Spec.Name).join(', ')}, which ${running.length === 1 ? 'is' : 'are'} not of this step.`,
    );
    return [];
  }
  // Managers that are down count in the majority that the others need to leave in good order.
  await removeDown(new Set(machines.map(({ engine }) => engine.Swarm.NodeID)), {
    manager,
    owner,
    ...options,
  });
  // The one that is asked goes last; a swarm that was there before keeps it in any case.
  const others = ours.filter(({ machine }) => machine !== manager);
  for (const one of others) await release(one, manager, options);
  await forgetJoining(api, owner, signal);
  const left = others.filter(({ record }) => record.joined).map(({ machine }) => machine);
  const last = ours.find(({ machine }) => machine === manager);
  if (last && initialised) {
    await end(last, options);
    left.push(manager);
  } else if (last) {
    await unlabel(last, manager, signal);
  }
  return left.map(({ name }) => `node ${name}`);
}

/**
 * The machines that `up` changed. A node without a label is one where the swarm itself was made by us, or its host was in none before:
 * then `up` was ended between the two.
 */
function changed(
  machines: readonly ConnectedMachine[],
  nodes: readonly Node[],
  known: {
    readonly owner: Owner;
    readonly initialised: boolean;
    /** On the host where it was initialised. */
    readonly gatewayMade: boolean;
    readonly outside: Outside;
  },
): Recorded[] {
  const { owner, initialised, outside } = known;
  return machines.flatMap((machine) => {
    const node = nodes.find(({ ID }) => ID === machine.engine.Swarm.NodeID);
    if (!node) return [];
    const found = recordOf(node);
    if (found)
      return isOwnedBy(node.Spec.Labels ?? {}, owner) ? [{ machine, node, record: found }] : [];
    if (!initialised && !outside.hosts.includes(machine.index)) return [];
    // Of those that joined it is known; else it is the one that the swarm began on.
    const gatewayMade = outside.hosts.includes(machine.index)
      ? outside.withoutGateway.includes(machine.index)
      : known.gatewayMade;
    return [{ machine, node, record: { owner, joined: true, gatewayMade, labels: {} } }];
  });
}

/** Adds those hosts of which the swarm was told that they join. */
function withJoining(
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

/** Lets hosts go that were in no swarm before, and whose joining was ended before it was one: no manager knows them. */
async function leaveUnknown(
  machines: readonly ConnectedMachine[],
  nodes: readonly Node[],
  { outside, signal, log }: DissolveOptions,
): Promise<void> {
  const stray = machines.filter(
    ({ index, engine }) =>
      outside.hosts.includes(index) &&
      engine.Swarm.LocalNodeState !== 'inactive' &&
      !nodes.some(({ ID }) => ID === engine.Swarm.NodeID),
  );
  const elsewhere = stray.filter(({ engine }) => engine.Swarm.LocalNodeState === 'active');
  for (const machine of stray.filter((one) => !elsewhere.includes(one))) {
    log.info(`${machine.name} had begun to join a swarm, and leaves it`);
    const left = undoing(machine, outside.withoutGateway.includes(machine.index), signal);
    await leaveSwarm(machine, machine.engine.Swarm.NodeID, { signal, left });
  }
  if (elsewhere.length === 0) return;
  throw new ActionError(
    `${elsewhere.map(({ name }) => name).join(', ')}: in a swarm that no manager named here knows, and in none before this step.`,
    {
      hint: 'Nothing was changed there. If that swarm is not needed, run there: docker swarm leave --force',
    },
  );
}

function noManagerReached(unreached: readonly string[]): ActionError {
  return new ActionError(
    'No host that can be reached manages the swarm, so nothing of it was undone.',
    {
      details: `not reached: ${unreached.join(', ')}`,
      hint: 'Once they answer again, run the step and its post step with `teardown: always` again.',
    },
  );
}

async function release(
  one: Recorded,
  manager: ConnectedMachine,
  { signal, log }: DissolveOptions,
): Promise<void> {
  const { machine, node, record } = one;
  if (!record.joined) return unlabel(one, manager, signal);
  log.info(`${machine.name} leaves the swarm`);
  await untilAttached(machine, signal);
  const left = undoing(machine, record.gatewayMade, signal);
  await removeSurplus({ manager, machine, node, signal, warn: log.warning, left });
}

async function end(
  { machine, node, record }: Recorded,
  { signal, log }: DissolveOptions,
): Promise<void> {
  log.info(`${machine.name} leaves last, and the swarm ends`);
  // Of services that somebody has removed, or a removal that was cut off.
  const ending = { timeoutMs: STOP_TIMEOUT_MS, signal, warn: log.warning };
  await endContainers(machine, node.ID, ending);
  await untilAttached(machine, signal);
  const left = undoing(machine, record.gatewayMade, signal);
  await leaveSwarm(machine, node.ID, { signal, left });
}

/** What else is undone on a host that has left. */
function undoing(machine: ConnectedMachine, gatewayMade: boolean, signal: AbortSignal) {
  return async () => {
    if (gatewayMade) await removeGateway(machine, signal);
  };
}

async function unlabel(
  { node, record }: Recorded,
  manager: ConnectedMachine,
  signal: AbortSignal,
): Promise<void> {
  await labelNode(manager.ssh, node.ID, { remove: Object.keys(recordLabels(record)) }, signal);
}
