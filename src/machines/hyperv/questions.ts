import * as z from 'zod';

/** What the script is asked: an action, its request, and the form of the answer. */
export interface Question<T> {
  readonly action: string;
  /** For messages: what fails if it fails. */
  readonly title: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<T>;
}

/** Actions that only ask. To read a disk may make it one that Hyper-V takes. */
const READS = ['check', 'look', 'addresses'];

/** Whether an action of the script only asks. */
export function onlyReads(action: string | undefined): boolean {
  return action !== undefined && READS.includes(action);
}

const facts = z.object({
  /** Whether PowerShell has the module Hyper-V. */
  module: z.boolean(),
  /** Whether the service of Hyper-V runs. */
  service: z.boolean(),
  hypervisor: z.boolean(),
  administrator: z.boolean(),
  hyperVAdministrator: z.boolean(),
  /** Names; none where the user may not ask. */
  switches: z.array(z.string()),
  nats: z.array(z.string()),
  /** Addresses of the DNS servers of the runner. */
  resolvers: z.array(z.ipv4()),
});

/** What there is on the runner. */
export type Facts = z.infer<typeof facts>;

const id = z.guid();

const look = z.object({
  machines: z.array(
    z.object({
      id,
      name: z.string(),
      /** For example `Running`, `Off`, `Saved`, `Paused`, `Starting`. */
      state: z.string(),
      notes: z.string(),
      /** Folder of its settings. */
      path: z.string(),
    }),
  ),
  switches: z.array(z.object({ id, name: z.string(), notes: z.string() })),
  nats: z.array(z.object({ name: z.string(), network: z.string() })),
});

/** Everything whose name begins as those of this driver do. */
export type Look = z.infer<typeof look>;

const nothing = z.object({});
const disk = z.object({ bytes: z.number().int().positive() });

/** What a machine is made of. Paths are absolute, sizes in bytes. */
export interface NewMachine {
  readonly name: string;
  readonly notes: string;
  /** In which Hyper-V makes the folder of its settings. */
  readonly folder: string;
  readonly disk: string;
  /** The disk that its own builds on. */
  readonly base: string;
  readonly seed: string;
  readonly generation: 1 | 2;
  readonly cpus: number;
  readonly memory: number;
  readonly diskBytes: number;
  readonly switch: string;
  /** Twelve hex digits. */
  readonly mac: string;
  /** Pipe of its first serial port. */
  readonly console: string;
}

export const askFacts = (): Question<Facts> => ({
  ...{ action: 'check', title: 'look at Hyper-V' },
  ...{ request: {}, answer: facts },
});

export const askLook = (): Question<Look> => ({
  ...{ action: 'look', title: 'list its machines' },
  ...{ request: {}, answer: look },
});

export const askAddresses = (machine: string, mac: string) => ({
  ...{ action: 'addresses', title: 'ask for the address of a machine' },
  ...{ request: { id: machine, mac }, answer: z.object({ addresses: z.array(z.ipv4()) }) },
});

export const readDisk = (path: string) => ({
  ...{ action: 'read-disk', title: `read the disk ${path}` },
  ...{ request: { path }, answer: disk },
});

export const convertDisk = (from: string, to: string) => ({
  ...{ action: 'convert-disk', title: `convert the disk ${from}` },
  ...{ request: { from, to }, answer: disk },
});

/** `subnet` is the first three numbers of the addresses. */
export const createNetwork = (name: string, notes: string, subnet: string) => ({
  ...{ action: 'create-network', title: `make the network ${name}` },
  request: {
    ...{ name, notes, address: `${subnet}.1` },
    ...{ prefixLength: 24, network: `${subnet}.0/24` },
  },
  answer: nothing,
});

/** Each is left out where it is null. */
export const removeNetwork = (about: {
  readonly nat: string | null;
  /** Its id. */
  readonly switch: string | null;
}) => ({
  ...{ action: 'remove-network', title: 'remove a network' },
  ...{ request: about, answer: nothing },
});

export const createMachine = (machine: NewMachine) => ({
  ...{ action: 'create-machine', title: `make the machine ${machine.name}` },
  ...{ request: { ...machine }, answer: z.object({ id }) },
});

export const startMachine = (machine: string, name: string) => ({
  ...{ action: 'start-machine', title: `start the machine ${name}` },
  ...{ request: { id: machine }, answer: nothing },
});

export const clearSeed = (machine: string, name: string) => ({
  ...{ action: 'clear-seed', title: `take the seed out of the machine ${name}` },
  ...{ request: { id: machine }, answer: nothing },
});

/** `machines` and `networkSwitch` are ids. */
export const writeNotes = (
  machines: readonly string[],
  networkSwitch: string | null,
  notes: string,
) => ({
  ...{ action: 'write-notes', title: 'write the notes of a cluster' },
  ...{ request: { machines, switch: networkSwitch, notes }, answer: nothing },
});

export const removeMachine = (machine: string, name: string) => ({
  ...{ action: 'remove-machine', title: `remove the machine ${name}` },
  ...{ request: { id: machine }, answer: nothing },
});
