import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import type { EngineApi } from '../engine/api.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Labels } from '../machines/ownership.ts';
import type { Fleet } from '../machines/provision.ts';
import { managerAddress } from '../machines/swarm-ports.ts';
import * as swarm from './commands.ts';
import { findManager } from './find-manager.ts';
import { demote, removeNode, removeSurplus } from './leave/leave.ts';
import { runLeave } from './leave/run-leave.ts';
import {
  init,
  type JoinTokens,
  join,
  readJoinTokens,
  readNodeId,
  rotateJoinTokens,
} from './membership.ts';
import { changeNode, isManager, listNodes, waitForNodes } from './nodes.ts';
import type { Node } from './objects.ts';
import { isReachable, keepsMajority } from './quorum.ts';

/** How long all nodes together may take to become ready, in ms. */
const READY_TIMEOUT_MS = 60_000;

/** A machine and the node of the swarm that it is. */
export interface Member {
  readonly machine: ConnectedMachine;
  readonly node: Node;
  /** Whether the kernel can do IPVS, without which no ingress port and no virtual IP answers. */
  readonly ipvs: boolean;
}

/** A member whose kernel is still being asked. */
type NewMember = Omit<Member, 'ipvs'>;

export interface Swarm {
  /** The manager that everything is asked of and told to. */
  readonly manager: ConnectedMachine;
  readonly api: EngineApi;
  readonly members: readonly Member[];
}

export interface FormOptions {
  /**
   * Whether the machines are ours to throw away: then a machine in another swarm leaves it, a swarm
   * without majority is forced to go on, and nodes without a machine are removed. Otherwise each of
   * these is refused or left as it is.
   */
  readonly disposable: boolean;
  readonly cluster: string;
  readonly log: DriverLog;
  /** Given each join token before it is used. */
  readonly mask: (secret: string) => void;
  /** Removes a machine that has left the swarm for good. */
  readonly destroy: (machine: ConnectedMachine) => Promise<void>;
  /** Of the overlay networks of a swarm that is initialised; without it, Docker's own choice. */
  readonly addressPools?: readonly string[] | undefined;
  /** Of a swarm that is initialised on this machine: whose it is. */
  readonly labels: (first: ConnectedMachine) => Labels;
  /**
   * Told of a swarm that there is, by the API of a manager, before anything is changed: what it
   * throws is the end.
   */
  readonly found?: ((api: EngineApi) => Promise<void>) | undefined;
  /** Told of the machines that are about to join, with the API of a manager. */
  readonly joining?:
    | ((machines: readonly ConnectedMachine[], api: EngineApi) => Promise<void>)
    | undefined;
  /**
   * Told of each machine that has just become a node, with a manager of its swarm. Nothing else is
   * done with the node before it resolves.
   */
  readonly joined?:
    | ((machine: ConnectedMachine, id: string, manager: ConnectedMachine) => Promise<void>)
    | undefined;
  /** Told of the whole swarm, while the kernels of its machines are asked. */
  readonly complete?:
    | ((
        formed: Omit<Swarm, 'members'> & { readonly members: readonly NewMember[] },
      ) => Promise<void>)
    | undefined;
  readonly signal: AbortSignal;
}

/** Which node each machine is, by id; a machine that is in no swarm is not in it. */
type NodeIds = Map<ConnectedMachine, string>;

/**
 * Makes one swarm of the machines, whatever part of one they are already: a missing one is
 * initialised, machines join, roles are changed to those wanted, surplus machines are taken out,
 * join tokens are rotated. Changes nothing where nothing is missing.
 */
export async function formSwarm(fleet: Fleet, options: FormOptions): Promise<Swarm> {
  const { signal, log } = options;
  const all = [...fleet.machines, ...fleet.surplus];
  const ids: NodeIds = new Map();
  for (const machine of all) {
    if (isMember(machine)) ids.set(machine, machine.engine.Swarm.NodeID);
  }
  const entrance = await findManager(all, options);
  if (entrance) await options.found?.(entrance.manager.api);
  if (entrance?.forced) forgetOthers(ids, entrance.manager);
  const entry = entrance?.manager ?? (await initialise(fleet, ids, options));
  const { joined, nodes: completed } = await complete(
    { entry, nodes: entrance?.nodes },
    fleet,
    ids,
    options,
  );

  // From here on a machine of the fleet that is a manager now, and stays one, is asked.
  const manager = fleet.machines.find(({ role }) => role === 'manager') ?? entry;
  const { api } = manager;
  const roles = rolesOf(fleet, ids);
  const isChanged = await demoteOthers(manager, completed, roles, signal);
  const seen = isChanged ? undefined : completed;
  const nodes = await waitForNodes(api, roles, { signal, timeoutMs: READY_TIMEOUT_MS, seen });
  for (const machine of fleet.surplus) {
    log.info(`${machine.name} is surplus: its tasks move, then it leaves and is destroyed`);
    const node = nodes.find(({ ID }) => ID === ids.get(machine));
    await removeSurplus({ manager, machine, node, signal, warn: log.warning });
    await options.destroy(machine);
  }
  if (joined.length > 0) await rotateJoinTokens(api, signal);
  const members = membersOf(fleet.machines, nodes, ids);
  const probing = Promise.all(members.map(({ machine }) => hasIpvs(machine, signal)));
  probing.catch(() => {}); // Told below, unless something else comes first.
  await options.complete?.({ manager, api, members });
  const ipvs = await probing;
  return {
    manager,
    api,
    members: members.map((member, at) => ({ ...member, ipvs: ipvs[at] ?? false })),
  };
}

