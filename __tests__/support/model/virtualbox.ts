import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, CommandTimeout, type Executor } from '../../../src/exec/executor.ts';
import type { NamedSite } from '../conformance.ts';
import { journal } from '../faults.ts';
import { type Action, actionWith } from '../in-process.ts';
import { newEngine } from './engine.ts';
import { connectTo } from './machine.ts';
import { createPlace, type Place } from './places.ts';
import { Unanswered, type VirtualBoxModel, virtualBoxModel } from './vboxmanage.ts';

/** The same in every run of a process, so that calls have the same words. */
const ROOT = join(tmpdir(), `vbox-model-${process.pid}`);
const CACHE = join(ROOT, 'cache');
const STATE = join(ROOT, 'state', 'swarm-up', 'virtualbox');
const IMAGE = join(ROOT, 'image.qcow2');

export interface VirtualBoxSite extends NamedSite {
  readonly place: Place;
  readonly vbox: VirtualBoxModel;
  /** Folder of all clusters. */
  readonly state: string;
  /** The image that its machines begin as, of a disk of 3 GiB. */
  readonly image: string;
  /** How long a change that is asked for from now on takes to begin, in ms. */
  delay(ms: number): void;
  /** A step of the same, or of another repository, with other inputs, in another run. */
  with(inputs: Readonly<Record<string, string>>, repository?: string): Action;
}

/** To be called before and after all tests of a file: nothing is left of the models then. */
export function clearVirtualBox(): void {
  Object.assign(process.env, {
    XDG_STATE_HOME: join(ROOT, 'state'),
    RUNNER_TOOL_CACHE: CACHE,
  });
  rmSync(ROOT, { recursive: true, force: true });
}

/**
 * A cluster of the driver virtualbox: machines of a model of VBoxManage, which are engines of the
 * model. One at a time.
 */
export function modelVirtualBox(
  about: { readonly inputs?: Readonly<Record<string, string>>; readonly twins?: boolean } = {},
): VirtualBoxSite {
  clearVirtualBox();
  mkdirSync(CACHE, { recursive: true });
  const header = Buffer.alloc(512);
  header.write('QFI\u00fb', 'latin1');
  header.writeBigUInt64BE(3n * 2n ** 30n, 24);
  writeFileSync(IMAGE, header);
  const place = createPlace(0, Number.POSITIVE_INFINITY);
  const { world } = place;
  const machineAt = new Map<number, string>();
  const vbox = virtualBoxModel({
    started: ({ name }, address, port) => {
      newEngine(world, name, address);
      machineAt.set(port, address);
    },
    stopped: (address) => world.engines.delete(address),
  });
  const way = { delayMs: 0 };
  const runner = runnerOf(place, vbox, way);
  const instead = {
    ...{ ...place.instead, runner },
    connect: (target: Parameters<typeof connectTo>[2]) =>
      connectTo(world, place.runner, {
        ...target,
        host: machineAt.get(target.port ?? 22) ?? 'nobody',
      }),
  };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '1', 'compose-file': '-', driver: 'virtualbox' },
    'driver-options': `no-vtx-check: true\nmemory: 256m\nimage: ${IMAGE}`,
    ...about.inputs,
  };
  const options = { workspace: ROOT, instead };
  const twins = about.twins ? addTwins(vbox, name) : Promise.resolve();
  const look = () => [
    ...[...vbox.machines.values()].map(({ id, state }) => `machine ${id} ${state}`),
    ...[...vbox.media.keys()].map((path) => `medium ${path}`),
    ...filesIn(STATE),
  ];
  let before: readonly string[] | undefined;
  const begun = async () => {
    await twins;
    before ??= look();
  };
  const action = actionWith(given, options);
  return {
    ...action,
    up: async (calls) => {
      await begun();
      return await action.up(calls);
    },
    with: (inputs, repository = '4711') =>
      actionWith({ ...given, ...inputs }, { ...options, run: '2/test/up', repository }),
    ...{ name, place, vbox, state: STATE, image: IMAGE },
    delay: (ms) => {
      way.delayMs = ms;
    },
    journal: (fault, last) => journal([name], fault, last, world.clock),
    left: async () => {
      const now = look();
      const there = before ?? [];
      const gone = there.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !there.includes(one)), ...gone];
    },
    unknown: () => [...world.unknown, ...vbox.unknown],
  };
}

function runnerOf(
  { instead, world }: Place,
  vbox: VirtualBoxModel,
  way: { readonly delayMs: number },
): Executor {
  return {
    ...instead.runner,
    run: async (argv, options = {}) => {
      if (argv[0] !== 'VBoxManage') return await instead.runner.run(argv, options);
      const { delayMs } = way;
      world.clock.touch();
      options.signal?.throwIfAborted();
      await new Promise(setImmediate);
      if (delayMs > 0) await world.clock.sleep(delayMs);
      const result = await vbox.run(argv.slice(1)).catch(async (error: unknown) => {
        if (!(error instanceof Unanswered)) throw error;
        const { timeoutMs = 120_000 } = options;
        await world.clock.sleep(timeoutMs, options.signal);
        throw new CommandTimeout('the runner', argv, timeoutMs, { stdout: '', stderr: '' });
      });
      if (result.exitCode === 0 || options.anyExitCode) return result;
      throw new CommandError('the runner', argv, result);
    },
  };
}

/** What only looks like a part of the cluster: its name, its group, its neighbours. */
async function addTwins(vbox: VirtualBoxModel, cluster: string): Promise<void> {
  const groups = [`/swarm-up/4711-${cluster}`, `/swarm-up/815-${cluster}`, '/theirs'];
  for (const [at, group] of groups.entries()) {
    const id = `11111111-2222-4333-8444-55555555550${at}`;
    const base = join(ROOT, `theirs-${at}`);
    await vbox.run([
      'createvm',
      `--name=${cluster}-1`,
      `--uuid=${id}`,
      `--groups=${group}`,
      `--basefolder=${base}`,
    ]);
  }
  const disk = join(ROOT, 'theirs', 'disk.vdi');
  mkdirSync(join(ROOT, 'theirs'), { recursive: true });
  writeFileSync(disk, 'VDI');
  await vbox.run(['createmedium', 'disk', `--filename=${disk}.diff`, `--diffparent=${disk}`]);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }).map((name) => `file ${name}`);
  } catch {
    return [];
  }
}
