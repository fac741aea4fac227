import {
  addNetwork,
  addNode,
  addObject,
  type Labels,
  newSwarm,
  newTokens,
  type ObjectKind,
  removeNetwork,
  removeObject,
  type Swarm,
  type SwarmNode,
  type SwarmObject,
  updateObject,
  updateService,
} from './swarm.ts';
import { tasksOf } from './tasks.ts';
import { Refusal, unknown, type World } from './world.ts';

/**
 * How long a node takes to attach itself to the routing mesh, which makes `docker_gwbridge`, in ms.
 */
const ATTACH_MS = 300;
const GATEWAY = 'docker_gwbridge';

export interface Volume {
  readonly Name: string;
  readonly Labels: Labels;
  readonly CreatedAt: string;
}

export interface LocalNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Labels;
  readonly Created: string;
  readonly Driver: string;
  readonly Scope: 'local';
  /**
   * What is attached: a container's id, or a sandbox of the engine's own, with the name of its end.
   */
  readonly ends: Map<string, string>;
}

export interface Container {
  readonly Id: string;
  readonly Name: string;
  readonly Labels: Labels;
  readonly created: number;
  State: 'created' | 'running' | 'exited';
  readonly network: string;
  readonly address: string;
  /** Anonymous ones. */
  readonly volumes: readonly string[];
  /** Where it is a machine: its own dockerd, once it has been started. */
  machine?: Engine;
  /** Whether a key was copied into it. */
  admits: boolean;
}

/** A host that holds ports for the time of a question. */
interface Listener {
  readonly ports: readonly string[];
  say(line: string): void;
}

/** A dockerd, and as far as it matters the machine that it runs on. */
export interface Engine {
  readonly world: World;
  readonly id: string;
  /** Host name. */
  readonly name: string;
  readonly address: string;
  readonly volumes: Map<string, Volume>;
  readonly networks: Map<string, LocalNetwork>;
  readonly containers: Map<string, Container>;
  /** What lies in folders for temporary files. */
  readonly files: Set<string>;
  listener?: Listener | undefined;
  member?: { readonly swarm: Swarm; readonly node: SwarmNode } | undefined;
  /**
   * On the clock, when it attaches itself to the routing mesh; it does so even where it has left by
   * then.
   */
  attaching?: number | undefined;
}

export function newEngine(world: World, name: string, address: string): Engine {
  const engine: Engine = {
    ...{ world, name, address, id: world.id('docker') },
    ...{ volumes: new Map(), networks: new Map(), containers: new Map(), files: new Set() },
  };
  for (const one of ['bridge', 'host', 'none']) addLocalNetwork(engine, one, {});
  world.engines.set(address, engine);
  return engine;
}

/** What of the past has still to happen, up to `now`. */
export function settle(engine: Engine, now = engine.world.clock.now()): void {
  if (engine.attaching === undefined || now < engine.attaching) return;
  engine.attaching = undefined;
  const bridge = networkOf(engine, GATEWAY) ?? addLocalNetwork(engine, GATEWAY, {});
  bridge.ends.set('ingress-sbox', 'gateway_ingress-sbox');
}

export function networkOf(engine: Engine, name: string): LocalNetwork | undefined {
  return [...engine.networks.values()].find(({ Id, Name }) => Name === name || Id === name);
}

export function addLocalNetwork(engine: Engine, name: string, labels: Labels): LocalNetwork {
  const { world } = engine;
  const network: LocalNetwork = {
    ...{ Id: world.id('docker'), Name: name, Labels: labels, Scope: 'local', Driver: 'bridge' },
    ...{ Created: world.clock.date().toISOString(), ends: new Map() },
  };
  engine.networks.set(network.Id, network);
  return network;
}

export function removeLocalNetwork(engine: Engine, name: string): void {
  const network = networkOf(engine, name);
  if (!network) throw new Refusal(404, `network ${name} not found`);
  if (network.ends.size > 0) {
    throw new Refusal(
      403,
      `error while removing network: network ${network.Name} id ${network.Id} has active endpoints`,
    );
  }
  engine.networks.delete(network.Id);
}

export function addVolume(engine: Engine, name: string, labels: Labels): Volume {
  // Whoever makes one a second time gets the first one, with its labels.
  const volume = engine.volumes.get(name) ?? {
    ...{ Name: name, Labels: labels },
    CreatedAt: engine.world.clock.date().toISOString().replace(/\.\d+/, ''),
  };
  engine.volumes.set(name, volume);
  return volume;
}

