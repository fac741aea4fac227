import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../../src/exec/executor.ts';
import type { NewMachine } from '../../../src/machines/hyperv/questions.ts';

// hyperv.ps1 with Hyper-V behind it as a state machine: the same actions, requests and answers. What
// each action has Windows do, cmdlet by cmdlet, is seen of the script itself by its tests in Pester.

export interface ModelMachine {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly about: Partial<NewMachine>;
  notes: string;
  state: 'Off' | 'Running' | 'Paused' | 'Saved';
  /** Undefined where it has none, or an empty drive. */
  seed?: string | undefined;
  /** Undefined while it does not run. */
  address?: string | undefined;
}

interface Switch {
  readonly id: string;
  readonly name: string;
  notes: string;
}

/** What an action is asked. */
type Request = Readonly<Record<string, unknown>>;

export interface HypervModel {
  readonly machines: Map<string, ModelMachine>;
  readonly switches: Map<string, Switch>;
  /** Name -> network. */
  readonly nats: Map<string, string>;
  /** What `check` says in place of what it would. */
  readonly facts: Record<string, unknown>;
  /** What was asked that the model does not know. */
  readonly unknown: readonly string[];
  /** Every action with its request, in order. */
  readonly asked: { readonly action: string; readonly request: Request }[];
  /** The cmdlets that have changed something, in order. */
  readonly cmdlets: string[];
  /** The cmdlet of this number, counted from now on, fails, and what follows in its action too. */
  failIn(cmdlets: number): void;
  run(action: string, stdin: string): RunResult;
  addMachine(name: string, path: string, notes: string): ModelMachine;
  addSwitch(name: string, notes: string): void;
}

class Failure extends Error {
  readonly id: string;
  readonly category: string;

  constructor(id: string, category: string, message: string) {
    super(message);
    this.id = id;
    this.category = category;
  }
}

