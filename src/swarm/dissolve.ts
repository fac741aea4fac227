import * as z from 'zod';
import { ActionError } from '../errors.ts';
import type { DriverLog } from '../machines/driver.ts';
import type { Owner } from '../machines/labels.ts';
import type { ConnectedMachine } from '../machines/ready.ts';
import type { Outside } from './adopt.ts';
import { endContainers, STOP_TIMEOUT_MS } from './end-containers.ts';
import { findManager } from './entrance.ts';
import { removeGateway, untilAttached } from './gateway.ts';
import { readIngress } from './ingress.ts';
import { forgetJoining, type Joining, readJoining } from './joining.ts';
import { leaveSwarm, removeSurplus } from './leave.ts';
import { forgetLeaving, isLeaving, markLeaving } from './leaving.ts';
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

type UndoOptions = DissolveOptions & {
  /** Gets why a bridge was not removed from a host that has left, which keeps no other host from leaving. */
  readonly kept: unknown[];
};

const services = z.array(z.object({ Spec: z.object({ Name: z.string() }) }));

/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes record it: nodes that joined leave in good
 * order, a swarm that was initialised ends, labels are taken off. A swarm that still runs services of somebody stays whole, with a warning.
 * Gives what has left, for example `node web-1`.
 * What an earlier run has left to do on hosts that have left is done, too.
 * Throws `ActionError` that names hosts that were in no swarm before, and stay in one that cannot be asked, and such that keep their bridge.
 */
export async function dissolve(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: DissolveOptions,
): Promise<readonly string[]> {
  const kept: unknown[] = [];
  await finishLeaving(machines, owner, { ...options, kept });
  const left = await undo(machines, owner, { ...options, kept }).catch((error: unknown) => {
    throw kept.length === 0 ? error : several([error, ...kept]);
  });
  if (kept.length > 0) throw kept.length === 1 ? kept[0] : several(kept);
  return left;
}

function several(failures: readonly unknown[]): AggregateError {
  return new AggregateError(failures, 'Not all of the hosts are as they were.');
}

async function undo(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: UndoOptions,
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
    await leaveUnknown(machines, [], owner, options);
    return [];
  }
  const { manager } = entrance;
  const { api } = manager;
  const nodes = await listNodes(api, signal);
  nameForged(nodes, log.warning);
  const joining = await readJoining(api, owner, signal, log.warning);
  const outside = withJoining(options.outside, machines, joining);
  await leaveUnknown(machines, nodes, owner, { ...options, outside });
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
  const hasMesh = (await readIngress(api, signal)) !== undefined;
  const leaving = { ...options, owner, hasMesh };
  for (const one of others) await release(one, manager, leaving);
  await forgetJoining(api, owner, signal);
  const left = others.filter(({ record }) => record.joined).map(({ machine }) => machine);
  const last = ours.find(({ machine }) => machine === manager);
  if (last && initialised) {
    await end(last, leaving);
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
    await leaving(machine, { ...options, owner, gatewayMade, wasAttached: false }, (left) =>
      leaveSwarm(machine, machine.engine.Swarm.NodeID, { signal, left }),
    );
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

type LeavingOptions = UndoOptions & {
  readonly owner: Owner;
  /** Whether the swarm has the network of the routing mesh, to which each node attaches itself. */
  readonly hasMesh: boolean;
};

async function release(
  one: Recorded,
  manager: ConnectedMachine,
  options: LeavingOptions,
): Promise<void> {
  const { machine, node, record } = one;
  const { signal, log } = options;
  if (!record.joined) return unlabel(one, manager, signal);
  log.info(`${machine.name} leaves the swarm`);
  await leaveAttached(one, options, (left) =>
    removeSurplus({ manager, machine, node, signal, warn: log.warning, left }),
  );
}

async function end(one: Recorded, options: LeavingOptions): Promise<void> {
  const { machine, node } = one;
  const { signal, log } = options;
  log.info(`${machine.name} leaves last, and the swarm ends`);
  // Of services that somebody has removed, or a removal that was cut off.
  const ending = { timeoutMs: STOP_TIMEOUT_MS, signal, warn: log.warning };
  await endContainers(machine, node.ID, ending);
  await leaveAttached(one, options, (left) => leaveSwarm(machine, node.ID, { signal, left }));
}

async function leaveAttached(
  { machine, record: { gatewayMade } }: Recorded,
  options: LeavingOptions,
  leave: (left: () => Promise<void>) => Promise<void>,
): Promise<void> {
  // Where the swarm has no mesh, the engine has nothing to make later.
  const wasAttached = !options.hasMesh || (await untilAttached(machine, options));
  await leaving(machine, { ...options, gatewayMade, wasAttached }, leave);
}

/** Lets a host leave by `leave`, which calls what it is given once the host has left. What is to be undone there then is written on the host before. */
async function leaving(
  machine: ConnectedMachine,
  options: Omit<LeavingOptions, 'hasMesh'> & {
    readonly gatewayMade: boolean;
    readonly wasAttached: boolean;
  },
  leave: (left: () => Promise<void>) => Promise<void>,
): Promise<void> {
  if (options.gatewayMade) await markLeaving(machine, options.owner, options);
  await leave(async () => {
    if (options.gatewayMade) await finish(machine, options);
  });
}

/** Removes the bridges that an earlier run was to remove and has not, on hosts that have left. */
async function finishLeaving(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: UndoOptions,
): Promise<void> {
  const outside = machines.filter(({ engine }) => engine.Swarm.LocalNodeState === 'inactive');
  for (const machine of outside) {
    if (!(await isLeaving(machine, owner, options.signal))) continue;
    options.log.info(`${machine.name} has left earlier; docker_gwbridge is removed there now`);
    await finish(machine, { ...options, owner, wasAttached: true });
  }
}

/** Removes the bridge of a host that has left, and what is written there of it. */
async function finish(
  machine: ConnectedMachine,
  options: UndoOptions & { readonly owner: Owner; readonly wasAttached: boolean },
): Promise<void> {
  const { owner, wasAttached, signal, kept } = options;
  try {
    const hasGone = await removeGateway(machine, wasAttached, options);
    if (hasGone) await forgetLeaving(machine, owner, signal);
  } catch (error) {
    signal.throwIfAborted();
    kept.push(error);
  }
}

async function unlabel(
  { node, record }: Recorded,
  manager: ConnectedMachine,
  signal: AbortSignal,
): Promise<void> {
  await labelNode(manager.ssh, node.ID, { remove: Object.keys(recordLabels(record)) }, signal);
}
