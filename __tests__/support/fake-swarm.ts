import { type EngineApi, EngineRefusal } from '../../src/engine/api.ts';
import type { ConnectedMachine } from '../../src/machines/connect.ts';
import type { Labels, Owner } from '../../src/machines/ownership.ts';
import { claimStack } from '../../src/stack/ownership.ts';
import type { Node } from '../../src/swarm/objects.ts';

interface GivenNode {
  /** Its host and its id, too. */
  readonly name: string;
  readonly role?: 'manager' | 'worker';
  readonly state?: string;
  readonly labels?: Labels;
}

interface Config {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly CreatedAt: string;
  readonly Spec: { readonly Name: string; readonly Labels?: Labels };
}

/**
 * A swarm in memory: its managers answer the Engine API, and its hosts do what the docker client
 * would do.
 */
export interface FakeSwarm {
  readonly api: EngineApi;
  /**
   * What changed something, in order: `web-2: swarm leave --force`, `labels web-2`, `labels of the
   * swarm`.
   */
  readonly told: string[];
  readonly lines: string[];
  readonly log: { info(line: string): void; warning(message: string): void };
  /** Of the swarm itself; undefined once it has ended. */
  labels(): Labels | undefined;
  /** Of a node; undefined where there is none of that name. */
  labelsOf(name: string): Labels | undefined;
  nodes(): readonly Node[];
  /** What hosts that have left still carry. */
  marks(): readonly string[];
  host(name: string, labels?: Labels): ConnectedMachine;
  run(service: string, ...constraints: readonly string[]): void;
  claim(stack: string, owner: Owner): Promise<void>;
  removeStack(stack: string): void;
  /** Somebody gives a node a label by hand, or takes it off. */
  label(name: string, key: string, value: string | undefined): void;
  at(time: string): void;
  /**
   * Called right before something is told for the first time, by the beginning of its line in
   * `told`.
   */
  meanwhile(line: string, what: () => Promise<void>): void;
}

