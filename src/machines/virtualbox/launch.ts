import { mkdir, writeFile } from 'node:fs/promises';
import type { DriverLog } from '../../base/log.ts';
import { CommandError } from '../../exec/executor.ts';
import { generateKeyPair, type KeyPair } from '../../ssh/keys/generate.ts';
import type { ClusterSpec, Machine } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL, PORT_LABEL } from '../machine-labels.ts';
import { ownerLabels } from '../ownership.ts';
import type { MachineFolder } from '../virtual-machine/folders.ts';
import { type ForwardedPort, forwarded, freePort, moves } from '../virtual-machine/ports.ts';
import {
  type FoundCluster,
  type MachineRecord,
  toMachine,
  writeRecord,
} from '../virtual-machine/records.ts';
import { seedImage } from '../virtual-machine/seed.ts';
import { guestAddress, macAddresses } from '../virtual-machine/subnet.ts';
import * as box from './commands.ts';
import type { BaseDisk } from './image/base-disk.ts';
import { writeLabels } from './labels.ts';
import type { VirtualboxOptions } from './options.ts';
import { groupOf, machineId, machineName, machinePlaces, networkOf } from './paths.ts';
import { ADDRESS } from './port-forwards.ts';
import { startProblem } from './preflight.ts';
import type { VBoxManage } from './vboxmanage.ts';

const DEFAULT_CPUS = 2;
const DEFAULT_DISK = 20 * 2 ** 30;
/** A window takes its time, in ms. */
const START_MS = 120_000;

/** What a machine is made of. */
export interface Making {
  readonly base: BaseDisk;
  /** Bytes. */
  readonly memory: number;
  readonly options: VirtualboxOptions;
}

interface Ways {
  readonly sshPort: number;
  /** Published ports of the stack, at the first machine. */
  readonly published: readonly ForwardedPort[];
}

/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves.
 * Its record is the first of it. Rejects with what failed, or the signal's reason between two
 * commands, and leaves what was made: the way down finds it by the folder and by its UUID.
 */
export async function launch(
  spec: ClusterSpec,
  cluster: FoundCluster,
  index: number,
  making: Making,
  { vbox, log, signal }: { vbox: VBoxManage; log: DriverLog; signal: AbortSignal },
): Promise<Machine> {
  const places = machinePlaces(cluster.places, index);
  const hostKey = generateKeyPair(machineName(spec.owner.cluster, index));
  const forward = index === 1 ? await forwarded(spec.publishedPorts) : [];
  const ways: Ways = { sshPort: await freePort(ADDRESS), published: forward };
  const record = recordOf(spec, cluster, index, { ...ways, hostKey });
  await mkdir(places.folder, { mode: 0o700 });
  await writeRecord(places.record, record);
  await writeFile(places.seed, seedOf(cluster, record, hostKey), { mode: 0o600 });
  for (const step of steps(spec, cluster, { places, record, ways, making, vbox })) {
    signal.throwIfAborted();
    await step();
  }
  for (const line of moves(forward)) log.warning(line);
  const machine = toMachine(record, true);
  if (!machine) throw new Error('A machine without an owner.');
  return machine;
}

/** Each is whole once it has begun: none is ended half-way. */
function steps(
  { owner }: ClusterSpec,
  cluster: FoundCluster,
  about: {
    readonly places: MachineFolder;
    readonly record: MachineRecord;
    readonly ways: Ways;
    readonly making: Making;
    readonly vbox: VBoxManage;
  },
): (() => Promise<unknown>)[] {
  const { places, record, ways, making, vbox } = about;
  const { base, memory, options } = making;
  const id = machineId(owner, record.index);
  const { disk, seed, console } = places;
  const folder = cluster.places.folder;
  const group = groupOf(owner);
  const machine: box.VirtualMachine = {
    ...{ id, memory, console },
    cpus: options['cpu-count'] ?? DEFAULT_CPUS,
    mac: macOf(cluster, record.index),
    network: networkOf(owner),
    forwards: rulesOf(ways),
  };
  const size = options['disk-size'] ?? Math.max(DEFAULT_DISK, base.bytes);
  return [
    () => vbox.run(box.createMachine({ id, name: record.name, group, folder })),
    () => writeLabels(vbox, id, ownerLabels(owner)),
    () => vbox.run(box.setUp(machine)),
    () => vbox.run(box.createDisk(disk, base.path)),
    () => vbox.run(box.resizeDisk(disk, size)),
    () => vbox.run(box.addController(id)),
    () => vbox.run(box.attachDisk(id, disk)),
    () => vbox.run(box.attachSeed(id, seed)),
    () => start(vbox, id, options['ui-type'] ?? 'headless'),
  ];
}

async function start(vbox: VBoxManage, id: string, uiType: 'headless' | 'gui'): Promise<void> {
  try {
    await vbox.run(box.startMachine(id, uiType), { timeoutMs: START_MS });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw startProblem(error.details ?? '') ?? error;
  }
}

function recordOf(
  { owner }: ClusterSpec,
  { record: { subnet } }: FoundCluster,
  index: number,
  about: Ways & { readonly hostKey: KeyPair },
): MachineRecord {
  return {
    name: machineName(owner.cluster, index),
    index,
    labels: {
      ...ownerLabels(owner),
      [INDEX_LABEL]: String(index),
      [HOST_KEY_LABEL]: about.hostKey.publicKey,
      [PORT_LABEL]: String(about.sshPort),
    },
    address: ADDRESS,
    advertise: guestAddress(subnet, index),
    localPorts: Object.fromEntries(about.published.map((one) => [nameOf(one), one.runnerPort])),
  };
}

function seedOf(cluster: FoundCluster, { name, index }: MachineRecord, hostKey: KeyPair): Buffer {
  const { subnet, publicKey } = cluster.record;
  const mac = macOf(cluster, index);
  return seedImage({
    ...{ name, index, subnet, hostKey, internet: true },
    ...{ lanMac: mac.lan, wanMac: mac.wan, authorizedKey: publicKey },
  });
}

/** The folder is another one for each user, and each cluster. */
function macOf({ places }: FoundCluster, index: number) {
  return macAddresses(places.folder, index);
}

function rulesOf({ sshPort, published }: Ways): Map<string, ForwardedPort> {
  const ssh = { protocol: 'tcp', address: ADDRESS, runnerPort: sshPort, port: 22 } as const;
  return new Map([[box.SSH_RULE, ssh], ...published.map((one) => [nameOf(one), one] as const)]);
}

const nameOf = ({ port, protocol }: ForwardedPort) => `${port}/${protocol}`;

export function sshPortOf({ labels }: Pick<Machine, 'labels'>): number {
  return Number(labels[PORT_LABEL]);
}
