import { homedir } from 'node:os';
import { systemClock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
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
import { procfs } from '../processes.ts';
import { GuestDiedError, hasGreeting, waitForBoot } from '../virtual-machine/boot.ts';
import { readConsole } from '../virtual-machine/console.ts';
import { stateFolder } from '../virtual-machine/folders.ts';
import {
  blank,
  createClusterFolder,
  type FoundCluster,
  readCluster,
  readClusters,
  renewed,
  writeRecord,
} from '../virtual-machine/records.ts';
import { sshTarget } from '../virtual-machine/ssh-target.ts';
import type { Platform } from './commands.ts';
import {
  type ClusterPlace,
  clearMachine,
  destroyAll,
  destroyMachine,
  isGone,
  partsOf,
} from './destroy.ts';
import { firstMachine, listMachines, madeCluster } from './find.ts';
import { diskSize, inspect } from './image/base-image.ts';
import { type Base, chooseBase } from './image/choose.ts';
import { prepareImage } from './image/prepare.ts';
import { chooseAcceleration } from './machine/accelerator.ts';
import { type Accelerator, architectureOf } from './machine/architecture.ts';
import { bootLimits } from './machine/boot-limits.ts';
import { launch, noteStarted, sshPortOf } from './machine/launch.ts';
import { findProcess } from './machine/process.ts';
import { checkRoom, checkTun, ensureQemu, refuseSize } from './machine/runner-check.ts';
import { chooseSubnet, ensureNetwork } from './network/bridge.ts';
import { chooseNetwork, type NetworkKind } from './network/choose.ts';
import { openForwards } from './network/port-forwards.ts';
import { rootOf } from './network/root.ts';
import { chooseUserNetwork } from './network/user-network.ts';
import { type QemuOptions, qemuOptions } from './options.ts';
import { type ClusterPlaces, clusterPlaces, machinePlaces, WORKBENCH } from './paths.ts';

/** Machines are virtual machines of QEMU on the runner. */
export const qemuDriver: DriverDefinition<QemuOptions> = {
  name: 'qemu',
  makesMachines: true,
  onRunner: 'process',
  platforms: ['linux'],
  options: qemuOptions,
  read: () => ({ create: createQemuDriver }),
};

const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From the first answer of sshd until dockerd answers. */
const READY_MS: Readonly<Record<Accelerator, number>> = { kvm: 120_000, tcg: 300_000 };

/** As `qemuDriver` makes it. */
export function createQemuDriver(
  options: QemuOptions,
  { runner, log }: Pick<DriverContext, 'runner' | 'log'>,
): MachineDriver {
  const state = stateFolder(process.env, homedir(), 'qemu');
  const root = rootOf(runner, process.getuid?.() ?? 0);
  const clock = systemClock;
  const place: ClusterPlace = { state, root, table: procfs, clock };
  const memory = options.memory ?? DEFAULT_MEMORY;
  /** What only looks like ours is met at each look. */
  const ignored = once(log.warning);
  let platform: Platform | undefined;
  let base: Base | undefined;
  /** Of a cluster that is made now. */
  let network: NetworkKind = 'bridge';

  async function clusterOf(name: string): Promise<FoundCluster<ClusterPlaces>> {
    const found = await readCluster(clusterPlaces(state, name));
    if (found) return found;
    throw new ActionError(
      `The folder of cluster ${name} is gone: ${clusterPlaces(state, name).folder}`,
      {
        hint: 'Something else removed it. See whether two runs use the same `cluster`.',
      },
    );
  }

  /** Has the image prepared that the machines begin as, where that is still to be done. */
  async function prepareBase(spec: ClusterSpec, signal: AbortSignal): Promise<void> {
    if (!base?.unprepared) return await clearMachine(place, spec.owner.cluster, WORKBENCH);
    const { image, unprepared } = base;
    const places = machinePlaces(clusterPlaces(state, spec.owner.cluster), WORKBENCH);
    const timeoutMs = readyMs();
    const outcome = await prepareImage(
      {
        places,
        user: USER,
        boot: async () => {
          // Not loaded at the start: the post step does without it.
          const { connectSsh } = await import('../../ssh/connect.ts');
          const machine = await driver.create(spec, WORKBENCH, signal);
          return await connectSsh(await driver.target(machine, signal), { signal, timeoutMs });
        },
        isRunning: async () => (await findProcess(procfs, places)) !== undefined,
        remove: () => destroyMachine(place, spec.owner.cluster, WORKBENCH),
      },
      unprepared,
      {
        ...{ runner, signal, clock, log, source: options.engine },
        readyMs: timeoutMs,
      },
    );
    base = {
      image: outcome === 'prepared' ? await inspect(runner, unprepared.image, signal) : image,
      unprepared: undefined,
    };
  }

  /** Makes a machine and waits until its sshd answers. */
  async function bootOne(spec: ClusterSpec, index: number, signal: AbortSignal): Promise<Machine> {
    const cluster = await clusterOf(spec.owner.cluster);
    const places = machinePlaces(cluster.places, index);
    await clearMachine(place, spec.owner.cluster, index);
    if (!base || !platform) throw new Error('A machine is made only after `check`.');
    const wanted = { platform, base: base.image, memory, options };
    const machine = await launch(spec, cluster, index, wanted, { root, log });
    const started = clock.now();
    await waitForBoot(
      {
        ...bootLimits(platform),
        name: machine.name,
        isRunning: async () => (await findProcess(procfs, places)) !== undefined,
        console: () => readConsole(places),
        answers: () => hasGreeting(machine.address, sshPortOf(machine)),
      },
      { signal, clock },
    );
    await noteStarted(places);
    log.info(`${machine.name} has booted (${formatDuration(clock.now() - started)})`);
    return machine;
  }

  const readyMs = () => READY_MS[platform?.accelerator ?? 'tcg'];

  const commandOn: NonNullable<MachineDriver['commandOn']> = (machine) => {
    const { key } = clusterPlaces(state, machine.owner.cluster);
    const port = String(sshPortOf(machine));
    return ['ssh', '-i', key, '-p', port, `${USER}@${machine.address}`];
  };

  const driver: MachineDriver = {
    name: 'qemu',
    makesMachines: true,
    onRunner: 'process',
    installsEngine: options.engine ?? true,
    get readyTimeoutMs() {
      return readyMs();
    },

    async check(signal, wanted) {
      const architecture = architectureOf(process.platform, process.arch);
      const cluster = clusterPlaces(state, wanted.cluster.cluster);
      refuseSize(wanted.machines, cluster);
      const found = await madeCluster(cluster);
      const asked = { signal, log, checkTun };
      network = await chooseNetwork(options.network ?? 'auto', found, root, asked);
      const install = options.install ?? false;
      const { version, firmware } = await ensureQemu(root, architecture, { install, signal, log });
      const there = await driver.list(wanted.cluster, signal);
      const running = there.filter((machine) => machine.state === 'running');
      const missing = wanted.machines - running.length;
      await checkRoom(Math.max(0, missing), memory, state);
      const context = { runner, signal, log };
      const accel = options.accel ?? 'auto';
      const chosen = await chooseAcceleration(accel, architecture, version, context);
      platform = { architecture, firmware, ...chosen };
      base = await chooseBase(options, architecture, missing, { ...context, clock });
      diskSize(options, base.image);
    },

    list: ({ cluster }) => listMachines(procfs, clusterPlaces(state, cluster)),

    async prepare(spec, signal) {
      const { owner } = spec;
      const places = clusterPlaces(state, owner.cluster);
      let found = await madeCluster(places);
      if (!found) {
        // An earlier run may have made something after its folder was removed.
        await destroyAll(place, owner);
        const subnet = await chooseSubnet(root, owner.cluster, network, signal);
        const others = (await readClusters(state, clusterPlaces, ignored)).flatMap(
          ({ record }) => record.userNetwork ?? [],
        );
        const userNetwork =
          network === 'user' ? await chooseUserNetwork(places.folder, others) : undefined;
        const key = generateKeyPair('swarm-up');
        signal.throwIfAborted();
        const record = {
          labels: ownerLabels(owner),
          created: new Date().toISOString(),
          subnet,
          publicKey: key.publicKey,
          userNetwork,
        };
        await createClusterFolder(places, record, key.privateKey);
        found = await clusterOf(owner.cluster);
      }
      if (!isSameRepository(found.owner, owner)) throw foreign(found);
      if (!found.record.userNetwork) {
        await ensureNetwork(root, places, found.record.subnet, signal);
      }
      await prepareBase(spec, signal);
    },

    async create(spec, index, signal) {
      try {
        return await bootOne(spec, index, signal);
      } catch (error) {
        const isEmulated = platform?.accelerator === 'tcg';
        if (!isEmulated || !(error instanceof GuestDiedError)) throw error;
        log.warning(
          `${error.message} QEMU's emulation lets a guest die now and then, so it is started once more. What its console said last:\n${error.details ?? ''}`,
        );
        await destroyMachine(place, spec.owner.cluster, index);
        return await bootOne(spec, index, signal);
      }
    },

    async target(machine) {
      const found = await clusterOf(machine.owner.cluster);
      return await sshTarget(found, machine, sshPortOf(machine));
    },

    async lead({ owner, index }, published) {
      const { places, record } = await clusterOf(owner.cluster);
      return record.userNetwork && (await openForwards(machinePlaces(places, index), published));
    },

    async wayIn(id) {
      const places = clusterPlaces(state, id.cluster);
      const machine = await firstMachine(procfs, places);
      if (!machine) return undefined;
      const { console } = machinePlaces(places, machine.index);
      return `${quote(commandOn(machine))}, ${quote(['less', console])}`;
    },

    commandOn,

    async entered({ owner, index }) {
      // QEMU still has it open, so that the guest sees zeros where the private key of its host was.
      const { seed } = machinePlaces(clusterPlaces(state, owner.cluster), index);
      await blank(seed);
    },

    destroy: ({ owner, index }) => destroyMachine(place, owner.cluster, index),

    destroyCluster: (cluster) => destroyAll(place, cluster),

    isGone: (cluster) => isGone(place, cluster),

    async renew(owner) {
      const { places, record } = await clusterOf(owner.cluster);
      await writeRecord(places.record, renewed(record, owner.expires));
    },

    async clusters() {
      const found = await readClusters(state, clusterPlaces, ignored);
      return await Promise.all(
        found.map(async (one) => ({
          owner: one.owner,
          created: one.record.created,
          parts: await partsOf(one),
        })),
      );
    },

    async diagnostics({ owner, index }) {
      const places = machinePlaces(clusterPlaces(state, owner.cluster), index);
      return new Map([['console.log', await readConsole(places)]]);
    },
  };
  return driver;
}

function foreign({ owner }: FoundCluster): ActionError {
  const hint = 'Nothing was changed. Give this step another `cluster`.';
  return belongsToAnother('cluster', owner.cluster, owner, hint);
}