function isMember({ engine }: ConnectedMachine): boolean {
  return engine.Swarm.LocalNodeState !== 'inactive';
}

/**
 * After a swarm was forced to go on with one manager, the others are no part of it any more, though
 * they believe so.
 */
function forgetOthers(ids: NodeIds, manager: ConnectedMachine): void {
  for (const machine of ids.keys()) if (machine !== manager) ids.delete(machine);
}

async function initialise(
  { machines, unreachable }: Fleet,
  ids: NodeIds,
  { disposable, addressPools, labels, signal }: FormOptions,
): Promise<ConnectedMachine> {
  // They may be the managers of the swarm that there is.
  if (unreachable.length > 0) throw noSecondSwarm(unreachable);
  const first = machines.find(({ role }) => role === 'manager');
  if (!first) throw new Error('a swarm without a manager');
  for (const machine of machines.filter(isMember)) {
    if (!disposable) throw inAnotherSwarm(machine);
    ids.delete(machine);
  }
  await leaveIfMember(first, signal);
  const { api } = first;
  const { advertise: address, dataPath } = first;
  await init(api, { address, dataPath, addressPools, labels: labels(first), signal });
  ids.delete(first);
  return first;
}

/**
 * Through the manager that there is: dead nodes go, missing machines join, the wanted managers are
 * promoted. `nodes` is what was read of it a moment ago. Resolves with those that joined, and with
 * the nodes as they are then.
 */
async function complete(
  {
    entry,
    nodes,
  }: { readonly entry: ConnectedMachine; readonly nodes?: readonly Node[] | undefined },
  fleet: Fleet,
  ids: NodeIds,
  options: FormOptions,
): Promise<{ readonly joined: readonly ConnectedMachine[]; readonly nodes: readonly Node[] }> {
  const { disposable, signal } = options;
  const { api } = entry;
  if (!ids.has(entry)) {
    const id = await readNodeId(api, signal);
    ids.set(entry, id);
    await options.joined?.(entry, id, entry);
  }
  let known = nodes ?? (await listNodes(api, signal));
  const knownIds = new Set(known.map(({ ID }) => ID));
  for (const [machine, id] of ids) {
    if (knownIds.has(id)) continue;
    if (!disposable) throw inAnotherSwarm(machine);
    ids.delete(machine);
  }
  if (disposable && (await removeDead(entry, known, ids, options))) {
    known = await listNodes(api, signal);
  }

  const joining = fleet.machines.filter((machine) => !ids.has(machine));
  if (joining.length > 0) {
    await options.joining?.(joining, api);
    await joinAll(api, entry, joining, ids, options);
  }

  const roles = rolesOf(fleet, ids);
  const present = joining.length > 0 ? await listNodes(api, signal) : known;
  const promoted = present.filter((node) => !isManager(node) && roles.get(node.ID) === 'manager');
  if (promoted.length > 0) {
    await changeNode(entry.ssh, swarm.promote(promoted.map((node) => node.ID)), signal);
  }
  const managers = new Map([...roles].filter(([, role]) => role === 'manager'));
  const seen = promoted.length > 0 ? undefined : present;
  const wait = { signal, timeoutMs: READY_TIMEOUT_MS, seen };
  return { joined: joining, nodes: await waitForNodes(api, managers, wait) };
}

function noSecondSwarm(unreachable: readonly string[]): ActionError {
  return new ActionError(
    `None of the hosts that answer is a manager of a swarm. No swarm is initialised while ${unreachable.join(', ')} cannot be asked.`,
    { hint: 'Nothing was changed. Bring it back, or take it out of `hosts`, then run again.' },
  );
}