export function fakeSwarm(given: readonly GivenNode[], swarmLabels: Labels = {}): FakeSwarm {
  const told: string[] = [];
  const lines: string[] = [];
  const interruptions = new Map<string, () => Promise<void>>();
  let now = '2026-01-01T12:00:00Z';
  let version = 1;
  let configs: Config[] = [];
  let services: { Spec: { Name: string; TaskTemplate: object } }[] = [];
  let swarm: { Labels: Labels; version: number } | undefined = { Labels: swarmLabels, version };
  /** Hosts that have left. */
  const outside = new Set<string>();
  /** On hosts, that their bridge is to be removed: the host, and what the client prints of it. */
  const marks = new Set<string>();
  /** Locks of hosts, which are one engine to the API. */
  const volumes = new Map<string, object>();
  const nodes = new Map<string, { node: Node; version: number }>();
  for (const { name, role = 'worker', state = 'ready', labels = {} } of given) {
    const node: Node = {
      ID: name,
      Spec: { Role: role, Availability: 'active', Labels: { ...labels } },
      Description: { Hostname: name },
      Status: { State: state, Addr: name },
      ...(role === 'manager' && {
        ManagerStatus: {
          Leader: false,
          Reachability: state === 'ready' ? 'reachable' : 'unreachable',
        },
      }),
    };
    nodes.set(name, { node, version });
  }
  const tell = async (line: string) => {
    const begun = [...interruptions].find(([beginning]) => line.startsWith(beginning));
    if (begun) interruptions.delete(begun[0]);
    await begun?.[1]();
    told.push(line);
  };
  const nodeOf = (name: string) => {
    const found = nodes.get(name);
    if (!found) throw new EngineRefusal(`/nodes/${name}`, 404, 'not found');
    return found;
  };
  const changeNode = (name: string, change: (node: Node) => Node) => {
    version += 1;
    nodes.set(name, { node: change(nodeOf(name).node), version });
  };
  const answer = (path: string): unknown => {
    if (path === '/nodes') return [...nodes.values()].map(({ node }) => structuredClone(node));
    if (path.startsWith('/nodes/')) {
      const found = nodeOf(path.slice('/nodes/'.length));
      return { Version: { Index: found.version }, Spec: structuredClone(found.node.Spec) };
    }
    if (path === '/swarm') {
      if (!swarm) throw new EngineRefusal('/swarm', 503, 'This node is not a swarm manager.');
      const { Labels } = swarm;
      return {
        Version: { Index: swarm.version },
        Spec: { Name: 'default', Labels },
        JoinTokens: {},
      };
    }
    if (path === '/info') return { SystemTime: now };
    if (path === '/services') return services;
    if (path === '/configs') return configs;
    if (path === '/volumes') return { Volumes: [...volumes.values()] };
    if (path === '/tasks' || path === '/networks') return [];
    throw new Error(`nothing answers ${path}`);
  };
  const update = async (path: string, query: Readonly<Record<string, string>>, body: unknown) => {
    const { Labels = {} } = body as { Labels?: Labels };
    const name = path.split('/')[2] ?? '';
    const isSwarm = path === '/swarm/update';
    await tell(isSwarm ? 'labels of the swarm' : `labels ${name}`);
    if (query.version !== String(isSwarm ? swarm?.version : nodeOf(name).version)) {
      throw new EngineRefusal(`POST ${path}`, 500, 'rpc error: update out of sequence');
    }
    version += 1;
    if (isSwarm) swarm = { Labels, version };
    else changeNode(name, (node) => ({ ...node, Spec: { ...node.Spec, Labels: { ...Labels } } }));
  };
  const api: EngineApi = {
    get: async (path, query, schema) => {
      const found = answer(path);
      const { label } = JSON.parse(query.filters ?? '{}') as { label?: readonly string[] };
      if (path !== '/configs' || !label) return schema.parse(found);
      return schema.parse(
        configs.filter(({ Spec }) => label.every((key) => key in (Spec.Labels ?? {}))),
      );
    },
    post: async (path, query, body) => {
      if (path === '/volumes/create') {
        const { Name, Labels } = body as { Name: string; Labels: Labels };
        if (!volumes.has(Name)) volumes.set(Name, { Name, Labels, CreatedAt: now });
        return;
      }
      if (path !== '/configs/create') return await update(path, query, body);
      const Spec = body as Config['Spec'];
      const ID = `config-${Spec.Name}`;
      configs = [...configs, { ID, Version: { Index: 1 }, CreatedAt: now, Spec }];
    },
    delete: async (path) => {
      if (path.startsWith('/volumes/')) {
        volumes.delete(path.slice('/volumes/'.length));
        return;
      }
      await tell(`DELETE ${path}`);
      configs = configs.filter(({ ID }) => path !== `/configs/${ID}`);
    },
    [Symbol.dispose]: () => {},
  };
  const isMember = (host: string) => nodes.has(host) && !outside.has(host);
  const marksOf = (host: string) =>
    [...marks]
      .filter((mark) => mark.startsWith(`${host} `))
      .map((mark) => mark.slice(host.length + 1));
  const command = async (host: string, argv: readonly string[]): Promise<string> => {
    const words = argv.slice(1);
    const [object, verb] = words;
    const id = words.at(-1) ?? '';
    if (object === 'info') {
      const LocalNodeState = isMember(host) ? 'active' : 'inactive';
      return JSON.stringify({
        ...{ ServerVersion: '28.0.0', Architecture: 'x86_64', Swarm: { LocalNodeState } },
      });
    }
    if (object === 'volume' && verb === 'ls') return marksOf(host).join('\n');
    if (object === 'ps' || verb === 'inspect') return '';
    await tell(`${host}: ${words.join(' ')}`);
    if (object === 'swarm') leave(host);
    else if (object === 'node') tellNode(words, id);
    else if (object === 'volume') {
      const label = (key: string) =>
        words.find((word) => word.startsWith(`--label=${key}=`))?.split('=')[2] ?? '';
      const mark = [id, label('swarm-up.cluster'), label('swarm-up.repository')].join('\t');
      if (verb === 'create') marks.add(`${host} ${mark}`);
      else for (const one of marks) if (one.startsWith(`${host} ${id}`)) marks.delete(one);
    }
    return '';
  };
  const leave = (host: string) => {
    outside.add(host);
    if (!nodes.get(host)?.node.ManagerStatus) return;
    swarm = undefined;
    nodes.clear();
    configs = [];
  };
  const tellNode = (words: readonly string[], id: string) => {
    const verb = words[1];
    if (verb === 'rm') nodes.delete(id);
    else if (verb === 'demote') {
      changeNode(id, ({ ManagerStatus: _, ...node }) => ({
        ...node,
        Spec: { ...node.Spec, Role: 'worker' },
      }));
    } else if (words[2] === '--availability') {
      const Availability = words[3] ?? '';
      changeNode(id, (node) => ({ ...node, Spec: { ...node.Spec, Availability } }));
    }
  };
  return {
    ...{ api, told, lines },
    log: {
      info: (line) => lines.push(line),
      warning: (message) => lines.push(`warning: ${message}`),
    },
    labels: () => swarm?.Labels,
    labelsOf: (name) => nodes.get(name)?.node.Spec.Labels ?? undefined,
    nodes: () => [...nodes.values()].map(({ node }) => node),
    marks: () => [...marks],
    host: (name, labels = {}) => {
      const role = nodes.get(name)?.node.Spec.Role ?? 'worker';
      const isNode = isMember(name);
      const run = async (argv: readonly string[]) => {
        const stdout = await command(name, argv);
        return { exitCode: 0, stdout, stderr: '' };
      };
      const Swarm = {
        NodeID: isNode ? name : '',
        LocalNodeState: isNode ? 'active' : 'inactive',
        ControlAvailable: isNode && role === 'manager',
      } as const;
      const own: EngineApi = {
        ...api,
        get: (path, query, schema, options) =>
          path === '/info'
            ? Promise.resolve(
                schema.parse({
                  SystemTime: now,
                  ServerVersion: '28.0.0',
                  Architecture: 'x86_64',
                  Swarm,
                }),
              )
            : api.get(path, query, schema, options),
      };
      return {
        ...{ name, role, labels, api: own, advertise: name },
        index: given.findIndex((one) => one.name === name) + 1,
        ssh: { run, where: name, outage: () => undefined },
        engine: { Swarm },
      } as unknown as ConnectedMachine;
    },
    run: (Name, ...Constraints) => {
      services = [...services, { Spec: { Name, TaskTemplate: { Placement: { Constraints } } } }];
    },
    claim: async (stack, owner) => {
      await claimStack(api, stack, owner, new AbortController().signal);
    },
    removeStack: (stack) => {
      services = services.filter(({ Spec }) => !Spec.Name.startsWith(`${stack}_`));
      configs = configs.filter(({ Spec }) => Spec.Name !== `${stack}_swarm-up`);
    },
    label: (name, key, value) =>
      changeNode(name, (node) => {
        const { [key]: _, ...rest } = node.Spec.Labels ?? {};
        const Labels = { ...rest, ...(value !== undefined && { [key]: value }) };
        return { ...node, Spec: { ...node.Spec, Labels } };
      }),
    at: (time) => {
      now = time;
    },
    meanwhile: (line, what) => interruptions.set(line, what),
  };
}
