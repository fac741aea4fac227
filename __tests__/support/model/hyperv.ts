import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, type Executor } from '../../../src/exec/executor.ts';
import type { NamedSite } from '../conformance.ts';
import { journal } from '../faults.ts';
import { type Action, actionWith } from '../in-process.ts';
import { newEngine } from './engine.ts';
import { type HypervModel, hypervModel } from './hyperv-script.ts';
import { createPlace, type Place } from './places.ts';

/** The same in every run of a process, so that calls have the same words. */
const ROOT = join(tmpdir(), `hyperv-model-${process.pid}`);
const CACHE = join(ROOT, 'cache');
const STATE = join(ROOT, 'state', 'swarm-up', 'hyperv');
const IMAGE = join(ROOT, 'image.qcow2');

export interface HypervSite extends NamedSite {
  readonly place: Place;
  readonly hyperv: HypervModel;
  /** Folder of all clusters. */
  readonly state: string;
  /** Of this test alone. */
  readonly root: string;
  /** The image that its machines begin as, of a disk of 3 GiB. */
  readonly image: string;
  /** The runner by itself. */
  readonly runner: Executor;
  /** How long a call that is made from now on takes to begin, in ms. */
  delay(ms: number): void;
  /** A step of the same, or of another repository, with other inputs, in another run. */
  with(inputs: Readonly<Record<string, string>>, repository?: string): Action;
}

/** To be called before and after all tests of a file: nothing is left of the models then. */
export function clearHyperv(): void {
  Object.assign(process.env, { XDG_STATE_HOME: join(ROOT, 'state'), RUNNER_TOOL_CACHE: CACHE });
  rmSync(ROOT, { recursive: true, force: true });
}

/**
 * A cluster of the driver hyperv: machines of a model of its script, which are engines of the model.
 * One at a time.
 */
export function modelHyperv(
  about: {
    readonly inputs?: Readonly<Record<string, string>>;
    readonly twins?: boolean;
    /** Lines of `driver-options` beyond the usual ones. */
    readonly options?: string;
  } = {},
): HypervSite {
  clearHyperv();
  mkdirSync(CACHE, { recursive: true });
  const header = Buffer.alloc(512);
  header.write('QFI\u00fb', 'latin1');
  header.writeBigUInt64BE(3n * 2n ** 30n, 24);
  writeFileSync(IMAGE, header);
  const place = createPlace(0, Number.POSITIVE_INFINITY);
  const { world } = place;
  const hyperv = hypervModel({
    started: ({ name }, address) => newEngine(world, name.replace(/^su-\d+-/, ''), address),
    stopped: (address) => world.engines.delete(address),
  });
  const way = { delayMs: 0 };
  const runner = runnerOf(place, hyperv, way);
  const instead = { ...place.instead, runner };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '1', 'compose-file': '-', driver: 'hyperv' },
    'driver-options': `memory: 256m\nimage: ${IMAGE}\n${about.options ?? ''}`,
    ...about.inputs,
  };
  const options = { workspace: ROOT, instead, platform: 'win32' } as const;
  hyperv.addSwitch('Default Switch', '');
  if (about.twins) addTwins(hyperv, name);
  const look = () => [
    ...[...hyperv.machines.values()].map(({ id, notes }) => `machine ${id} ${notes}`),
    ...[...hyperv.switches.values()].map((one) => `switch ${one.id} ${one.name} ${one.notes}`),
    ...[...hyperv.nats].map(([nat, network]) => `NAT ${nat} ${network}`),
    ...filesIn(STATE),
  ];
  const before = look();
  return {
    ...actionWith(given, options),
    with: (inputs, repository = '4711') =>
      actionWith({ ...given, ...inputs }, { ...options, run: '2/test/up', repository }),
    ...{ name, place, hyperv, runner, state: STATE, root: ROOT, image: IMAGE },
    delay: (ms) => {
      way.delayMs = ms;
    },
    journal: (fault, last) => journal([name], fault, last, world.clock),
    left: async () => {
      const now = look();
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...gone];
    },
    unknown: () => [...world.unknown, ...hyperv.unknown],
  };
}

function runnerOf(
  { instead, world }: Place,
  hyperv: HypervModel,
  way: { readonly delayMs: number },
): Executor {
  return {
    ...instead.runner,
    run: async (argv, options = {}) => {
      const [program, ...words] = argv;
      if (program !== 'powershell' && program !== 'qemu-img') {
        return await instead.runner.run(argv, options);
      }
      const { delayMs } = way;
      world.clock.touch();
      options.signal?.throwIfAborted();
      await new Promise(setImmediate);
      if (delayMs > 0) await world.clock.sleep(delayMs);
      const result =
        program === 'powershell'
          ? hyperv.run(words.at(-1) ?? '', String(options.stdin))
          : qemuImg(words);
      if (result.exitCode === 0 || options.anyExitCode) return result;
      throw new CommandError('the runner', argv, result);
    },
  };
}

function qemuImg(words: readonly string[]) {
  const [from = '', to = ''] = words.slice(-2);
  if (words[0] === 'convert') {
    copyFileSync(from, to);
    writeFileSync(to, 'vhdxfile');
  }
  return { exitCode: 0, stdout: 'qemu-img version 10.1.0\n', stderr: '' };
}

/** What only looks like a part of the cluster: its name, its notes, its neighbours. */
function addTwins(hyperv: HypervModel, cluster: string): void {
  const own = { 'swarm-up.cluster': cluster, 'swarm-up.repository': '4711' };
  const other = JSON.stringify({ ...own, 'swarm-up.repository': '815' });
  const theirs = (name: string) => join(ROOT, 'theirs', name);
  // The right name without notes, with those of another, and the right notes without the name.
  hyperv.addMachine(`su-4711-${cluster}-1`, theirs('a'), '');
  hyperv.addMachine(`su-4711-${cluster}-2`, theirs('b'), other);
  hyperv.addMachine(`${cluster}-1`, theirs('c'), JSON.stringify(own));
  hyperv.addMachine(`su-4711-${cluster}-x-1`, theirs('d'), JSON.stringify(own));
  hyperv.addMachine(`su-815-${cluster}-1`, theirs('e'), '');
  hyperv.addSwitch(`su-815-${cluster}`, 'ours');
  hyperv.addSwitch(`su-4711-${cluster}x`, JSON.stringify(own));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map((name) => `file ${name}`);
  } catch {
    return [];
  }
}