export function removeVolume(engine: Engine, name: string): void {
  if (!engine.volumes.has(name)) throw new Refusal(404, `get ${name}: no such volume`);
  const user = [...engine.containers.values()].find(({ volumes }) => volumes.includes(name));
  if (user) throw new Refusal(409, `remove ${name}: volume is in use - [${user.Id}]`);
  engine.volumes.delete(name);
}

export function containerOf(engine: Engine, name: string): Container {
  const found = [...engine.containers.values()].find(
    ({ Id, Name }) => Name === name || Id.startsWith(name),
  );
  if (found) return found;
  throw new Refusal(404, `No such container: ${name}`);
}

/** As with `--force --volumes`. */
export function removeContainer(engine: Engine, name: string): void {
  const container = containerOf(engine, name);
  engine.containers.delete(container.Id);
  for (const { ends } of engine.networks.values()) ends.delete(container.Id);
  for (const volume of container.volumes) engine.volumes.delete(volume);
  if (container.machine) engine.world.engines.delete(container.machine.address);
}

/** Makes a swarm of which this engine is the first manager. */
export function initSwarm(engine: Engine, labels: Labels): Swarm {
  refuseMember(engine);
  const swarm = newSwarm(engine.world, labels);
  become(engine, swarm, 'manager');
  return swarm;
}

function joinSwarm(engine: Engine, addresses: readonly string[], token: string): void {
  refuseMember(engine);
  const { engines } = engine.world;
  const manager = addresses.map((one) => engines.get(one.replace(/:\d+$/, ''))).find(isManager);
  const swarm = manager?.member?.swarm;
  if (!swarm) throw new Refusal(503, 'rpc error: code = Unavailable desc = connection refused');
  const role = (['Worker', 'Manager'] as const).find((one) => swarm.tokens[one] === token);
  if (!role)
    throw new Refusal(400, 'rpc error: A valid join token is necessary to join this cluster');
  become(engine, swarm, role === 'Manager' ? 'manager' : 'worker');
}

function become(engine: Engine, swarm: Swarm, role: 'manager' | 'worker'): void {
  const { world, name: hostname, address } = engine;
  const node = addNode(world, swarm, { hostname, address, role });
  engine.member = { swarm, node };
  engine.attaching = world.clock.now() + ATTACH_MS;
}

/** As with `--force`. The bridge of overlay networks stays. */
export function leaveSwarm(engine: Engine): void {
  if (!engine.member) throw new Refusal(503, 'This node is not part of a swarm');
  engine.member.node.Status.State = 'down';
  engine.member = undefined;
  if (engine.attaching === undefined) networkOf(engine, GATEWAY)?.ends.delete('ingress-sbox');
  for (const { Id, Labels } of [...engine.containers.values()]) {
    if (Labels['com.docker.swarm.node.id'] !== undefined) removeContainer(engine, Id);
  }
}

function refuseMember({ member }: Engine): void {
  if (!member) return;
  throw new Refusal(
    503,
    'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
  );
}

function isManager(engine: Engine | undefined): boolean {
  return engine?.member?.node.Spec.Role === 'manager';
}

/** The swarm that this engine manages. Throws as an engine does that manages none. */
export function managed(engine: Engine): Swarm {
  const { member } = engine;
  if (member && isManager(engine)) return member.swarm;
  throw new Refusal(
    503,
    member
      ? "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state."
      : 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
  );
}

export function nodeOf(engine: Engine, id: string): SwarmNode {
  const node = managed(engine).nodes.get(id);
  if (node) return node;
  throw new Refusal(404, `node ${id} not found`);
}

/** What `GET /info` answers, and `docker info` with the client beside it. */
export function infoOf(engine: Engine): Record<string, unknown> {
  const { member, world } = engine;
  return {
    ...{ ID: engine.id, Name: engine.name, ServerVersion: '26.1.5+dfsg1', OSType: 'linux' },
    ...{ Architecture: 'x86_64', SystemTime: world.clock.date().toISOString() },
    ...{ DockerRootDir: '/var/lib/docker', LiveRestoreEnabled: false, SecurityOptions: [] },
    Swarm: {
      NodeID: member?.node.ID ?? '',
      NodeAddr: member ? engine.address : '',
      LocalNodeState: member ? 'active' : 'inactive',
      ControlAvailable: isManager(engine),
    },
  };
}

/** A request as it came. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/**
 * Answers a request of the Engine's API: what is sent as JSON, undefined for no content. Throws
 * `Refusal`.
 */