/** `started` and `stopped` are told of machines with the address that they have. */
export function hypervModel(on: {
  readonly started: (machine: ModelMachine, address: string) => void;
  readonly stopped: (address: string) => void;
}): HypervModel {
  const machines: HypervModel['machines'] = new Map();
  const switches: HypervModel['switches'] = new Map();
  const nats: HypervModel['nats'] = new Map();
  const addresses = new Map<string, string>();
  const facts: Record<string, unknown> = {};
  const unknown: string[] = [];
  const asked: HypervModel['asked'] = [];
  const cmdlets: string[] = [];
  let failsIn = Number.POSITIVE_INFINITY;
  let last = 0;
  let lastAddress = 0;
  // The same in each run, so that calls have the same words.
  const newId = () => {
    last += 1;
    return `33333333-3333-4333-8333-${String(last).padStart(12, '0')}`;
  };

  const run = (cmdlet: string) => {
    failsIn -= 1;
    if (failsIn === 0) throw new Failure(`Injected,${cmdlet}`, 'InvalidOperation', 'Injected.');
    cmdlets.push(cmdlet);
  };
  const machineOf = (id: unknown): ModelMachine => {
    const found = machines.get(String(id));
    if (found) return found;
    throw new Failure('SwarmUp.NoMachine', 'ObjectNotFound', `There is no machine ${id}.`);
  };
  const fileOf = (path: unknown) => {
    if (typeof path === 'string' && existsSync(path)) return path;
    throw new Failure('ObjectNotFound', 'ObjectNotFound', `There is no file ${path}.`);
  };
  const addMachine = (name: string, path: string, notes: string, about = {}): ModelMachine => {
    const machine: ModelMachine = { ...{ id: newId(), name, path, about, notes }, state: 'Off' };
    machines.set(machine.id, machine);
    return machine;
  };
  const addSwitch = (name: string, notes: string) => {
    const id = newId();
    switches.set(id, { id, name, notes });
  };
  const end = (machine: ModelMachine) => {
    machine.state = 'Off';
    if (machine.address !== undefined) on.stopped(machine.address);
    machine.address = undefined;
  };

  const createMachine = (about: NewMachine) => {
    fileOf(about.base);
    if (existsSync(about.disk)) throw new Failure('FileExists', 'ResourceExists', about.disk);
    run('New-VHD');
    writeFileSync(about.disk, 'vhdxfile');
    run('Resize-VHD');
    if (![...switches.values()].some(({ name }) => name === about.switch)) {
      throw new Failure('ObjectNotFound', 'ObjectNotFound', `There is no switch ${about.switch}.`);
    }
    run('New-VM');
    const path = join(about.folder, about.name);
    mkdirSync(path, { recursive: true });
    const machine = addMachine(about.name, path, '', about);
    run('Set-VM -Notes');
    machine.notes = about.notes;
    run('Set-VM');
    run('Set-VMNetworkAdapter');
    run('Add-VMHardDiskDrive');
    run('Add-VMDvdDrive');
    machine.seed = fileOf(about.seed);
    if (about.generation === 2) run('Set-VMFirmware');
    run('Set-VMComPort');
    return { id: machine.id };
  };

  const startMachine = (machine: ModelMachine) => {
    if (machine.state !== 'Off') throw new Failure('InvalidState', 'InvalidOperation', 'It runs.');
    fileOf(machine.about.disk);
    run('Start-VM');
    const seed = readFileSync(fileOf(machine.seed), 'latin1');
    const given = /"(\d+\.\d+\.\d+\.\d+)\/24"/.exec(seed)?.[1];
    lastAddress += 1;
    machine.address = given ?? `172.20.0.${lastAddress}`;
    machine.state = 'Running';
    on.started(machine, machine.address);
    return {};
  };

  const createNetwork = ({ name, notes, address, network }: Record<string, string>) => {
    const isThere = [...switches.values()].some((one) => one.name === name);
    if (!isThere) {
      run('New-VMSwitch');
      addSwitch(name ?? '', notes ?? '');
    }
    if (addresses.get(name ?? '') !== address) {
      run('New-NetIPAddress');
      addresses.set(name ?? '', address ?? '');
    }
    if (!nats.has(name ?? '')) {
      if (nats.size > 0) throw new Failure('NatInUse', 'InvalidArgument', 'There is a NAT.');
      run('New-NetNat');
      nats.set(name ?? '', network ?? '');
    }
    return {};
  };

  const removeNetwork = (request: Request) => {
    const nat = request.nat === null ? undefined : String(request.nat);
    if (nat !== undefined && nats.has(nat)) {
      run('Remove-NetNat');
      nats.delete(nat);
    }
    const found = switches.get(String(request.switch));
    if (found) {
      run('Remove-VMSwitch');
      switches.delete(found.id);
      addresses.delete(found.name);
    }
    return {};
  };

  const removeMachine = (id: unknown) => {
    const machine = machines.get(String(id));
    if (!machine) return {};
    if (machine.state !== 'Off') {
      run('Stop-VM');
      end(machine);
    }
    run('Remove-VM');
    machines.delete(machine.id);
    rmSync(machine.path, { recursive: true, force: true });
    return {};
  };

  const writeNotes = (request: Request) => {
    for (const id of request.machines as string[]) {
      run('Set-VM -Notes');
      machineOf(id).notes = String(request.notes);
    }
    const found = switches.get(String(request.switch));
    if (found) {
      run('Set-VMSwitch');
      found.notes = String(request.notes);
    }
    return {};
  };

  const readDisk = (path: unknown) => {
    const text = readFileSync(fileOf(path), 'latin1');
    if (text.includes('differencing')) {
      const words = 'The image is not whole: it builds on another image.';
      throw new Failure('SwarmUp.Differencing,', 'InvalidData', words);
    }
    if (!text.startsWith('vhdxfile')) throw new Failure('Corrupt', 'InvalidData', `Not ${path}`);
    return { bytes: 3 * 2 ** 30 };
  };

  const convertDisk = ({ from, to }: Request) => {
    if (!/\.vhdx?$/.test(fileOf(from))) throw new Failure('Name', 'InvalidArgument', String(from));
    const text = readFileSync(String(from), 'latin1');
    if (!text.endsWith('conectix'.padEnd(512, '\0'))) readDisk(from);
    run('Convert-VHD');
    writeFileSync(String(to), 'vhdxfile');
    return { bytes: 3 * 2 ** 30 };
  };

  const answer = (action: string, request: Request): unknown => {
    switch (action) {
      case 'check':
        return {
          ...{ module: true, service: true, hypervisor: true },
          ...{ administrator: true, hyperVAdministrator: false },
          switches: [...switches.values()].map(({ name }) => name),
          nats: [...nats.keys()],
          ...{ resolvers: ['127.0.0.1', '10.0.0.53'], ...facts },
        };
      case 'look':
        return {
          machines: [...machines.values()].map(({ id, name, state, notes, path }) => ({
            ...{ id, name, state, notes, path },
          })),
          switches: [...switches.values()],
          nats: [...nats].map(([name, network]) => ({ name, network })),
        };
      case 'addresses': {
        const { address } = machineOf(request.id);
        return { addresses: address === undefined ? [] : [address] };
      }
      case 'read-disk':
        return readDisk(request.path);
      case 'convert-disk':
        return convertDisk(request);
      case 'create-network':
        return createNetwork(request as Record<string, string>);
      case 'remove-network':
        return removeNetwork(request);
      case 'create-machine':
        return createMachine(request as unknown as NewMachine);
      case 'start-machine':
        return startMachine(machineOf(request.id));
      case 'clear-seed':
        run('Set-VMDvdDrive');
        machineOf(request.id).seed = undefined;
        return {};
      case 'write-notes':
        return writeNotes(request);
      case 'remove-machine':
        return removeMachine(request.id);
      default:
        unknown.push(`hyperv.ps1 ${action}: add it to __tests__/support/model/hyperv-script.ts`);
        throw new Failure('SwarmUp.NoAction', 'InvalidArgument', action);
    }
  };

  return {
    ...{ machines, switches, nats, facts, unknown, asked, cmdlets, addSwitch },
    addMachine: (name, path, notes) => addMachine(name, path, notes),
    failIn: (count) => {
      failsIn = count;
    },
    run: (action, stdin) => {
      const request = JSON.parse(stdin) as Request;
      asked.push({ action, request });
      try {
        const line = JSON.stringify(answer(action, request));
        return { exitCode: 0, stdout: `${line}\r\n`, stderr: '' };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const { id, category, message } = error;
        const line = JSON.stringify({ error: { id, category, message } });
        return { exitCode: 1, stdout: `${line}\r\n`, stderr: '' };
      }
    },
  };
}
