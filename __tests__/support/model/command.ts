import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor, RunOptions, RunResult } from '../../../src/exec/executor.ts';
import type { Labels } from '../../../src/machines/ownership.ts';
import { journal } from '../faults.ts';
import { actionWith } from '../in-process.ts';
import type { CloudSite } from './cloud-site.ts';
import { newEngine } from './engine.ts';
import { createPlace, type Place } from './places.ts';

/** Another repository's, with a cluster of the same name. */
const OTHERS = '815';

/** What the programs of the model have made. */
export interface Thing {
  readonly kind: 'machine' | 'shared';
  readonly address: string;
  labels: Labels;
  /** From when on it is no longer listed, on the clock of the model. */
  until: number;
}

export interface CommandSite extends CloudSite {
  readonly things: ReadonlyMap<string, Thing>;
  /** Every request, in order. */
  readonly requests: readonly Request[];
  /** What programs end with, in place of what they would: by `<action> <name>`, each once. */
  readonly exits: Map<string, RunResult[]>;
}

interface Request {
  readonly action: string;
  readonly name?: string;
  readonly cluster?: string;
  readonly repository?: string;
  readonly labels?: Labels;
  readonly [key: string]: unknown;
}

interface Cloud {
  /** How long `list` still shows what is removed, in ms. */
  readonly lingerMs: number;
}

const OPTIONS = ['create', 'list', 'destroy', 'prepare', 'cleanup', 'renew'];

/** A cluster of the driver command: its programs are here, their machines engines of the model. */
export function modelCommand(about: {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** The programs that are given; by default all. */
  readonly programs?: readonly string[];
  readonly cloud?: Partial<Cloud>;
  /** Whether there is something that only looks like a part of the cluster. */
  readonly twins?: 'own' | 'all';
}): CommandSite {
  const place = createPlace(0, Number.POSITIVE_INFINITY);
  const { clock } = place.world;
  const things = new Map<string, Thing>();
  const requests: Request[] = [];
  const exits: CommandSite['exits'] = new Map();
  const way = { delayMs: 0 };
  const cloud = { lingerMs: 0, ...about.cloud };
  const base = place.instead.runner;
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    if (argv[0] !== 'cloud') return await base.run(argv, options);
    clock.touch();
    await new Promise(setImmediate);
    options.signal?.throwIfAborted();
    const request: Request = JSON.parse(String(options.stdin));
    requests.push(request);
    if (way.delayMs > 0 && request.action !== 'list') await clock.sleep(way.delayMs);
    const due = exits.get(`${request.action} ${request.name}`.replace(' undefined', ''))?.shift();
    const answered = due ?? { exitCode: 0, stderr: '', stdout: JSON.stringify(answer(request)) };
    options.signal?.throwIfAborted();
    return answered;
  };
  const answer = (request: Request) => programs(place, things, cloud, request);
  const runner: Executor = { ...base, run };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '2', 'compose-file': '-', driver: 'command' },
    'driver-options': JSON.stringify(
      Object.fromEntries((about.programs ?? OPTIONS).map((one) => [one, ['cloud', one]])),
    ),
    ...about.inputs,
  };
  const options = { ...about, instead: { ...place.instead, runner } };
  if (about.twins) addTwins(things, name, about.twins);
  const before = [...things.keys()];
  return {
    ...actionWith(given, options),
    with: (inputs, run = '2/test/up') => actionWith({ ...given, ...inputs }, { ...options, run }),
    ...{ name, place, things, requests, exits },
    delay: (ms) => {
      way.delayMs = ms;
    },
    journal: (fault, last) => journal([name], fault, last, clock),
    left: async () => {
      const now = [...things].filter(([, { until }]) => until === Infinity).map(([key]) => key);
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...gone];
    },
    unknown: () => place.world.unknown,
  };
}

/** What each program does, and answers. */
function programs(
  { world }: Place,
  things: Map<string, Thing>,
  { lingerMs }: Cloud,
  { action, name = '', cluster, repository, labels = {}, ...more }: Request,
): unknown {
  const now = world.clock.now();
  const isMeant = (one: Thing) =>
    (cluster ?? one.labels['swarm-up.cluster']) === one.labels['swarm-up.cluster'] &&
    (repository ?? one.labels['swarm-up.repository']) === one.labels['swarm-up.repository'];
  const make = (kind: Thing['kind'], address: string) => {
    const there = things.get(name);
    if (there && there.until === Infinity) return there.address;
    things.set(name, { kind, address, labels, until: Infinity });
    return address;
  };
  switch (action) {
    case 'prepare':
      make('shared', '');
      return {};
    case 'create': {
      const index = Number(more.index);
      const address = make('machine', `198.51.100.${index}`);
      if (!world.engines.has(`10.64.0.${index}`)) {
        // Reached from outside at one address, and by its fellows at another.
        world.engines.set(`10.64.0.${index}`, newEngine(world, String(more.host_name), address));
      }
      return { name, address };
    }
    case 'list': {
      const listed = [...things].filter(([, one]) => one.until > now && isMeant(one));
      const of = (kind: Thing['kind']) => listed.filter(([, one]) => one.kind === kind);
      return {
        machines: of('machine').map(([key, { address, labels: own }]) => ({
          ...{ name: key, labels: own, address, state: 'running' },
          private_address: address.replace('198.51.100', '10.64.0'),
        })),
        shared: of('shared').map(([key, { labels: own }]) => ({ name: key, labels: own })),
      };
    }
    case 'destroy':
    case 'cleanup': {
      const one = things.get(name);
      if (one && one.until === Infinity) {
        one.until = now + lingerMs;
        world.engines.delete(one.address);
        world.engines.delete(one.address.replace('198.51.100', '10.64.0'));
      }
      return {};
    }
    case 'renew':
      for (const one of things.values()) {
        if (isMeant(one)) one.labels = { ...one.labels, ...labels };
      }
      return {};
    default:
      throw new Error(`The model has no program ${action}.`);
  }
}

/**
 * What carries this repository's labels and has a name that the driver does not give, and with
 * `all` another repository's cluster of the same name.
 */
function addTwins(things: Map<string, Thing>, cluster: string, which: 'own' | 'all'): void {
  const add = (kind: Thing['kind'], name: string, repository: string) => {
    const labels = {
      'swarm-up.cluster': cluster,
      'swarm-up.repository': repository,
      ...{ 'swarm-up.run': '1/test/up', 'swarm-up.index': '1' },
    };
    things.set(name, { kind, address: '203.0.113.9', labels, until: Infinity });
  };
  add('machine', 'by-hand', '4711');
  add('shared', 'by-hand-network', '4711');
  if (which === 'own') return;
  add('shared', `su-${OTHERS}-${cluster}`, OTHERS);
}
