import { homedir } from 'node:os';
import { systemClock } from '../../base/clock.ts';
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
import { readConsole } from '../virtual-machine/console.ts';
import { clusterFolder, imageFolder, stateFolder } from '../virtual-machine/folders.ts';
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
import { type ClusterPlace, destroyAll, destroyMachine, isGone } from './destroy.ts';
import { allClusters, partsIn } from './find.ts';
import { type BaseDisk, type ChosenImage, chooseImage, ensureBaseDisk } from './image/base-disk.ts';
import { launch } from './launch.ts';
import { machinePlaces, notesOf } from './names.ts';
import { ensureNetwork, refuseOtherSwitch, SWITCH_LABEL } from './network.ts';
import { type HypervOptions, hypervOptions } from './options.ts';
import { refuseArchitecture, refuseMissing } from './preflight.ts';
import { askFacts, askLook, clearSeed, writeNotes } from './questions.ts';
import { hypervScript, isQuestion } from './script.ts';

/** Machines are virtual machines of Hyper-V on the runner. */
export const hypervDriver: DriverDefinition<HypervOptions> = {
  name: 'hyperv',
  makesMachines: true,
  onRunner: 'process',
  platforms: ['win32'],
  options: hypervOptions,
  reads: [isQuestion],
  read: () => ({ create: createHypervDriver }),
};

const SSH_PORT = 22;
const DEFAULT_MEMORY = 2 * 2 ** 30;
/** From its start until dockerd answers, an installation of it included, in ms. */
const READY_MS = 600_000;

/** As `hypervDriver` makes it. */
export function createHypervDriver(
  options: HypervOptions,
  { runner, actionRoot, log }: Pick<DriverContext, 'runner' | 'actionRoot' | 'log'>,
): MachineDriver {
  const state = stateFolder(process.env, homedir(), 'hyperv');
  const clock = systemClock;
  const hyperv = hypervScript(runner, actionRoot);
  const place: ClusterPlace = { hyperv, state };
  const memory = options.memory ?? DEFAULT_MEMORY;
  const virtualSwitch = options['virtual-switch'];
  /** What only looks like ours is met at each look. */
  const ignored = once(log.warning);
  let resolvers: readonly string[] = [];
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

  const commandOn: NonNullable<MachineDriver['commandOn']> = (machine) => {
    const { key } = clusterFolder(state, machine.owner.cluster);
    return ['ssh', '-i', key, `${USER}@${machine.address}`];
  };

  const driver: MachineDriver = {
    name: 'hyperv',
    makesMachines: true,
    onRunner: 'process',
    installsEngine: true,
    survivesRestart: true,
    readyTimeoutMs: READY_MS,
    // Each call starts a PowerShell, and Hyper-V's service does one thing after the other.
    atOnce: 2,
    // What is still at work for a call that was left behind is one action.
    settling: { quietMs: 6_000, pollMs: 2_000, limitMs: 120_000 },

    async check(signal, wanted) {
      refuseArchitecture(process.arch);
      const facts = await hyperv.ask(askFacts(), { signal });
      refuseMissing(facts, wanted.cluster, virtualSwitch);
      // One of the runner's own is nobody's in a machine.
      resolvers = facts.resolvers.filter((address) => !address.startsWith('127.'));
      const running = (await driver.list(wanted.cluster, signal)).filter(
        (machine) => machine.state === 'running',
      );
      await checkRoom(Math.max(0, wanted.machines - running.length), memory, state);
      const folder = imageFolder(process.env, homedir());
      const context = { folder, signal, clock, log };
      image = await chooseImage(imageSource(options, 'x64'), runner, context);
      if (image.bytes !== undefined) refuseSmallDisk(options['disk-size'], image.bytes);
    },

    async list({ cluster }, signal) {
      const places = clusterFolder(state, cluster);
      const indexes = await machineIndexes(places);
      if (indexes.length === 0) return [];
      const look = await hyperv.ask(askLook(), { signal });
      const machines: Machine[] = [];
      for (const index of indexes) {
        const record = await readMachine(machinePlaces(places, index));
        // Of another repository, too: it is refused then.
        const found = record && toMachine(record, false);
        if (!found) continue;
        const known = partsIn(look, found.owner, places).machines;
        const isRunning = known.some((one) => one.index === index && one.isRunning);
        // Without an address it was left before the network gave it one.
        const isWhole = isRunning && record.address !== '';
        machines.push((isWhole && toMachine(record, true)) || found);
      }
      return machines;
    },

    async prepare({ owner }, signal) {
      const places = clusterFolder(state, owner.cluster);
      if (!(await readCluster(places))) {
        // An earlier run may have made something after its folder was removed.
        await destroyAll(place, owner);
        const key = generateKeyPair('swarm-up');
        signal.throwIfAborted();
        const own = virtualSwitch === undefined;
        const record = {
          labels: { ...ownerLabels(owner), ...(!own && { [SWITCH_LABEL]: virtualSwitch }) },
          created: new Date().toISOString(),
          subnet: own ? freeSubnet(owner.cluster, ownNetworks()) : '',
          publicKey: key.publicKey,
        };
        await createClusterFolder(places, record, key.privateKey);
      }
      const found = await clusterOf(owner.cluster);
      if (!isSameRepository(found.owner, owner)) throw foreign(found);
      refuseOtherSwitch(found, virtualSwitch);
      if (!image) throw new Error('A cluster is prepared only after `check`.');
      base = await ensureBaseDisk(image, places.folder, { runner, hyperv }, { signal, log });
      refuseSmallDisk(options['disk-size'], base.bytes);
      if (virtualSwitch === undefined) await ensureNetwork(hyperv, found, owner, signal);
    },

    async create(spec: ClusterSpec, index, signal) {
      const cluster = await clusterOf(spec.owner.cluster);
      if (!base) throw new Error('A machine is made only after `prepare`.');
      // What a run that was killed may have left of it.
      await destroyMachine(place, spec.owner, index);
      const making = { base, memory, options, resolvers };
      return await launch(spec, cluster, index, making, { hyperv, clock, signal });
    },

    async target(machine) {
      return await sshTarget(await clusterOf(machine.owner.cluster), machine, SSH_PORT);
    },

    async wayIn(id) {
      const [machine] = await driver.list(id);
      return machine && quote(commandOn(machine));
    },

    commandOn,

    async entered({ owner, index, name }) {
      const places = clusterFolder(state, owner.cluster);
      const { seed } = machinePlaces(places, index);
      if (!(await exists(seed))) return;
      const { machines } = partsIn(await hyperv.ask(askLook()), owner, places);
      const known = machines.find((one) => one.index === index);
      if (known) await hyperv.ask(clearSeed(known.id, name));
      // The private key of its host is on no disk of the runner from now on.
      await blank(seed);
    },

    destroy: ({ owner, index }) => destroyMachine(place, owner, index),

    destroyCluster: (cluster) => destroyAll(place, cluster),

    isGone: (cluster) => isGone(place, cluster),

    clusters: (signal) => allClusters(hyperv, state, ignored, signal),

    async renew(owner, signal) {
      const { places, record } = await clusterOf(owner.cluster);
      await writeRecord(places.record, renewed(record, owner.expires));
      // Where the folder is lost, these tell of it.
      const parts = partsIn(await hyperv.ask(askLook(), { signal }), owner, places);
      const ids = parts.machines.map(({ id }) => id);
      await hyperv.ask(writeNotes(ids, parts.networkSwitch ?? null, notesOf(owner)));
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
