import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import type { EngineApi } from '../engine/api.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Owner } from '../machines/ownership.ts';
import type { Outside } from '../swarm/adopt.ts';
import { findManager } from '../swarm/find-manager.ts';
import { readIngress } from '../swarm/ingress.ts';
import { endContainers, STOP_TIMEOUT_MS } from '../swarm/leave/end-containers.ts';
import { untilAttached } from '../swarm/leave/gwbridge.ts';
import { leaveSwarm, removeSurplus } from '../swarm/leave/leave.ts';
import { forgetLeaving, markLeaving } from '../swarm/leave/leaving.ts';
import { removeDown } from '../swarm/leave/unlisted.ts';
import { listNodes } from '../swarm/nodes.ts';
import type { Node } from '../swarm/objects.ts';
import { changeNodeLabels, changeSwarmLabels } from '../swarm/records/change-labels.ts';
import { forgetJoining, type Joining, readJoining } from '../swarm/records/join-intent.ts';
import {
  type Change,
  nodeLeftBy,
  recordIn,
  recordOf,
  swarmLeftBy,
  swarmRecordOf,
} from '../swarm/records/node-record.ts';
import { isOver, type User } from '../swarm/records/users.ts';
import {
  finish,
  finishForgotten,
  finishLeaving,
  finishOwn,
  reportUnfinished,
} from './finish-leaving.ts';
import {
  describeUsers,
  isMine,
  type Leaver,
  type Outcome,
  othersOn,
  outcomeOf,
  readView,
  renewedBy,
  servicesThatNeed,
  type View,
} from './outcome.ts';

/** A node of which something was changed for who leaves. */
interface Going {
  readonly node: Node;
  /** Undefined where its host is not connected. */
  readonly machine: ConnectedMachine | undefined;
  readonly change: Change;
  /** Whether the host leaves; else no more than labels go. */
  readonly leaves: boolean;
}

interface DissolveOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
  /**
   * What the hosts were like before the step that is undone; it tells of those that were made nodes
   * and got no label any more.
   */
  readonly outside: Outside;
  /** Names of hosts that belong to it and cannot be reached. */
  readonly unreached: readonly string[];
  /** The stack that was removed by its name, where one was named. */
  readonly stack?: string | undefined;
  /**
   * For a sweep: the expiry that it has seen. What has a later one by now was renewed, and stays.
   */
  readonly listed?: { readonly expires: string | undefined };
}

type UndoOptions = DissolveOptions & {
  /**
   * Gets why a bridge was not removed from a host that has left, which keeps no other host from
   * leaving.
   */
  readonly kept: unknown[];
};

/** How often it is begun anew where other runs change who uses the swarm meanwhile. */
const TRIES = 3;

/**
 * Undoes what `up` did to hosts that were there before, as the labels of their swarm and nodes
 * record it: nodes that joined leave in good order, a swarm that was initialised ends, labels are
 * taken off; each of it only where no other cluster uses it, which is asked again right before.
 * What others use is theirs from then on. A swarm that still runs services of somebody stays whole,
 * with a warning. Gives what has left, for example `node web-1`. What an earlier run has left to do
 * on hosts that have left is done, too. Throws `ActionError` that names hosts that were in no swarm
 * before, and stay in one that cannot be asked, and such that keep their bridge.
 */