export function answer(engine: Engine, request: Request): unknown {
  settle(engine);
  const { method, path, query } = request;
  const known = FILTERS[path] ?? ['name', 'label'];
  const strange = Object.keys(filtersOf(query)).find((key) => !known.includes(key));
  if (strange !== undefined) {
    throw unknown(
      engine.world,
      `${method} ${path} with the filter ${strange}`,
      'engine.ts (FILTERS)',
    );
  }
  for (const [verb, pattern, reply] of ROUTES) {
    const match = verb === method ? pattern.exec(path) : null;
    if (match) return reply(engine, request, match[1] ?? '');
  }
  throw unknown(engine.world, `${method} ${path}`, 'engine.ts (ROUTES)');
}

type Reply = (engine: Engine, request: Request, id: string) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: the bodies are what the product sends, and no part of a promise
type Body = any;

const KINDS: Readonly<Record<string, ObjectKind>> = {
  configs: 'config',
  secrets: 'secret',
  services: 'service',
};

const listObjects: Reply = (engine, request, kind) => {
  const { objects } = managed(engine);
  return [...objects[KINDS[kind] as ObjectKind].values()].filter(({ Spec }) =>
    passes(request, { name: Spec.Name, labels: Spec.Labels }),
  );
};

const serviceOf = (engine: Engine, id: string): SwarmObject => {
  const service = managed(engine).objects.service.get(id);
  if (service) return service;
  throw new Refusal(404, `service ${id} not found`);
};

const updateStored =
  <T extends Parameters<typeof updateObject>[1]>(
    find: (engine: Engine, id: string) => T,
    update: (world: World, object: T, spec: Record<string, unknown>) => void = updateObject,
  ): Reply =>
  (engine, { query, body }, id) => {
    const object = find(engine, id);
    if (query.get('version') !== String(object.Version.Index)) {
      throw new Refusal(500, 'rpc error: code = Unknown desc = update out of sequence');
    }
    update(engine.world, object, body as Record<string, unknown>);
    return undefined;
  };

/** Each method and path of the API that `up` and `down` use. */
const ROUTES: readonly (readonly [string, RegExp, Reply])[] = [
  ['GET', /^\/info$/, infoOf],
  [
    'GET',
    /^\/volumes$/,
    (engine, request) => ({
      Volumes: [...engine.volumes.values()].filter(({ Name, Labels }) =>
        passes(request, { name: Name, labels: Labels }),
      ),
    }),
  ],
  [
    'POST',
    /^\/volumes\/create$/,
    (engine, { body }) => {
      const { Name, Labels } = body as Body;
      return addVolume(engine, Name, Labels ?? {});
    },
  ],
  ['DELETE', /^\/volumes\/([^/]+)$/, (engine, _request, name) => removeVolume(engine, name)],
  [
    'GET',
    /^\/containers\/json$/,
    (engine, request) =>
      [...engine.containers.values()]
        .filter(({ Name, Labels }) => passes(request, { name: Name, labels: Labels }))
        .map(({ Id, Name, Labels, State, created }) => ({
          ...{ Id, Names: [`/${Name}`], Labels, State, Created: Math.floor(created / 1_000) },
        })),
  ],
  ['DELETE', /^\/containers\/([^/]+)$/, (engine, _request, id) => removeContainer(engine, id)],
  [
    'GET',
    /^\/networks$/,
    (engine, request) => {
      const swarms = isManager(engine) ? [...managed(engine).networks.values()] : [];
      return [...swarms, ...[...engine.networks.values()].map(({ ends, ...one }) => one)].filter(
        ({ Name, Labels }) => passes(request, { name: Name, labels: Labels }),
      );
    },
  ],
  [
    'DELETE',
    /^\/networks\/([^/]+)$/,
    (engine, _request, id) =>
      networkOf(engine, id) ? removeLocalNetwork(engine, id) : removeNetwork(managed(engine), id),
  ],
  // Of the routing mesh: all others are made by a client.
  [
    'POST',
    /^\/networks\/create$/,
    (engine, { body }) => {
      const { Name, Options } = body as Body;
      const swarm = managed(engine);
      if ([...swarm.networks.values()].some((one) => one.Name === Name)) {
        throw new Refusal(409, `network with name ${Name} already exists`);
      }
      return { Id: addNetwork(engine.world, swarm, Name, {}, true, Options).Id };
    },
  ],
  [
    'POST',
    /^\/swarm\/init$/,
    (engine, { body }) => {
      initSwarm(engine, (body as Body).Spec?.Labels ?? {});
      return engine.member?.node.ID;
    },
  ],
  [
    'POST',
    /^\/swarm\/join$/,
    (engine, { body }) => {
      const { RemoteAddrs, JoinToken } = body as Body;
      joinSwarm(engine, RemoteAddrs, JoinToken);
    },
  ],
  [
    'GET',
    /^\/swarm$/,
    (engine) => {
      const { id, version, spec, tokens } = managed(engine);
      return { ID: id, Version: { Index: version }, Spec: spec, JoinTokens: tokens };
    },
  ],
  [
    'POST',
    /^\/swarm\/update$/,
    (engine, { query, body }) => {
      const swarm = managed(engine);
      if (query.get('version') !== String(swarm.version)) {
        throw new Refusal(500, 'rpc error: code = Unknown desc = update out of sequence');
      }
      swarm.spec = body as Swarm['spec'];
      swarm.version = engine.world.version();
      if (query.get('rotateWorkerToken') === 'true') swarm.tokens = newTokens(engine.world);
    },
  ],
  ['GET', /^\/nodes$/, (engine) => [...managed(engine).nodes.values()]],
  ['GET', /^\/nodes\/([^/]+)$/, (engine, _request, id) => nodeOf(engine, id)],
  ['POST', /^\/nodes\/([^/]+)\/update$/, updateStored(nodeOf)],
  // Without a pace no service has a task: what becomes of those is seen where runs are cancelled and
  // killed.
  [
    'GET',
    /^\/tasks$/,
    (engine, request) => {
      const swarm = managed(engine);
      return [...swarm.objects.service.values()]
        .filter(({ Spec }) => passes(request, { name: Spec.Name, labels: Spec.Labels }))
        .flatMap((service) => tasksOf(engine.world, swarm, service));
    },
  ],
  ['GET', /^\/(configs|secrets|services)$/, listObjects],
  ['GET', /^\/services\/([^/]+)$/, (engine, _request, id) => serviceOf(engine, id)],
  ['POST', /^\/services\/([^/]+)\/update$/, updateStored(serviceOf, updateService)],
  [
    'POST',
    /^\/configs\/create$/,
    (engine, { body }) => {
      return { ID: addObject(engine.world, managed(engine), 'config', body as Body).ID };
    },
  ],
  [
    'POST',
    /^\/configs\/([^/]+)\/update$/,
    updateStored((engine, id) => {
      const config = managed(engine).objects.config.get(id);
      if (config) return config;
      throw new Refusal(404, `config ${id} not found`);
    }),
  ],
  [
    'DELETE',
    /^\/configs\/([^/]+)$/,
    (engine, _request, id) => removeObject(managed(engine), 'config', id),
  ],
  [
    'DELETE',
    /^\/secrets\/([^/]+)$/,
    (engine, _request, id) => removeObject(managed(engine), 'secret', id),
  ],
  [
    'DELETE',
    /^\/services\/([^/]+)$/,
    (engine, _request, id) => removeObject(managed(engine), 'service', id),
  ],
];

