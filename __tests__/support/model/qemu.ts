import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../src/base/clock.ts';
import { CommandError, type Executor, type RunResult } from '../../../src/exec/executor.ts';
import type { MachineDriver } from '../../../src/machines/driver.ts';
import { type ClusterPlaces, clusterPlaces } from '../../../src/machines/qemu/paths.ts';
import { stateFolder } from '../../../src/machines/virtual-machine/folders.ts';
import type { NamedSite } from '../conformance.ts';
import { journal } from '../faults.ts';
import { type Action, actionWith, among } from '../in-process.ts';
import { newEngine } from './engine.ts';
import { connectTo } from './machine.ts';
import { createPlace, type Place } from './places.ts';
import { type KernelNetwork, kernelNetwork } from './qemu/kernel-network.ts';
import { type QemuMachines, qemuMachines } from './qemu/machines.ts';
import { type ModelProcesses, modelProcesses } from './qemu/processes.ts';
import { diskOf, type Programs, qemuPrograms } from './qemu/programs.ts';
import { addQemuTwins } from './qemu/twins.ts';

/** The same in every run of a process, so that calls have the same words. */
const ROOT = join(tmpdir(), `qm-${process.pid}`);
const VERSION = 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)';

/** How long a machine may take to answer, in ms: a part of what the driver gives it. */
const READY_MS = 30_000;
/** What a shell makes of a program that a signal has ended. */
const KILLED: RunResult = { exitCode: 143, stdout: '', stderr: '' };

export interface QemuSite extends NamedSite {
  readonly place: Place;
  readonly network: KernelNetwork;
  readonly processes: ModelProcesses;
  readonly machines: QemuMachines;
  readonly places: ClusterPlaces;
  /** How long a command that is run from now on takes until its effect, in ms. */
  delay(ms: number): void;
  /** A step of the same, or of another repository, with other inputs, in another run. */
  with(inputs: Readonly<Record<string, string>>, repository?: string): Action;
  /** The driver, whose methods are to be called by `inModel`. */
  driver(): Promise<MachineDriver>;
  /** What this runs meets the model in place of real processes. */
  inModel<T>(work: () => Promise<T>): Promise<T>;
}

/** What a test gives to a model that is to be compared with the real programs. */
export interface RealPlace {
  /** What `XDG_STATE_HOME` is for both. */
  readonly home: string;
  readonly image: string;
  readonly name: string;
  /** What the real QEMU says of its version. */
  readonly version: string;
}

/** To be called after all tests of a file: nothing is left of the models then. */
export function clearQemu(): void {
  rmSync(ROOT, { recursive: true, force: true });
}

/**
 * A cluster of the driver qemu, on a model of QEMU, of the kernel's networks and of its processes;
 * the machines are engines of the model. One at a time.
 */
export function modelQemu(about: {
  readonly network: 'bridge' | 'user';
  readonly inputs?: Readonly<Record<string, string>>;
  readonly twins?: boolean;
  readonly real?: RealPlace;
}): QemuSite {
  const { real } = about;
  const { home, image, name, version } = real ?? ownPlace();
  process.env.XDG_STATE_HOME = home;
  const state = stateFolder({ XDG_STATE_HOME: home }, '', 'qemu');
  const places = clusterPlaces(state, name);
  const place = createPlace(0, Number.POSITIVE_INFINITY);
  const { world } = place;
  const network = kernelNetwork(world);
  const processes = modelProcesses();
  const machines = qemuMachines(
    { world, network, processes },
    {
      started: (one) => void newEngine(world, one.name, one.address),
      ended: ({ address }) => void world.engines.delete(address),
    },
  );
  const way = { delayMs: 0 };
  const programs = qemuPrograms(world, network, machines, version);
  const runner = runnerOf(place, { programs, processes }, way);
  const instead = {
    ...{ ...place.instead, runner, processes },
    greets: (host: string, port: number) => machines.at(host, port) !== undefined,
    connect: async (target: Parameters<typeof connectTo>[2]) => {
      // One that a killed run has left may still boot.
      const machine = await until(
        async () => machines.at(target.host, target.port ?? 22),
        (found) => found !== undefined,
        { clock: world.clock, limitMs: READY_MS, everyMs: 1_000 },
      );
      const host = machine?.address ?? 'nobody';
      return connectTo(world, place.runner, { ...target, host });
    },
  };
  const given = {
    ...{ cluster: name, nodes: '1', 'compose-file': '-', driver: 'qemu' },
    'driver-options': qemuOptions(image, about.network),
    ...about.inputs,
  };
  const options = { workspace: home, instead };
  if (about.twins) addQemuTwins({ network, processes, places, state });
  const look = () => [
    ...network.look(),
    ...processes.look(),
    ...(existsSync(state) ? readdirSync(state, { recursive: true }) : []).map(
      (file) => `file ${file}`,
    ),
  ];
  const before = look();
  const { folder, namespace, linkPrefix } = places;
  return {
    ...actionWith(given, options),
    with: (inputs, repository = '4711') =>
      actionWith({ ...given, ...inputs }, { ...options, run: '2/test/up', repository }),
    ...{ name, place, network, processes, machines, places },
    delay: (ms) => {
      way.delayMs = ms;
    },
    driver: async () => {
      const { createQemuDriver } = await import('../../../src/machines/qemu/driver.ts');
      const log = { info: () => {}, warning: () => {} };
      return createQemuDriver({}, { runner, log });
    },
    inModel: (work) => among(instead, work),
    journal: (fault, last) =>
      journal([folder, namespace, linkPrefix, name], fault, last, world.clock),
    left: async () => {
      const now = look();
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      const rest = now.filter((one) => !before.includes(one));
      return [...rest, ...gone, ...processes.harm, ...machines.harm];
    },
    unknown: () => world.unknown,
  };
}

/** What machines are made of in tests, of the model and real ones alike. */
export function qemuOptions(image: string, network: 'bridge' | 'user'): string {
  return `image: ${image}\naccel: tcg\nnetwork: ${network}\ncpus: 1\nmemory: 256m\n`;
}

function ownPlace(): RealPlace {
  clearQemu();
  mkdirSync(ROOT, { recursive: true });
  const image = join(ROOT, 'image.qcow2');
  writeFileSync(image, diskOf(3 * 2 ** 30));
  return { home: ROOT, image, name: 'conform', version: VERSION };
}

function runnerOf(
  { instead, world }: Place,
  { programs, processes }: { readonly programs: Programs; readonly processes: ModelProcesses },
  way: { readonly delayMs: number },
): Executor {
  return {
    ...instead.runner,
    run: async (argv, options = {}) => {
      if (!programs.knows(argv)) return await instead.runner.run(argv, options);
      const { delayMs } = way;
      world.clock.touch();
      options.signal?.throwIfAborted();
      const killing = new AbortController();
      // Whoever looks sees it at work, and may end it before it has done anything.
      const work = processes.start(argv, () => {
        work.end();
        killing.abort();
      });
      await new Promise(setImmediate);
      // Whoever reads files lets no time pass, so what comes late waits for others that wait.
      const due = world.clock.now() + delayMs;
      while (world.clock.now() < due) await new Promise(setImmediate);
      const result = killing.signal.aborted ? KILLED : await programs.run(argv).finally(work.end);
      options.signal?.throwIfAborted();
      if (result.exitCode === 0 || options.anyExitCode) return result;
      throw new CommandError('the runner', argv, result);
    },
  };
}
