import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { inTemporaryFolder } from '../../../src/deploy/commands.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { RunOptions, RunResult } from '../../../src/exec/executor.ts';
import { LIST_ADDRESSES } from '../../../src/machines/addresses.ts';
import {
  CONTENT_LABEL,
  contentOf,
  nodeImageName,
} from '../../../src/machines/docker/node-image.ts';
import { setHostName } from '../../../src/machines/docker-machine/host-name.ts';
import { HAS_CLOUD_INIT } from '../../../src/machines/user-made/set-up.ts';
import { askCommand } from '../../../src/preflight/scripts/ask-script.ts';
import { readFactsCommand } from '../../../src/preflight/scripts/facts-script.ts';
import {
  forceNewCluster,
  hasIpvs,
  inspectGateway,
  leave,
  listGatewayEnds,
  probeIpvs,
} from '../../../src/swarm/commands.ts';
import { LIST_KEPT_PORTS } from '../../../src/swarm/leave/kept-ports.ts';
import { composeConfig } from './compose.ts';
import {
  addLocalNetwork,
  addVolume,
  type Container,
  containerOf,
  type Engine,
  hasLabel,
  infoOf,
  leaveSwarm,
  managed,
  networkOf,
  newEngine,
  nodeOf,
  removeContainer,
  removeLocalNetwork,
  removeVolume,
  settle,
} from './engine.ts';
import { deployStack } from './stack.ts';
import { type Labels, named, setRole, updateObject } from './swarm.ts';
import { labelsOf, Refusal, unknown, type Words, wordsOf } from './world.ts';

/** A command as it reaches a machine. */
interface Told {
  readonly argv: Argv;
  readonly options: RunOptions;
  readonly words: Words;
}

type Said = string | readonly string[] | Partial<RunResult> | undefined;
type Reply = (engine: Engine, told: Told) => Said | Promise<Said>;

/**
 * Runs a command on the machine of an engine. A refusal of the engine is exit code 1, as with
 * `docker`.
 */
