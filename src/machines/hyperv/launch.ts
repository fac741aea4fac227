import { mkdir, writeFile } from 'node:fs/promises';
import { type Clock, until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { generateKeyPair, type KeyPair } from '../../ssh/keys/generate.ts';
import type { ClusterSpec, Machine } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { ownerLabels } from '../ownership.ts';
import type { MachineFolder } from '../virtual-machine/folders.ts';
import {
  type FoundCluster,
  type MachineRecord,
  toMachine,
  writeRecord,
} from '../virtual-machine/records.ts';
import { guestAddress, macAddresses } from '../virtual-machine/subnet.ts';
import { recordConsole } from './console.ts';
import type { BaseDisk } from './image/base-disk.ts';
import { machineName, machinePlaces, nameInHyperv, networkOf, notesOf, pipeOf } from './names.ts';
import type { HypervOptions } from './options.ts';
import { askAddresses, createMachine, type NewMachine, startMachine } from './questions.ts';
import type { Hyperv } from './script.ts';
import { hypervSeed } from './seed.ts';

const DEFAULT_CPUS = 2;
const DEFAULT_DISK = 20 * 2 ** 30;
/** From its start until Windows knows the address that a network has given it, in ms. */
const ADDRESS_MS = 300_000;
const POLL_MS = 2_000;

/** What a machine is made of. */
export interface Making {
  readonly base: BaseDisk;
  /** Bytes. */
  readonly memory: number;
  readonly options: HypervOptions;
  /** DNS servers of the runner. */
  readonly resolvers: readonly string[];
}

interface Work {
  readonly hyperv: Hyperv;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves.
 * Its record is the first of it. Rejects with what failed, or the signal's reason between two
 * actions, and leaves what was made: the way down finds it by the folder and by its name.
 */
export async function launch(
  { owner }: ClusterSpec,
  cluster: FoundCluster,
  index: number,
  making: Making,
  work: Work,
): Promise<Machine> {
  const { hyperv, signal } = work;
  const places = machinePlaces(cluster.places, index);
  const name = machineName(owner.cluster, index);
  const hostKey = generateKeyPair(name);
  const mac = macAddresses(cluster.places.folder, index).lan;
  const { subnet, publicKey } = cluster.record;
  const record: MachineRecord = {
    ...{ name, index, localPorts: {} },
    labels: {
      ...ownerLabels(owner),
      [INDEX_LABEL]: String(index),
      [HOST_KEY_LABEL]: hostKey.publicKey,
    },
    address: subnet === '' ? '' : guestAddress(subnet, index),
  };
  await mkdir(places.folder, { mode: 0o700 });
  await writeRecord(places.record, record);
  await writeSeed(places, {
    ...{ name, index, subnet, mac, hostKey },
    ...{ authorizedKey: publicKey, resolvers: making.resolvers },
  });
  signal.throwIfAborted();
  const { id } = await hyperv.ask(
    createMachine({
      ...{ ...sizesOf(making), mac: bare(mac) },
      ...{ name: nameInHyperv(owner, index), notes: notesOf(owner) },
      ...{ folder: cluster.places.folder, disk: places.disk, seed: places.seed },
      switch: making.options['virtual-switch'] ?? networkOf(owner),
      console: pipeOf(owner, index),
    }),
  );
  signal.throwIfAborted();
  await hyperv.ask(startMachine(id, name));
  recordConsole(pipeOf(owner, index), places.console);
  const address = record.address || (await waitForAddress(id, { name, mac }, work));
  if (address !== record.address) await writeRecord(places.record, { ...record, address });
  const machine = toMachine({ ...record, address }, true);
  if (!machine) throw new Error('A machine without an owner.');
  return machine;
}

async function writeSeed(
  { seed }: MachineFolder,
  about: Parameters<typeof hypervSeed>[0] & { readonly hostKey: KeyPair },
): Promise<void> {
  await writeFile(seed, hypervSeed(about), { mode: 0o600 });
}

function sizesOf({
  base,
  memory,
  options,
}: Making): Pick<NewMachine, 'base' | 'memory' | 'cpus' | 'diskBytes' | 'generation'> {
  return {
    ...{ base: base.path, memory },
    cpus: options['cpu-count'] ?? DEFAULT_CPUS,
    diskBytes: options['disk-size'] ?? Math.max(DEFAULT_DISK, base.bytes),
    generation: options.generation === 1 ? 1 : 2,
  };
}

async function waitForAddress(
  id: string,
  { name, mac }: { readonly name: string; readonly mac: string },
  { hyperv, clock, signal }: Work,
): Promise<string> {
  const look = async () => (await hyperv.ask(askAddresses(id, bare(mac)), { signal })).addresses;
  const wait = { clock, signal, limitMs: ADDRESS_MS, everyMs: POLL_MS };
  const [address] = await until(look, (found) => found.length > 0, wait);
  if (address !== undefined) return address;
  throw new ActionError(
    `Windows knows no address of machine ${name} ${ADDRESS_MS / 1_000} s after its start.`,
    {
      hint: 'The network of `virtual-switch` has to give addresses (DHCP), as `Default Switch` does. At an external switch the image also has to run the service hv-kvp-daemon, which tells Hyper-V the address. Or leave `virtual-switch` out.',
    },
  );
}

/** Hyper-V writes no colons. */
function bare(mac: string): string {
  return mac.replaceAll(':', '').toUpperCase();
}
