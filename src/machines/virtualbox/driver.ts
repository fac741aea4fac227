import { homedir } from 'node:os';
import pLimit from 'p-limit';
import { systemClock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import { exists } from '../../base/files/exists.ts';
import { once } from '../../base/once.ts';
import { quote } from '../../exec/quote.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { USER } from '../cloud/first-login.ts';
import type {
  ClusterSpec,
  DriverContext,
  DriverDefinition,
  Machine,
  MachineDriver,
} from '../driver.ts';
import { belongsToAnother, isSameRepository, ownerLabels } from '../ownership.ts';
import { hasGreeting, waitForBoot } from '../virtual-machine/boot.ts';
import { readConsole } from '../virtual-machine/console.ts';
import { clusterFolder, imageFolder, stateFolder } from '../virtual-machine/folders.ts';
import { imageHint } from '../virtual-machine/image/image-hint.ts';
import { imageSource } from '../virtual-machine/image/image-source.ts';
import {
  blank,
  createClusterFolder,
  type FoundCluster,
  machineIndexes,
  readCluster,
  readMachine,
  renewed,
  toMachine,
  writeRecord,
} from '../virtual-machine/records.ts';
import { checkRoom, refuseSmallDisk } from '../virtual-machine/room.ts';
import { sshTarget } from '../virtual-machine/ssh-target.ts';
import { freeSubnet, ownNetworks } from '../virtual-machine/subnet.ts';
import { type MachineInfo, machineInfo } from './answers.ts';
import * as box from './commands.ts';
import { type ClusterPlace, destroyAll, destroyMachine, isGone } from './destroy.ts';
import { allClusters, knownMachines } from './find.ts';
import { type BaseDisk, type ChosenImage, chooseImage, ensureBaseDisk } from './image/base-disk.ts';
import { writeLabels } from './labels.ts';
import { launch, sshPortOf } from './launch.ts';
import {
  isVBoxManage,
  type VirtualboxOptions,
  virtualboxOptions,
  virtualboxPlaceOptions,
} from './options.ts';
import { machineId, machinePlaces } from './paths.ts';
import { openForwards, publishedIn } from './port-forwards.ts';
import { checkComputer, checkVersion, refuseComputer } from './preflight.ts';
import { vboxManage } from './vboxmanage.ts';

/** Machines are virtual machines of VirtualBox on the runner. */
export const virtualboxDriver: DriverDefinition<VirtualboxOptions> = {
  name: 'virtualbox',
  makesMachines: true,
  onRunner: 'process',
  options: virtualboxOptions,
  placeOptions: virtualboxPlaceOptions,
  reads: [([program, ...words]) => isVBoxManage(program) && box.onlyReads(words)],
  read: () => ({ create: createVirtualboxDriver }),
};

const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From its start until its sshd answers, in ms. */
const BOOT_MS = 300_000;
/** From the first answer of sshd until dockerd answers, an installation of it included, in ms. */
const READY_MS = 300_000;

/** As `virtualboxDriver` makes it. */
export function createVirtualboxDriver(
  options: VirtualboxOptions,
  { runner, log }: Pick<DriverContext, 'runner' | 'log'>,
): MachineDriver {
  const state = stateFolder(process.env, homedir(), 'virtualbox');
  const clock = systemClock;
  const vbox = vboxManage(runner, options.vboxmanage, clock);
  const place: ClusterPlace = { state, vbox, clock };
  const memory = options.memory ?? DEFAULT_MEMORY;
  /** What only looks like ours is met at each look. */
  const ignored = once(log.warning);
  const inTurn = pLimit(1);
  let image: ChosenImage | undefined;
  let base: BaseDisk | undefined;

  async function clusterOf(name: string): Promise<FoundCluster> {
    const places = clusterFolder(state, name);
    const found = await readCluster(places);
    if (found) return found;
    throw new ActionError(`The folder of cluster ${name} is gone: ${places.folder}`, {
      hint: 'Something else removed it. See whether two runs use the same `cluster`.',
    });
  }

  /** Not by the list of machines that run: one that is paused does not answer. */
  async function running(id: string, signal?: AbortSignal): Promise<MachineInfo | undefined> {
    const text = await vbox.look(box.showMachine(id), { signal });
    const info = text === undefined ? undefined : machineInfo(text);
    return info?.state === 'running' ? info : undefined;
  }

  /** What a run that was killed may have left of a machine. */
  async function clear({ owner }: ClusterSpec, index: number): Promise<void> {
    const { folder } = machinePlaces(clusterFolder(state, owner.cluster), index);
    const isKnown = (await knownMachines(vbox, owner)).some((one) => one.index === index);
    if (!isKnown && !(await exists(folder))) return;
    await destroyMachine(place, owner, { id: machineId(owner, index), index });
  }

  async function bootOne(spec: ClusterSpec, index: number, signal: AbortSignal): Promise<Machine> {
    const cluster = await clusterOf(spec.owner.cluster);
    if (!base) throw new Error('A machine is made only after `prepare`.');
    await clear(spec, index);
    const making = { base, memory, options };
    const machine = await launch(spec, cluster, index, making, { vbox, log, signal });
    const started = clock.now();
    await waitForBoot(
      {
        name: machine.name,
        limitMs: BOOT_MS,
        hint: imageHint('x64', 'BIOS'),
        isRunning: async () => (await running(machineId(spec.owner, index), signal)) !== undefined,
        console: () => readConsole(machinePlaces(cluster.places, index)),
        answers: () => hasGreeting(machine.address, sshPortOf(machine)),
      },
      { signal, clock },
    );
    log.info(`${machine.name} has booted (${formatDuration(clock.now() - started)})`);
    return machine;
  }

  const commandOn: NonNullable<MachineDriver['commandOn']> = (machine) => {
    const { key } = clusterFolder(state, machine.owner.cluster);
    const port = String(sshPortOf(machine));
    return ['ssh', '-i', key, '-p', port, `${USER}@${machine.address}`];
  };

  const driver: MachineDriver = {
    name: 'virtualbox',
    makesMachines: true,
    onRunner: 'process',
    installsEngine: true,
    survivesRestart: true,
    readyTimeoutMs: READY_MS,
    // VirtualBox's service does one thing after the other.
    atOnce: 2,
    // What is still at work for a command that was left behind is one step of a machine.
    settling: { quietMs: 5_000, pollMs: 1_000, limitMs: 120_000 },

    async check(signal, wanted) {
      refuseComputer(process.platform, process.arch);
      await checkVersion(vbox, signal);
      if (!options['no-vtx-check']) await checkComputer();
      const running = (await driver.list(wanted.cluster, signal)).filter(
        (machine) => machine.state === 'running',
      );
      await checkRoom(Math.max(0, wanted.machines - running.length), memory, state);
      const folder = imageFolder(process.env, homedir());
      image = await chooseImage(imageSource(options, 'x64'), { folder, signal, clock, log });
      refuseSmallDisk(options['disk-size'], image.bytes);
    },

    async list({ cluster }, signal) {
      const places = clusterFolder(state, cluster);
      const machines: Machine[] = [];
      for (const index of await machineIndexes(places)) {
        const record = await readMachine(machinePlaces(places, index));
        // Of another repository, too: it is refused then.
        const found = record && toMachine(record, false);
        if (!found) continue;
        const info = await running(machineId(found.owner, index), signal);
        const machine = info && toMachine(record, true);
        machines.push(machine ? { ...machine, localPorts: publishedIn(info) } : found);
      }
      return machines;
    },

    async prepare(spec, signal) {
      const { owner } = spec;
      const places = clusterFolder(state, owner.cluster);
      if (!(await readCluster(places))) {
        // An earlier run may have made something after its folder was removed.
        await destroyAll(place, owner);
        const key = generateKeyPair('swarm-up');
        signal.throwIfAborted();
        const record = {
          labels: ownerLabels(owner),
          created: new Date().toISOString(),
          subnet: freeSubnet(owner.cluster, ownNetworks()),
          publicKey: key.publicKey,
        };
        await createClusterFolder(places, record, key.privateKey);
      }
      const found = await clusterOf(owner.cluster);
      if (!isSameRepository(found.owner, owner)) throw foreign(found);
      if (!image) throw new Error('A cluster is prepared only after `check`.');
      base = await ensureBaseDisk(image, places.folder, vbox, { signal, log });
      refuseSmallDisk(options['disk-size'], base.bytes);
    },

    create: bootOne,

    async target(machine) {
      return await sshTarget(await clusterOf(machine.owner.cluster), machine, sshPortOf(machine));
    },

    // All machines share one address of the runner: a port is taken before the next looks for one.
    lead: ({ owner, index }, published) =>
      inTurn(() => openForwards(vbox, machineId(owner, index), published)),

    async wayIn(id) {
      const [machine] = await driver.list(id);
      return machine && quote(commandOn(machine));
    },

    commandOn,

    async entered({ owner, index }) {
      // The guest sees an empty drive, and the private key of its host is on no disk of the runner.
      await vbox.run(box.ejectSeed(machineId(owner, index)));
      await blank(machinePlaces(clusterFolder(state, owner.cluster), index).seed);
    },

    destroy: ({ owner, index }) =>
      destroyMachine(place, owner, { id: machineId(owner, index), index }),

    destroyCluster: (cluster) => destroyAll(place, cluster),

    isGone: (cluster) => isGone(place, cluster),

    clusters: (signal) => allClusters(vbox, state, ignored, signal),

    async renew(owner, signal) {
      const { places, record } = await clusterOf(owner.cluster);
      await writeRecord(places.record, renewed(record, owner.expires));
      // Where the folder is lost, these tell of it.
      for (const { id } of await knownMachines(vbox, owner, signal)) {
        await writeLabels(vbox, id, ownerLabels(owner));
      }
    },

    async diagnostics({ owner, index }) {
      const places = machinePlaces(clusterFolder(state, owner.cluster), index);
      return new Map([['console.log', await readConsole(places)]]);
    },
  };
  return driver;
}

function foreign({ owner }: FoundCluster): ActionError {
  const hint = 'Nothing was changed. Give this step another `cluster`.';
  return belongsToAnother('cluster', owner.cluster, owner, hint);
}