export async function runCommand(
  engine: Engine,
  argv: Argv,
  options: RunOptions,
): Promise<RunResult> {
  const { world } = engine;
  world.clock.touch();
  settle(engine);
  world.hear?.(engine, argv.join(' '));
  const known = COMMANDS.find(([pattern]) => matches(pattern, argv));
  try {
    const { pace } = world;
    if (pace) await pause(pace.command(engine, argv));
    if (!known) throw unknown(world, `${argv.join(' ')} (on ${engine.name})`, 'commands.ts');
    const words = wordsOf(argv, ['format', 'availability', 'filter', 'tail']);
    const said = await known[1](engine, { argv, options, words });
    const result =
      typeof said === 'string' || said === undefined || Array.isArray(said)
        ? {
            stdout: [said ?? []]
              .flat()
              .map((line) => `${line}\n`)
              .join(''),
          }
        : said;
    return { exitCode: 0, stdout: '', stderr: '', ...(result as Partial<RunResult>) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { exitCode: 1, stdout: '', stderr: `Error response from daemon: ${error.message}\n` };
  }
}

/** A line that the command begins with, or the script of `sh -c`. */
const matches = (pattern: string | Argv, argv: Argv): boolean =>
  typeof pattern === 'string'
    ? `${argv.join(' ')} `.startsWith(`${pattern} `)
    : argv[0] === pattern[0] && withoutMark(argv[2]) === withoutMark(pattern[2]);

/** A script that names its folder by a mark is the same with another one. */
const withoutMark = (script = '') => script.replace(/\/swarm-up\.\w*/, '/swarm-up.…');

const label = ({ words: { flags } }: Told): Labels => labelsOf(flags.get('label'));
const some = (labels: Labels, { words: { flags } }: Told): boolean =>
  (flags.get('filter') ?? []).every((one) => hasLabel(labels, one.replace(/^label=/, '')));
/** The words behind the name of a command of that many words. */
const after = ({ words: { words } }: Told, count: number) => words.slice(count);

/** Each does what it does to all that are named, and says what docker says of them. */
const toEach =
  (count: number, change: (engine: Engine, name: string, told: Told) => void): Reply =>
  (engine, told) => {
    const names = after(told, count);
    for (const name of names) change(engine, name, told);
    return names;
  };

const inspectContainers: Reply = (engine, told) => {
  const found = after(told, 3).flatMap((name) => {
    const one = [...engine.containers.values()].find(({ Id, Name }) => [Id, Name].includes(name));
    return one ? [describe(one)] : [];
  });
  const exitCode = found.length === after(told, 3).length ? 0 : 1;
  return { exitCode, stdout: JSON.stringify(found) };
};

function describe({ Name, State, Labels, network, address }: Container) {
  return {
    ...{ Name: `/${Name}`, State: { Running: State === 'running' }, Config: { Labels } },
    NetworkSettings: { Networks: { [network]: { IPAddress: address } }, Ports: {} },
  };
}

const createContainer: Reply = (engine, told) => {
  const { world } = engine;
  const { flags } = told.words;
  const [name = ''] = flags.get('name') ?? [];
  const [network = 'bridge'] = flags.get('network') ?? [];
  const taken = [...engine.containers.values()].find(({ Name }) => Name === name);
  if (taken) {
    throw new Refusal(
      409,
      `Conflict. The container name "/${name}" is already in use by container "${taken.Id}".`,
    );
  }
  const on = networkOf(engine, network);
  if (!on) throw new Refusal(404, `network ${network} not found`);
  const volumes = (flags.get('mount') ?? [])
    .filter((mount) => mount.startsWith('type=volume'))
    .map((mount) => {
      const pairs = mount.split(',').filter((part) => part.startsWith('volume-label='));
      const labels = labelsOf(pairs.map((pair) => pair.slice('volume-label='.length)));
      return addVolume(engine, world.id('docker'), labels).Name;
    });
  const container: Container = {
    ...{
      Id: world.id('docker'),
      Name: name,
      Labels: label(told),
      created: world.clock.date().getTime(),
    },
    ...{ State: 'created', network, volumes, admits: false },
    address: `10.77.${world.version()}.2`,
  };
  engine.containers.set(container.Id, container);
  return container.Id;
};

const startContainer = (engine: Engine, name: string): void => {
  const container = containerOf(engine, name);
  container.State = 'running';
  networkOf(engine, container.network)?.ends.set(container.Id, container.Name);
  container.machine ??= newEngine(engine.world, container.Name, container.address);
};

/**
 * Programs that answer only as long as their standard input is open, or of what they read there.
 */
async function textOf({ options: { stdin } }: Told): Promise<string> {
  if (stdin instanceof Readable) return String(await stdin.toArray());
  return typeof stdin === 'string' ? stdin : Buffer.from(stdin ?? []).toString();
}

const listen: Reply = async (engine, { argv, options: { stdin, onLine } }) => {
  const lines: string[] = [];
  const ports = argv.slice(5);
  const say = (line: string) => {
    lines.push(line);
    onLine?.(line);
  };
  engine.listener = { ports, say };
  for (const port of ports) say(`bound ${port}`);
  say('ready');
  // Until it is closed.
  if (stdin instanceof Readable) await stdin.toArray();
  engine.listener = undefined;
  return lines;
};

const ask: Reply = async (engine, told) => {
  const asker = (told.argv[5] ?? '').split(' ').at(-1) ?? '';
  const questions = (await textOf(told)).split('\n').filter(Boolean);
  return questions.map((line) => {
    const [id, what = '', address = '', port = ''] = line.split(' ');
    if (what === 'path') return `${id} 0 link=1500 learned= arrived=`;
    const far = engine.world.engines.get(address);
    const held = far?.listener?.ports.includes(`${what}/${port}`);
    if (held && what === 'udp') far?.listener?.say(`got udp/${port} ${asker}`);
    const isNodes = far?.member && (port !== '2377' || far.member.node.Spec.Role === 'manager');
    const answers = what === 'udp' || held || isNodes || port === '22';
    return answers ? `${id} 0 ` : `${id} 1 connect: Connection refused`;
  });
};

const facts: Reply = (engine) => {
  const seconds = (engine.world.clock.date().getTime() / 1_000).toFixed(9);
  return [
    ...[`clock ${seconds}`, `name ${engine.name}`, `machine ${engine.id.slice(0, 32)}`],
    ...[`boot ${engine.id.slice(32)}`, 'ssh 22'],
    ...['bash', 'timeout', 'perl', 'iptables', 'apt-get'].map((tool) => `tool ${tool}`),
    ...['module ip_vs missing', 'module vxlan loaded', 'module br_netfilter loaded'],
    ...['module overlay loaded', `engine ${JSON.stringify(infoOf(engine))}`],
    ...['disk /dev/vda 264212084 26816640 79574272 26% /var/lib/docker', `clock ${seconds}`],
  ];
};

const updateNode = toEach(3, (engine, id, { words: { flags } }) => {
  const node = nodeOf(engine, id);
  const Labels = { ...node.Spec.Labels, ...labelsOf(flags.get('label-add')) };
  for (const key of flags.get('label-rm') ?? []) delete Labels[key];
  const Availability = flags.get('availability')?.[0] ?? node.Spec.Availability;
  updateObject(engine.world, node, { ...node.Spec, Labels, Availability });
});

const removeNode = toEach(3, (engine, id, { words: { flags } }) => {
  const node = nodeOf(engine, id);
  if (node.Spec.Role === 'manager') {
    throw new Refusal(
      400,
      `rpc error: code = FailedPrecondition desc = node ${id} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal`,
    );
  }
  if (node.Status.State === 'ready' && !flags.has('force')) {
    throw new Refusal(
      400,
      `rpc error: code = FailedPrecondition desc = node ${id} is not down and can't be removed`,
    );
  }
  managed(engine).nodes.delete(id);
});

/** The other managers are no managers any more, and do not answer. */
const forceNew: Reply = (engine) => {
  const { nodes } = managed(engine);
  for (const node of nodes.values()) {
    if (node === engine.member?.node || node.Spec.Role !== 'manager') continue;
    delete node.ManagerStatus;
    node.Status.State = 'down';
  }
  return undefined;
};

/** The engine has the node image. */
const NODE_CONFIG = JSON.stringify({
  Labels: { [CONTENT_LABEL]: contentOf(await nodeImageName('node-image')) },
});
const VERSION = JSON.stringify({ Version: '26.1.5+dfsg1', Os: 'linux', Arch: 'amd64' });

// What imports the clock or `connectSsh` is not imported here: it would be loaded before
// `in-process.ts` replaces them.

/** What is written into `diagnostics`, for people; nothing is decided by it. */
const DIAGNOSTICS = [
  ...['docker info', 'docker images', 'docker service logs', 'sh -c ip address;'],
  ...['sh -c docker node', 'sh -c docker service', 'sh -c docker inspect', 'sh -c docker network'],
];

/** The machine that a container is. Throws as an engine does where it does not run. */
export function machineIn(engine: Engine, name: string): Engine {
  const { machine, State } = containerOf(engine, name);
  if (machine && State === 'running') return machine;
  throw new Refusal(409, `Container ${name} is not running`);
}

/**
 * Each command of `up` and `down`, by what it begins with or by its script, and what comes of it.
 * The first that fits counts.
 */
const COMMANDS: readonly (readonly [string | Argv, Reply])[] = [
  [
    'docker info --format {{json .}}',
    (engine) => JSON.stringify({ ...infoOf(engine), ClientInfo: { Version: '26.1.5+dfsg1' } }),
  ],
  ['docker compose', (_engine, { options }) => composeConfig(options)],
  ['docker version', () => VERSION],
  [
    'docker service logs --timestamps',
    (engine, told) => {
      const name = after(told, 3)[0] ?? '';
      if (!named(managed(engine), 'service', name))
        throw new Refusal(404, `no such task or service: ${name}`);
      return '';
    },
  ],
  ['docker image inspect', () => NODE_CONFIG],
  [
    LIST_ADDRESSES,
    ({ address }) => `2: eth0    inet ${address}/24 brd 10.77.0.255 scope global eth0`,
  ],
  ['sh -c echo "$SSH_CONNECTION"', ({ address }) => `10.77.0.1 40000 ${address} 22`],
  [probeIpvs(), () => ({ exitCode: 1 })],
  [hasIpvs().join(' '), () => ({ exitCode: 1 })],
  [readFactsCommand(), facts],
  [askCommand('bash', ''), ask],
  ['perl -e', listen],
  [
    inTemporaryFolder('', ['true']),
    async (engine, { argv, options }) => {
      // Its folder is gone when it ends, whatever becomes of it.
      return await deployStack(engine, argv.slice(4), options);
    },
  ],
  [
    listGatewayEnds().join(' '),
    (engine) => {
      const bridge = networkOf(engine, 'docker_gwbridge');
      if (!bridge) throw new Refusal(404, 'network docker_gwbridge not found');
      return [...bridge.ends].map(([id, name]) => `${id} ${name}`);
    },
  ],
  [
    inspectGateway().join(' '),
    (engine) => {
      const bridge = networkOf(engine, 'docker_gwbridge');
      if (!bridge) throw new Refusal(404, 'network docker_gwbridge not found');
      return JSON.stringify([{ Name: bridge.Name }]);
    },
  ],
  [
    leave().join(' '),
    (engine) => {
      leaveSwarm(engine);
      return 'Node left the swarm.';
    },
  ],
  [LIST_KEPT_PORTS.join(' '), () => ({ exitCode: 1 })],
  [forceNewCluster('').join(' ').trim(), forceNew],
  ['docker node update', updateNode],
  [
    'docker node promote',
    toEach(3, (engine, id) => setRole(managed(engine), nodeOf(engine, id), 'manager')),
  ],
  [
    'docker node demote',
    toEach(3, (engine, id) => setRole(managed(engine), nodeOf(engine, id), 'worker')),
  ],
  ['docker node rm', removeNode],
  [
    'docker ps',
    (engine, told) => {
      const { flags } = told.words;
      const format = flags.get('format')?.[0];
      return [...engine.containers.values()]
        .filter(
          ({ Labels, State }) => (flags.has('all') || State === 'running') && some(Labels, told),
        )
        .map(({ Id, Name }) => {
          if (format === undefined) return flags.has('no-trunc') ? Id : Id.slice(0, 12);
          return format.replace('{{.ID}}', Id).replace('{{.Names}}', Name);
        });
    },
  ],
  ['docker create', createContainer],
  [
    'docker cp -',
    (engine, { argv }) => {
      containerOf(engine, (argv[3] ?? '').replace(/:\/$/, '')).admits = true;
      return undefined;
    },
  ],
  ['docker start', toEach(2, startContainer)],
  [
    'docker exec --interactive',
    (engine, { argv: [, , , name = '', program = '', ...rest], options }) =>
      runCommand(machineIn(engine, name), [program, ...rest], options),
  ],
  ['docker container inspect', inspectContainers],
  ['docker logs', (engine, told) => void containerOf(engine, after(told, 2)[0] ?? '')],
  // Forced, it takes what is not there for removed.
  [
    'docker rm --force',
    (engine, told) => {
      const there = after(told, 2).filter((name) =>
        [...engine.containers.values()].some(
          ({ Id, Name }) => Name === name || Id.startsWith(name),
        ),
      );
      for (const name of there) removeContainer(engine, name);
      return there;
    },
  ],
  // Of a machine of a cloud that has set itself up.
  [HAS_CLOUD_INIT, () => '/usr/bin/cloud-init'],
  [setHostName(''), (engine, { argv }) => void Object.assign(engine, { name: argv.at(-1) })],
  ['cloud-init status --wait --format json', () => '{"status": "done"}'],
  ['sudo -n /usr/local/sbin/swarm-up-expire-at', () => ''],
  [
    'docker network ls',
    (engine, told) =>
      [...engine.networks.values()]
        .filter(({ Labels }) => some(Labels, told))
        .map(({ Id, Name }) => {
          const format = told.words.flags.get('format')?.[0];
          return format === undefined ? Id : format.replace('{{.Name}}', Name);
        }),
  ],
  [
    'docker network create',
    (engine, told) => {
      const name = after(told, 3)[0] ?? '';
      if (networkOf(engine, name))
        throw new Refusal(409, `network with name ${name} already exists`);
      return addLocalNetwork(engine, name, label(told)).Id;
    },
  ],
  ['docker network rm', toEach(3, removeLocalNetwork)],
  [
    'docker volume create',
    (engine, told) => addVolume(engine, after(told, 3)[0] ?? '', label(told)).Name,
  ],
  [
    'docker volume ls',
    (engine, told) => {
      const format = told.words.flags.get('format')?.[0] ?? '{{.Name}}';
      return [...engine.volumes.values()]
        .filter(({ Labels }) => some(Labels, told))
        .map(({ Name, Labels }) =>
          format
            .replace('{{.Name}}', Name)
            .replaceAll(/{{\.Label "([^"]+)"}}/g, (_, key: string) => Labels[key] ?? ''),
        );
    },
  ],
  [
    'docker volume rm --force',
    toEach(3, (engine, name) => {
      if (engine.volumes.has(name)) removeVolume(engine, name);
    }),
  ],
  ...DIAGNOSTICS.map((line): readonly [string, Reply] => [line, () => '']),
];