function inAnotherSwarm(machine: ConnectedMachine): ActionError {
  return new ActionError(`${machine.name} is in another swarm than the managers named here.`, {
    hint: `Nothing was changed. Take it out of the list, or name a manager of its swarm. If that swarm is not needed any more, run there: docker swarm leave${machine.engine.Swarm.ControlAvailable ? ' --force' : ''}`,
  });
}

/** A machine of ours that is in a swarm without a manager to ask has nothing there to keep. */
async function leaveIfMember(machine: ConnectedMachine, signal: AbortSignal): Promise<void> {
  if (isMember(machine)) await runLeave(machine, { signal });
}

/**
 * Nodes that are no machine of the cluster any more would be waited for and given tasks: they are
 * taken out of the swarm. Gives whether there were some.
 */
async function removeDead(
  manager: ConnectedMachine,
  nodes: readonly Node[],
  ids: NodeIds,
  { signal, log }: FormOptions,
): Promise<boolean> {
  const alive = new Set(ids.values());
  const dead = nodes.filter(({ ID }) => !alive.has(ID));
  for (const node of dead) {
    log.info(
      `${node.Description.Hostname} (${node.ID}) has no machine any more; removed from the swarm`,
    );
    await removeNode(manager, node, signal);
  }
  return dead.length > 0;
}

async function joinAll(
  api: EngineApi,
  entry: ConnectedMachine,
  joining: readonly ConnectedMachine[],
  ids: NodeIds,
  { mask, signal, joined }: FormOptions,
): Promise<void> {
  const tokens = await readJoinTokens(api, signal);
  mask(tokens.Worker);
  mask(tokens.Manager);
  const joinOne = async (machine: ConnectedMachine, role: keyof JoinTokens) => {
    await leaveIfMember(machine, signal);
    const own = machine.api;
    const present = [...ids.keys()].filter((one) => one !== entry && one.role === 'manager');
    await join(own, {
      address: machine.advertise,
      dataPath: machine.dataPath,
      managers: [entry, ...present].map(managerAddress),
      token: tokens[role],
      signal,
    });
    const id = await readNodeId(own, signal);
    ids.set(machine, id);
    await joined?.(machine, id, entry);
  };
  // Each new manager changes the quorum, so they join one by one; workers change nothing.
  for (const machine of joining) {
    if (machine.role === 'manager') await joinOne(machine, 'Manager');
  }
  const workers = joining.filter(({ role }) => role === 'worker');
  const results = await Promise.allSettled(workers.map((machine) => joinOne(machine, 'Worker')));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** The role that each node of the fleet shall have. */
function rolesOf(fleet: Fleet, ids: NodeIds): Map<string, 'manager' | 'worker'> {
  return new Map(
    fleet.machines.flatMap((machine) => {
      const id = ids.get(machine);
      return id === undefined ? [] : [[id, machine.role] as const];
    }),
  );
}

/** Gives whether there were some. */
async function demoteOthers(
  manager: ConnectedMachine,
  nodes: readonly Node[],
  roles: ReadonlyMap<string, 'manager' | 'worker'>,
  signal: AbortSignal,
): Promise<boolean> {
  const others = nodes.filter((node) => isManager(node) && roles.get(node.ID) === 'worker');
  if (others.length === 0) return false;
  if (!keepsMajority(nodes, new Set(others.map(({ ID }) => ID))))
    throw wouldLoseMajority(others, nodes);
  // Each changes the quorum, so they go one by one.
  for (const node of others) await demote(manager, node, signal);
  return true;
}

function wouldLoseMajority(demoted: readonly Node[], nodes: readonly Node[]): ActionError {
  const names = (some: readonly Node[]) =>
    some.map(({ Description }) => Description.Hostname).join(', ');
  const gone = nodes.filter((node) => isManager(node) && !isReachable(node));
  return new ActionError(
    `${names(demoted)} cannot become a worker now: without it, most managers of the swarm could not be reached.`,
    {
      details: `Not reachable: ${names(gone)}`,
      hint: 'Bring these managers back, then run again. Take managers that are lost for good out of the swarm: docker node demote, docker node rm --force.',
    },
  );
}

function membersOf(
  machines: readonly ConnectedMachine[],
  nodes: readonly Node[],
  ids: NodeIds,
): NewMember[] {
  const byId = new Map(nodes.map((node) => [node.ID, node]));
  return machines.flatMap((machine) => {
    const node = byId.get(ids.get(machine) ?? '');
    return node ? [{ machine, node }] : [];
  });
}

async function hasIpvs({ ssh }: ConnectedMachine, signal: AbortSignal): Promise<boolean> {
  const options = { anyExitCode: true, repeatable: true, signal };
  return (await ssh.run(swarm.probeIpvs(), options)).exitCode === 0;
}