/** What lists are filtered by that have other filters than `name` and `label`. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  '/tasks': ['label', '_up-to-date', 'node', 'desired-state'],
};

function filtersOf(query: URLSearchParams): Record<string, string[]> {
  return JSON.parse(query.get('filters') ?? '{}');
}

/**
 * Whether something is in a list that is filtered: a name by what is in it, each label by `key` or
 * `key=value`.
 */
function passes(
  { query }: Request,
  { name, labels }: { readonly name: string; readonly labels: Labels },
): boolean {
  const filters = filtersOf(query);
  return (
    (filters.name?.some((value) => name.includes(value)) ?? true) &&
    (filters.label?.every((value) => hasLabel(labels, value)) ?? true)
  );
}

export function hasLabel(labels: Labels, wanted: string): boolean {
  const [key = '', ...value] = wanted.split('=');
  return key in labels && (value.length === 0 || labels[key] === value.join('='));
}

/**
 * All that there is of an engine, and in the end will be: to be compared with what there was
 * before.
 */
export function stateOf(engine: Engine): unknown {
  settle(engine, Number.POSITIVE_INFINITY);
  const { member, networks, volumes, containers, files } = engine;
  return {
    swarm: member && { swarm: member.swarm.id, node: member.node.ID },
    networks: [...networks.values()].map(({ Name, ends }) => [Name, ...ends.values()]).sort(),
    volumes: [...volumes.values()].map(({ Name, Labels }) => [Name, Labels]),
    containers: [...containers.values()].map(({ Name, State }) => [Name, State]),
    files: [...files].sort(),
  };
}

/** All that the managers of a swarm know, save their join tokens. */
export function swarmStateOf(engine: Engine): unknown {
  const { spec, nodes, objects, networks } = managed(engine);
  return {
    spec,
    nodes: [...nodes.values()],
    objects: Object.values(objects).map((kind) => [...kind.values()]),
    networks: [...networks.values()],
  };
}