export async function dissolve(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: DissolveOptions,
): Promise<readonly string[]> {
  const kept: unknown[] = [];
  const finished = await finishLeaving(machines, owner, { ...options, kept });
  let { unfinished } = finished;
  const left = new Set<ConnectedMachine>();
  const ended = [...finished.left];
  const known = [...finished.machines];
  const finishUnfinished: Progress['finishUnfinished'] = async (nodes, isOwn) => {
    const now = await finishOwn(unfinished, nodes, isOwn, { ...options, owner, kept });
    unfinished = unfinished.filter(({ index }) => now.every((one) => one.index !== index));
    ended.push(...now);
    known.push(...now);
    return now;
  };
  let isRenewed = false;
  const renewed = () => {
    isRenewed = true;
  };
  try {
    for (let tries = 1; tries <= TRIES; tries += 1) {
      const rest = known.filter((machine) => !left.has(machine));
      const progress = { kept, left, renewed, finishUnfinished };
      if ((await undo(rest, owner, { ...options, ...progress })) || isRenewed) break;
      const isLast = tries === TRIES;
      options.log.info(
        `Who uses the swarm has changed meanwhile; ${isLast ? 'what is left stays' : 'it is looked at again'}`,
      );
    }
  } catch (error) {
    reportUnfinished(unfinished, kept);
    throw kept.length === 0 ? error : several([error, ...kept]);
  }
  reportUnfinished(unfinished, kept);
  if (kept.length > 0) throw kept.length === 1 ? kept[0] : several(kept);
  return [...ended, ...left].map(({ name }) => `node ${name}`);
}

function several(failures: readonly unknown[]): AggregateError {
  return new AggregateError(failures, 'Not all of the hosts are as they were.');
}

interface Progress {
  /** Gets each host that has left. */
  readonly left: Set<ConnectedMachine>;
  /** Called where another run has renewed what was to go: then no more goes. */
  readonly renewed: () => void;
  /** Has hosts end to leave whose node is one of these and `isOwn`. Gives those that have left. */
  readonly finishUnfinished: (
    nodes: readonly Node[],
    isOwn: (node: Node) => boolean,
  ) => Promise<readonly ConnectedMachine[]>;
}

/**
 * Gives false where others have begun to use something meanwhile, so that it is to be decided anew
 * what goes.
 */
async function undo(
  present: readonly ConnectedMachine[],
  owner: Owner,
  given: UndoOptions & Progress,
): Promise<boolean> {
  const { signal, log } = given;
  let machines = present;
  const entrance = await findManager(machines, {
    ...given,
    disposable: false,
    cluster: owner.cluster,
  });
  if (!entrance) {
    if (given.unreached.length > 0) throw noManagerReached(given.unreached);
    log.info('No host is a manager of a swarm that was formed or joined by this action');
    await leaveUnknown(machines, [], owner, given);
    return true;
  }
  const { api } = entrance.manager;
  const leaver = { owner, stack: given.stack, listed: given.listed };
  const view = await readView(api, signal, log.warning);
  const joining = await readJoining(api, owner, signal, log.warning);
  const outside = withJoining(given.outside, machines, joining);
  const options = { ...given, outside };
  await leaveUnknown(machines, view.nodes, owner, options);
  const outcome = outcomeOf(view, leaver);
  if (outcome.kind === 'kept') {
    if (outcome.isOwn) log.info(outcome.reason);
    else log.warning(outcome.reason);
    return true;
  }
  if (tellRenewed(view, view, leaver, log)) return true;
  machines = [
    ...machines,
    ...(await given.finishUnfinished(view.nodes, (node) => goesWith(node, view, leaver, outcome))),
  ];
  const heirs = outcome.kind === 'leaves' ? outcome.heirs : [];
  if (heirs.length > 0) {
    log.info(`The swarm stays: it is used by ${describeUsers(heirs, leaver)}, too.`);
  }
  const going = goingIn(view, { machines, leaver, outcome, outside });
  const manager = managerFor(view, going, outcome, [entrance.manager, ...machines]);
  const hasMesh = (await readIngress(api, signal)) !== undefined;
  const isDue = dueAsBefore(view, outcome, leaver, manager.api, options);
  const known = { machines, owner, leaver, view, heirs, hasMesh };
  const leaving = { ...options, ...known, manager, isDue };
  return outcome.kind === 'ends' ? await endAll(going, leaving) : await leaveShared(going, leaving);
}

type UndoingOptions = LeavingOptions &
  Progress & {
    readonly machines: readonly ConnectedMachine[];
    readonly leaver: Leaver;
    /** The one that is told. */
    readonly manager: ConnectedMachine;
    /** What was known when it was decided what goes. */
    readonly view: View;
    /** Whose the swarm is from then on, if this action has initialised it. */
    readonly heirs: readonly User[];
    /** Whether a node still goes, or without one the swarm. Asked right before. */
    readonly isDue: (node?: Node) => Promise<boolean>;
  };

