import { Refusal, type World } from './world.ts';

export type Labels = Record<string, string>;

interface Stored {
  readonly ID: string;
  Version: { Index: number };
  readonly CreatedAt: string;
  UpdatedAt: string;
}

/** A config, a secret, a service: whatever has a name and labels. */
export interface SwarmObject extends Stored {
  Spec: { Name: string; Labels: Labels } & Record<string, unknown>;
}

export interface SwarmNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Created: string;
  readonly Scope: 'swarm';
  readonly Driver: 'overlay';
  readonly Ingress: boolean;
  readonly Labels: Labels;
  /** Absent as in answers about a network that was given none. */
  readonly Options?: Labels;
}

export interface SwarmNode extends Stored {
  Spec: { Role: 'manager' | 'worker'; Availability: string; Labels: Labels };
  readonly Description: {
    readonly Hostname: string;
    readonly Platform: { readonly OS: string; readonly Architecture: string };
  };
  Status: { State: 'ready' | 'down'; Addr: string };
  ManagerStatus?: { Leader: boolean; Reachability: string; Addr: string };
}

export type ObjectKind = 'config' | 'secret' | 'service';

/** What the managers of a swarm know together. */
export interface Swarm {
  readonly id: string;
  spec: { Name: string; Labels: Labels } & Record<string, unknown>;
  version: number;
  tokens: { Worker: string; Manager: string };
  readonly nodes: Map<string, SwarmNode>;
  readonly objects: Readonly<Record<ObjectKind, Map<string, SwarmObject>>>;
  readonly networks: Map<string, SwarmNetwork>;
}

/** As the engine gives it where nothing else is asked for; an update hands it back whole. */
const SPEC = {
  Orchestration: { TaskHistoryRetentionLimit: 5 },
  Raft: {
    ...{ SnapshotInterval: 10_000, KeepOldSnapshots: 0, LogEntriesForSlowFollowers: 500 },
    ...{ ElectionTick: 10, HeartbeatTick: 1 },
  },
  Dispatcher: { HeartbeatPeriod: 5_000_000_000 },
  CAConfig: { NodeCertExpiry: 7_776_000_000_000_000 },
  TaskDefaults: {},
  EncryptionConfig: { AutoLockManagers: false },
};

export function newTokens(world: World): Swarm['tokens'] {
  return { Worker: `SWMTKN-1-${world.id()}-w`, Manager: `SWMTKN-1-${world.id()}-m` };
}

export function newSwarm(world: World, labels: Labels): Swarm {
  const swarm: Swarm = {
    id: world.id(),
    spec: { Name: 'default', Labels: labels, ...SPEC },
    version: world.version(),
    tokens: newTokens(world),
    nodes: new Map(),
    objects: { config: new Map(), secret: new Map(), service: new Map() },
    networks: new Map(),
  };
  addNetwork(world, swarm, 'ingress', {}, true);
  return swarm;
}

export function addNetwork(
  world: World,
  swarm: Swarm,
  name: string,
  labels: Labels,
  ingress = false,
  options?: Labels,
): SwarmNetwork {
  const network: SwarmNetwork = {
    ...{ Id: world.id(), Name: name, Created: world.clock.date().toISOString(), Labels: labels },
    ...{ Scope: 'swarm', Driver: 'overlay', Ingress: ingress },
    ...(options && { Options: options }),
  };
  swarm.networks.set(network.Id, network);
  return network;
}

export function addNode(
  world: World,
  swarm: Swarm,
  given: { hostname: string; address: string; role: 'manager' | 'worker' },
): SwarmNode {
  const { hostname, address, role } = given;
  const node: SwarmNode = {
    ...stored(world),
    Spec: { Role: role, Availability: 'active', Labels: {} },
    Description: { Hostname: hostname, Platform: { OS: 'linux', Architecture: 'x86_64' } },
    Status: { State: 'ready', Addr: address },
  };
  swarm.nodes.set(node.ID, node);
  setRole(swarm, node, role);
  return node;
}

export function setRole(swarm: Swarm, node: SwarmNode, role: 'manager' | 'worker'): void {
  node.Spec.Role = role;
  if (role === 'worker') delete node.ManagerStatus;
  else {
    const Leader = ![...swarm.nodes.values()].some((one) => one.ManagerStatus?.Leader);
    const Addr = `${node.Status.Addr}:2377`;
    node.ManagerStatus = { Leader, Reachability: 'reachable', Addr };
  }
}

/** Throws as a manager does where the name is taken. */
export function addObject(
  world: World,
  swarm: Swarm,
  kind: ObjectKind,
  spec: SwarmObject['Spec'],
): SwarmObject {
  if (named(swarm, kind, spec.Name)) {
    throw new Refusal(
      409,
      `rpc error: code = AlreadyExists desc = ${kind} ${spec.Name} already exists`,
    );
  }
  const object = { ...stored(world), Spec: { ...spec, Labels: spec.Labels ?? {} } };
  swarm.objects[kind].set(object.ID, object);
  return object;
}

export function updateObject(
  world: World,
  object: SwarmObject | SwarmNode,
  spec: Record<string, unknown>,
): void {
  Object.assign(object, {
    Spec: spec,
    Version: { Index: world.version() },
    UpdatedAt: world.clock.date().toISOString(),
  });
}

/** Each update of a service leaves the spec that it had, also where it is the same. */
export function updateService(
  world: World,
  service: SwarmObject,
  spec: Record<string, unknown>,
): void {
  Object.assign(service, { PreviousSpec: service.Spec });
  updateObject(world, service, spec);
}

export function named(swarm: Swarm, kind: ObjectKind, name: string): SwarmObject | undefined {
  return [...swarm.objects[kind].values()].find(({ Spec }) => Spec.Name === name);
}

/** Throws as a manager does where it is not there, or a service has it. */
export function removeObject(swarm: Swarm, kind: ObjectKind, id: string): void {
  const objects = swarm.objects[kind];
  const object = objects.get(id);
  if (!object) throw new Refusal(404, `${kind} ${id} not found`);
  const user = [...swarm.objects.service.values()].find(
    ({ ID, Spec }) => ID !== id && JSON.stringify(Spec).includes(`"${id}"`),
  );
  if (user) {
    throw new Refusal(
      400,
      `rpc error: code = InvalidArgument desc = ${kind} '${object.Spec.Name}' is in use by the following service: ${user.Spec.Name}`,
    );
  }
  objects.delete(id);
}

export function removeNetwork(swarm: Swarm, id: string): void {
  const network = swarm.networks.get(id);
  if (!network) throw new Refusal(404, `network ${id} not found`);
  const user = [...swarm.objects.service.values()].find(({ Spec }) =>
    JSON.stringify(Spec).includes(`"${id}"`),
  );
  if (user) throw new Refusal(400, `rpc error: network ${id} is in use by service ${user.ID}`);
  swarm.networks.delete(id);
}

function stored(world: World): Stored {
  const now = world.clock.date().toISOString();
  return { ID: world.id(), Version: { Index: world.version() }, CreatedAt: now, UpdatedAt: now };
}
