import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv } from '../../../src/exec/argv.ts';
import { CommandError, type Executor, type RunOptions } from '../../../src/exec/executor.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { type Provider, standIn } from '../docker-machine/stand-in.ts';
import { journal } from '../faults.ts';
import { actionWith } from '../in-process.ts';
import type { CloudSite } from './cloud-site.ts';
import { newEngine } from './engine.ts';
import { createPlace } from './places.ts';

/** The same in every run of a process, so that calls have the same words. */
const ROOT = join(tmpdir(), `dm-model-${process.pid}`);
export const STORAGE = join(ROOT, 'storage');
/** A private key, for hosts that exist. */
export const KEY_FILE = join(ROOT, 'key');
export const TOKEN = 'dop_v1_of_the_model';
/** Another repository's. */
const OTHERS = '815';

export interface DockerMachineSite extends CloudSite {
  readonly storage: string;
  /** What its provider has: name -> address. */
  readonly droplets: Map<string, string>;
  /** What the provider says to a removal, in place of removing; each once. */
  readonly refusals: string[];
  /** States of machines that are not running. */
  readonly states: Map<string, string>;
  /** Every command line, in order. */
  readonly calls: (readonly string[])[];
  /** The runner, with docker-machine on it. */
  readonly runner: Executor;
  /** The variables of the last call. */
  readonly env: () => RunOptions['env'];
}

export function clearDockerMachine(): void {
  rmSync(ROOT, { recursive: true, force: true });
}

/**
 * A cluster of the driver docker-machine: its machines are made by the stand-in, with real files,
 * and are engines of the model. One at a time.
 */
export function modelDockerMachine(
  about: {
    readonly inputs?: Readonly<Record<string, string>>;
    readonly options?: object;
    readonly variables?: Readonly<Record<string, string>>;
    /** Whether there is something that only looks like a part of the cluster. */
    readonly twins?: 'own' | 'all';
  } = {},
): DockerMachineSite {
  clearDockerMachine();
  mkdirSync(ROOT, { recursive: true });
  writeFileSync(KEY_FILE, generateKeyPair('').privateKey);
  const place = createPlace(0, Number.POSITIVE_INFINITY);
  const { world } = place;
  const droplets = new Map<string, string>();
  const states = new Map<string, string>();
  const refusals: string[] = [];
  const calls: (readonly string[])[] = [];
  let env: RunOptions['env'];
  let made = 0;
  const provider: Provider = {
    make: async ({ name, address }) => {
      made += 1;
      const at = address ?? `198.51.100.${made}`;
      if (address === undefined) droplets.set(name, at);
      if (!world.engines.has(at)) newEngine(world, name, at);
      return at;
    },
    remove: async (name) => {
      const refusal = refusals.shift();
      if (refusal !== undefined) throw new Error(refusal);
      world.engines.delete(droplets.get(name) ?? '');
      droplets.delete(name);
    },
    state: async (name) => states.get(name) ?? 'Running',
    hostKey: async () =>
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJL4awzyunv1U5VXzKL5YH9ePaNJPnLTC1hPnvFNkR87 root@machine',
  };
  const way = { delayMs: 0 };
  const variables = { DIGITALOCEAN_ACCESS_TOKEN: TOKEN, ...about.variables };
  const base = place.instead.runner;
  const run = async (argv: Argv, options: RunOptions = {}) => {
    if (argv[0] !== 'docker-machine') return await base.run(argv, options);
    world.clock.touch();
    options.signal?.throwIfAborted();
    await new Promise(setImmediate);
    const words = argv.slice(1);
    calls.push(words);
    env = options.env;
    if (way.delayMs > 0 && ['create', 'rm'].includes(words[2] ?? '')) {
      await world.clock.sleep(way.delayMs);
    }
    const result = await standIn(words, {
      ...{ env: { ...variables, ...options.env }, provider, line: options.onLine },
    }).catch((error: Error) => {
      world.unknown.push(error.message);
      throw error;
    });
    options.signal?.throwIfAborted();
    if (result.exitCode === 0 || options.anyExitCode) return result;
    throw new CommandError('the runner', argv, result);
  };
  const runner: Executor = { ...base, run };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '2', 'compose-file': '-', driver: 'docker-machine' },
    'driver-options': JSON.stringify({
      ...{ driver: 'digitalocean', flags: { region: 'fra1' }, 'storage-path': STORAGE },
      ...about.options,
    }),
    ...about.inputs,
  };
  const options = { workspace: ROOT, variables, instead: { ...place.instead, runner } };
  if (about.twins) addTwins(droplets, name, about.twins);
  const look = () => [
    ...[...droplets.keys()].map((one) => `droplet ${one}`),
    ...filesIn(join(STORAGE, 'machines')),
    ...filesIn(join(STORAGE, 'swarm-up')),
  ];
  const before = look();
  return {
    ...actionWith(given, options),
    with: (inputs, of = '2/test/up') =>
      actionWith({ ...given, ...inputs }, { ...options, run: of }),
    ...{ name, place, storage: STORAGE, droplets, refusals, states, calls, runner, env: () => env },
    delay: (ms) => {
      way.delayMs = ms;
    },
    journal: (fault, last) => journal([name], fault, last, world.clock),
    left: async () => {
      const now = look();
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...gone];
    },
    unknown: () => world.unknown,
  };
}

const filesIn = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map((file) => `file ${file}`) : [];

/**
 * A machine that somebody made by hand, one that carries this repository's labels and another name,
 * and with `all` another repository's machine.
 */
function addTwins(droplets: Map<string, string>, cluster: string, which: 'own' | 'all'): void {
  const add = (name: string, repository?: string, of = cluster) => {
    const labels = [
      `swarm-up.cluster=${of}`,
      `swarm-up.repository=${repository}`,
      ...['swarm-up.run=1/test/up', 'swarm-up.index=1'],
    ];
    const folder = join(STORAGE, 'machines', name);
    mkdirSync(folder, { recursive: true });
    const text = JSON.stringify({
      ...{ Name: name, DriverName: 'digitalocean', Driver: { IPAddress: '203.0.113.9' } },
      HostOptions: { EngineOptions: { Labels: repository === undefined ? [] : labels } },
    });
    writeFileSync(join(folder, 'config.json'), text);
    droplets.set(name, '203.0.113.9');
  };
  add('default');
  add('by-hand', '4711');
  if (which === 'all') add(`su-${OTHERS}-theirs-1`, OTHERS, 'theirs');
}