/**
 * Takes all nodes out of a swarm that nobody else uses; the manager that is told goes last, and the
 * swarm with it. While a host that joined is not at hand the swarm stays with what stands on it, so
 * that a later run that enters the host can let it go.
 */
async function endAll(going: readonly Going[], options: UndoingOptions): Promise<boolean> {
  const { machines, manager, signal, log, left, isDue } = options;
  // Managers that are down count in the majority that the others need to leave in good order.
  await removeDown(machines, () => true, forgetting(options));
  for (const one of going) {
    if (one.machine === manager || !one.machine) continue;
    if (!(await release(one, options))) return false;
  }
  const last = going.find(({ machine }) => machine === manager);
  if (!last || !(await isDue())) return false;
  const missing = (await listNodes(manager.api, signal)).filter(
    (node) => node.ID !== last.node.ID && recordOf(node)?.joined,
  );
  if (missing.length > 0) {
    const names = missing.map(({ Description }) => Description.Hostname).join(', ');
    log.warning(
      `The swarm stays: ${names} joined it, and ${missing.length === 1 ? 'was' : 'were'} not entered by this step. Name all of them in \`hosts\`, then run \`down\` again. One that is lost goes as soon as the swarm sees that it is down.`,
    );
    return true;
  }
  if (!(await end({ ...last, machine: manager }, options))) return false;
  left.add(manager);
  return true;
}

/** With what is to be done on a host that has left by itself before its node goes. */
function forgetting(options: UndoingOptions) {
  return {
    ...options,
    leftEarlier: (machine: ConnectedMachine, node: Node) => finishForgotten(machine, node, options),
  };
}

/**
 * Undoes what nobody else uses in a swarm that stays. What tells of the cluster there goes last.
 */
async function leaveShared(going: readonly Going[], options: UndoingOptions): Promise<boolean> {
  const { machines, manager, owner, leaver, view, signal, log } = options;
  const alone = new Set(going.filter(({ leaves }) => leaves).map(({ node }) => node.ID));
  await removeDown(machines, ({ ID }) => alone.has(ID), forgetting(options));
  for (const one of going) {
    if (one.machine === manager) continue;
    // Its host is not at hand. What stands on the node stays, so that a later run that enters it
    // can let it go.
    if (one.leaves && !one.machine) continue;
    if (!(await release(one, options))) return false;
  }
  const last = going.find(({ machine }) => machine === manager);
  if (last?.leaves) {
    log.warning(
      `${manager.name} stays in the swarm, though this action let it join: it is the only manager in \`hosts\`, and cannot let itself go. Name another one there, then run \`down\` again.`,
    );
  } else if (last && !(await release(last, options))) return false;
  if (!last?.leaves) await forgetJoining(manager.api, owner, signal);
  const before = view.swarm?.users ?? [];
  const isGone = (user: User) => isMine(user, leaver) && !staysAsMark(user, options);
  await changeSwarmLabels(
    manager.api,
    (labels) => {
      const now = swarmRecordOf(labels)?.users ?? [];
      return renewedBy(now, before, leaver) ? labels : swarmLeftBy(labels, isGone);
    },
    { signal },
  );
  return true;
}

/**
 * Whose time is over keeps nobody from ending the swarm. So a sweep leaves its mark on one that
 * others use whose time will be over, too: should they be forgotten, the next sweep of this
 * repository ends it.
 */
function staysAsMark(user: User, { leaver, view, heirs }: UndoingOptions): boolean {
  const doAllEnd = heirs.every(({ owner }) => owner.expires !== undefined);
  return leaver.listed !== undefined && isOver(user, view.now) && doAllEnd;
}

/**
 * Asks again what was asked before it was decided; says so where another run has renewed it
 * meanwhile.
 */
function dueAsBefore(
  before: View,
  outcome: Outcome,
  leaver: Leaver,
  api: EngineApi,
  { signal, log, renewed }: UndoOptions & Progress,
): UndoingOptions['isDue'] {
  return async (node) => {
    const now = await readView(api, signal, () => {});
    if (tellRenewed(now, before, leaver, log)) {
      renewed();
      return false;
    }
    const next = outcomeOf(now, leaver);
    if (next.kind !== outcome.kind) return false;
    if (!node) return true;
    const current = now.nodes.find(({ ID }) => ID === node.ID);
    return current !== undefined && othersOn(current, now, leaver, next).length === 0;
  };
}

/** Whether a run has renewed what was to go, which is said. */
function tellRenewed(now: View, before: View, leaver: Leaver, log: DriverLog): boolean {
  const pairs = [
    { users: now.swarm?.users ?? [], earlier: before.swarm?.users ?? [] },
    ...now.nodes.map((node) => ({
      users: recordOf(node)?.users ?? [],
      earlier: recordOf(before.nodes.find(({ ID }) => ID === node.ID) ?? node)?.users ?? [],
    })),
  ];
  for (const { users, earlier } of pairs) {
    const renewed = renewedBy(users, earlier, leaver);
    if (!renewed) continue;
    warnOfRenewal(renewed, log);
    return true;
  }
  return false;
}

function warnOfRenewal({ owner: { cluster, run } }: User, log: DriverLog): void {
  log.warning(
    `Cluster ${cluster} was deployed again meanwhile, by run ${run}: what is left of it on the hosts stays.`,
  );
}

/**
 * The nodes that `up` changed for who leaves. A node without a label is one where the swarm itself
 * was made by us, or its host was in none before: then `up` was ended between the two.
 */
function goingIn(
  view: View,
  {
    machines,
    leaver,
    outcome,
    outside,
  }: {
    readonly machines: readonly ConnectedMachine[];
    readonly leaver: Leaver;
    readonly outcome: Outcome;
    readonly outside: Outside;
  },
): Going[] {
  const isEnd = outcome.kind === 'ends';
  return view.nodes.flatMap((node): Going[] => {
    const machine = machines.find(({ engine }) => engine.Swarm.NodeID === node.ID);
    const record = recordOf(node);
    if (record) {
      if (!isEnd && !record.users.some((user) => isMine(user, leaver))) return [];
      const leaves = record.joined && othersOn(node, view, leaver, outcome).length === 0;
      return [{ node, machine, change: record, leaves }];
    }
    if (!machine) return [];
    const wasOutside = outside.hosts.includes(machine.index);
    if (!isEnd && !wasOutside) return [];
    // Of those that joined it is known; else it is the one that the swarm began on.
    const gatewayMade = wasOutside
      ? outside.withoutGateway.includes(machine.index)
      : (view.swarm?.gatewayMade ?? false);
    return [{ node, machine, change: { joined: true, gatewayMade }, leaves: true }];
  });
}

/** Whether a node joined for who leaves, and leaves with it. */
function goesWith(node: Node, view: View, leaver: Leaver, outcome: Outcome): boolean {
  const record = recordOf(node);
  if (!record?.joined) return false;
  const isMineToo = outcome.kind === 'ends' || record.users.some((user) => isMine(user, leaver));
  return isMineToo && othersOn(node, view, leaver, outcome).length === 0;
}

/**
 * The manager that is told: in a swarm that stays, one that stays itself, where there is one. The
 * first of `machines` is a manager in any case.
 */
function managerFor(
  { nodes }: View,
  going: readonly Going[],
  outcome: Outcome,
  machines: readonly [ConnectedMachine, ...ConnectedMachine[]],
): ConnectedMachine {
  const [entrance] = machines;
  if (outcome.kind === 'ends') return entrance;
  const leaving = new Set(going.filter(({ leaves }) => leaves).map(({ node }) => node.ID));
  const isFit = ({ engine }: ConnectedMachine) => {
    const node = nodes.find(({ ID }) => ID === engine.Swarm.NodeID);
    return node?.ManagerStatus?.Reachability === 'reachable' && !leaving.has(node.ID);
  };
  return machines.find(isFit) ?? entrance;
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

/**
 * Lets hosts go that were in no swarm before, and whose joining was ended before it was one: no
 * manager knows them.
 */
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

/**
 * Lets one node go, or takes off its labels. Gives false where others have begun to use it
 * meanwhile.
 */
async function release(one: Going, options: UndoingOptions): Promise<boolean> {
  const { machine, node, leaves } = one;
  const { manager, signal, log, isDue, left } = options;
  if (!leaves || !machine) {
    await unlabel(one, options);
    return true;
  }
  if (!(await isDue(node))) return false;
  log.info(`${machine.name} leaves the swarm`);
  const hasLeft = await leaveAttached({ ...one, machine }, options, (gone) =>
    removeSurplus({
      ...{ manager, machine, node, signal, warn: log.warning, left: gone },
      isDue: () => isDue(node),
    }),
  );
  if (hasLeft) left.add(machine);
  return hasLeft;
}

type Connected = Going & { readonly machine: ConnectedMachine };

/** Lets the last node go. Gives false where others have begun to use the swarm meanwhile. */
async function end(
  { machine, node, change }: Connected,
  options: UndoingOptions,
): Promise<boolean> {
  const { signal, log, isDue } = options;
  log.info(`${machine.name} leaves last, and the swarm ends`);
  // Of services that somebody has removed, or a removal that was cut off.
  const ending = { timeoutMs: STOP_TIMEOUT_MS, signal, warn: log.warning };
  await endContainers(machine, node.ID, ending);
  return await leaveAttached({ machine, change }, options, async (left) => {
    if (!(await isDue())) return false;
    await leaveSwarm(machine, node.ID, { signal, left });
    return true;
  });
}

async function leaveAttached(
  { machine, change: { gatewayMade } }: Pick<Connected, 'machine' | 'change'>,
  options: LeavingOptions,
  leave: (left: () => Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  // Where the swarm has no mesh, the engine has nothing to make later.
  const wasAttached = !options.hasMesh || (await untilAttached(machine, options));
  return await leaving(machine, { ...options, gatewayMade, wasAttached }, leave);
}

/**
 * Lets a host leave by `leave`, which calls what it is given once the host has left, and gives
 * whether it has. What is to be undone there then is written on the host before.
 */
async function leaving(
  machine: ConnectedMachine,
  options: Omit<LeavingOptions, 'hasMesh'> & {
    readonly gatewayMade: boolean;
    readonly wasAttached: boolean;
  },
  leave: (left: () => Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  if (options.gatewayMade) await markLeaving(machine, options.owner, options);
  const hasLeft = await leave(async () => {
    if (options.gatewayMade) await finish(machine, options);
  });
  if (!hasLeft && options.gatewayMade) await forgetLeaving(machine, options.signal);
  return hasLeft;
}

/**
 * Takes the cluster off a node that stays, and the labels that nobody else has in `hosts` and no
 * service rests on.
 */
async function unlabel(
  { node }: Going,
  { manager, leaver, view, signal, log, renewed }: UndoingOptions,
): Promise<void> {
  const before = recordOf(node)?.users ?? [];
  let kept: readonly string[] = [];
  let newer: User | undefined;
  await changeNodeLabels(
    manager.api,
    node.ID,
    (labels) => {
      kept = [];
      newer = renewedBy(recordIn(labels)?.users ?? [], before, leaver);
      if (newer) return labels;
      const isNeeded = (key: string, value: string) =>
        servicesThatNeed(key, value, view).length > 0;
      const next = nodeLeftBy(labels, (user) => isMine(user, leaver), isNeeded);
      kept = next.needed.map((key) => `${key}=${labels[key]}`);
      return next.labels;
    },
    { signal },
  );
  if (newer) {
    warnOfRenewal(newer, log);
    renewed();
  }
  for (const label of kept) {
    const [key = '', ...value] = label.split('=');
    const names = servicesThatNeed(key, value.join('='), view).join(', ');
    log.warning(
      `Node ${node.Description.Hostname} keeps the label ${label}: ${names} may run only where it is. Once nothing needs it, run \`down\` again.`,
    );
  }
}
