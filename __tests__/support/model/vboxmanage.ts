import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import type { RunResult } from '../../../src/exec/executor.ts';

// VBoxManage 7.2 as a state machine, with its answers as the real one gives them: errors, progress
// and usage on standard error, and exit code 1 where something failed.

interface Machine {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly settings: string;
  readonly data: Map<string, string>;
  readonly options: Map<string, string>;
  readonly rules: Map<string, string>;
  /** Port of the controller -> medium; undefined while there is no controller. */
  slots?: Map<string, string>;
  state: 'poweroff' | 'starting' | 'running' | 'aborted' | 'paused';
  /** Whether its process does nothing that it is asked for. */
  isHung?: boolean;
  /** What listens at ports of the runner for it. */
  servers: Server[];
}

interface Medium {
  readonly id: string;
  readonly kind: 'hdds' | 'dvds';
  readonly parent: string | undefined;
  mebibytes: number;
}

export interface VirtualBoxModel {
  readonly machines: ReadonlyMap<string, Machine>;
  /** Path -> medium. */
  readonly media: ReadonlyMap<string, Medium>;
  /** What was asked that the model does not know. */
  readonly unknown: readonly string[];
  /** What `startvm` says in place of starting a machine. */
  startFails?: string | undefined;
  /** Whether a disk has no room for what is made of an image. */
  isDiskFull?: boolean;
  /** How often a look at a machine fails, as while its process dies. */
  looksToFail: number;
  /** How often a removal still finds a machine locked after its end. */
  lockedFor: number;
  /** How often a change finds that somebody looks at the machine. */
  lookedAt: number;
  /** Rejects with `Unanswered` where the real one would wait without an end. */
  run(words: readonly string[]): Promise<RunResult>;
  /** The process of a machine is killed. */
  crash(id: string): void;
  /** Ends what listens. */
  close(): void;
}

/** VBoxManage waits for a process that hangs, without an end. */
export class Unanswered extends Error {}

class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, code?: string, exitCode = 1) {
    const details = code && `\nVBoxManage: error: Details: code ${code} (0x80bb0000), component X`;
    super(`VBoxManage: error: ${message}${details ?? ''}\n`);
    this.exitCode = exitCode;
  }
}

const PROGRESS = '0%...10%...20%...30%...40%...50%...60%...70%...80%...90%...100%\n';

/** `started` and `stopped` are told of machines with the address that their seed gives them. */
export function virtualBoxModel(on: {
  readonly started: (machine: Machine, address: string, sshPort: number) => void;
  readonly stopped: (address: string) => void;
}): VirtualBoxModel {
  const machines = new Map<string, Machine>();
  const media = new Map<string, Medium>();
  const unknown: string[] = [];
  let last = 0;
  // The same in each run, so that calls have the same words.
  const newId = () => {
    last += 1;
    return `22222222-2222-4222-8222-${String(last).padStart(12, '0')}`;
  };

  const machineOf = (id = ''): Machine => {
    const found = machines.get(id);
    if (found) return found;
    const words = `Could not find a registered machine with UUID {${id}}`;
    throw new Failure(words, 'VBOX_E_OBJECT_NOT_FOUND');
  };
  const answering = (id: string): Machine => {
    const machine = machineOf(id);
    if (machine.isHung) throw new Unanswered(id);
    return machine;
  };
  const mutable = (id = ''): Machine => {
    const machine = machineOf(id);
    const isLookedAt = model.lookedAt > 0;
    if (isLookedAt) model.lookedAt -= 1;
    else if (machine.state === 'poweroff' || machine.state === 'aborted') return machine;
    const words = `The machine '${machine.name}' is already locked for a session`;
    throw new Failure(words, 'VBOX_E_INVALID_OBJECT_STATE');
  };
  const opened = (path: string, kind: Medium['kind'] = 'hdds'): Medium => {
    const known = media.get(path);
    if (known) return known;
    if (!existsSync(path)) {
      const words = `Could not find file for the medium '${path}' (VERR_FILE_NOT_FOUND)`;
      throw new Failure(words, 'VBOX_E_FILE_ERROR');
    }
    const medium: Medium = { id: newId(), kind, parent: undefined, mebibytes: 3072 };
    media.set(path, medium);
    return medium;
  };
  const seedOf = ({ slots }: Machine) => readFileSync(slots?.get('1') ?? '', 'latin1');
  const addressOf = (machine: Machine) =>
    /"(\d+\.\d+\.\d+\.\d+)\/24"/.exec(seedOf(machine))?.[1] ?? '';
  const addresses = new Map<string, string>();

  const end = (machine: Machine, state: Machine['state']) => {
    machine.state = state;
    for (const server of machine.servers.splice(0)) server.close();
    on.stopped(addresses.get(machine.id) ?? '');
  };

  const start = async (id: string): Promise<string> => {
    const machine = mutable(id);
    if (model.startFails !== undefined) throw new Failure(model.startFails, 'NS_ERROR_FAILURE');
    const disk = machine.slots?.get('0');
    if (!disk || !existsSync(disk)) throw new Failure('No disk', 'NS_ERROR_FAILURE');
    const port = Number(machine.rules.get('ssh')?.split(',')[3]);
    await listen(machine, port);
    machine.state = 'running';
    addresses.set(id, addressOf(machine));
    writeFileSync(machine.options.get('console') ?? '', 'Booting Linux\n');
    on.started(machine, addresses.get(id) ?? '', port);
    return `Waiting for VM "${id}" to power on...\nVM "${id}" has been successfully started.\n`;
  };

  const kill = (id: string): string => {
    const machine = machineOf(id);
    if (!['starting', 'running', 'paused'].includes(machine.state)) {
      const words = `The machine '${machine.name}' is not locked by a session`;
      throw new Failure(words, 'VBOX_E_INVALID_OBJECT_STATE');
    }
    machine.isHung = false;
    end(machine, 'aborted');
    return '';
  };

  const create = (flags: ReadonlyMap<string, string>): string => {
    const [id, name, group, base] = ['uuid', 'name', 'groups', 'basefolder'].map(
      (key) => flags.get(key) ?? '',
    ) as [string, string, string, string];
    const settings = join(base, group.slice(1), name, `${name}.vbox`);
    if (existsSync(settings)) {
      const words = `Machine settings file '${settings}' already exists`;
      throw new Failure(words, 'VBOX_E_FILE_ERROR');
    }
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, '<VirtualBox/>');
    if (machines.has(id)) {
      const words = `Registered machine with UUID {${id}} ('${settings}') already exists`;
      throw new Failure(words, 'NS_ERROR_INVALID_ARG');
    }
    const maps = { data: new Map(), options: new Map(), rules: new Map() };
    machines.set(id, { id, name, group, settings, ...maps, servers: [], state: 'poweroff' });
    return `Virtual machine '${name}' is created and registered.\nUUID: ${id}\nSettings file: '${settings}'\n`;
  };

  const setUp = (id: string, words: readonly string[]): string => {
    const machine = mutable(id);
    for (const word of words) {
      const [, name, value = ''] = /^--([^=]+)=(.*)$/.exec(word) ?? [];
      if (name === 'nat-pf1') addRule(machine, value);
      else if (name) machine.options.set(name, value);
    }
    machine.options.set('console', words[words.indexOf('file') + 1] ?? '');
    return '';
  };

  const addRule = (machine: Machine, rule: string) => {
    const [name = ''] = rule.split(',');
    if (machine.rules.has(name)) {
      throw new Failure('A NAT rule of this name already exists', 'NS_ERROR_INVALID_ARG');
    }
    machine.rules.set(name, rule);
  };

  const control = async (id: string, [what, rule = '']: readonly string[]): Promise<string> => {
    const machine = answering(id);
    if (machine.state !== 'running' && machine.state !== 'paused') {
      throw new Failure(`Machine '${machine.name}' is not currently running.`);
    }
    if (what === 'natpf1') {
      addRule(machine, rule);
      const [, protocol, , port] = rule.split(',');
      if (protocol === 'tcp') await listen(machine, Number(port));
    } else if (what === 'poweroff') end(machine, 'poweroff');
    else throw noted(['controlvm', what ?? '']);
    return '';
  };

  const unregister = (id: string): string => {
    const machine = machineOf(id);
    if (['starting', 'running'].includes(machine.state) || model.lockedFor > 0) {
      model.lockedFor -= 1;
      const words = `Cannot unregister the machine '${machine.name}' while it is locked`;
      throw new Failure(words, 'VBOX_E_INVALID_OBJECT_STATE');
    }
    // Files stay, and so do CDs in the registry.
    for (const path of machine.slots?.values() ?? []) {
      if (media.get(path)?.kind === 'hdds') media.delete(path);
    }
    machines.delete(id);
    return '';
  };

  const attach = (id: string, flags: ReadonlyMap<string, string>): string => {
    const [type, port = '', medium = ''] = ['type', 'port', 'medium'].map((key) => flags.get(key));
    const isEject = medium === 'emptydrive' && flags.has('forceunmount');
    const machine = isEject ? machineOf(id) : mutable(id);
    if (!machine.slots) throw new Failure("Could not find a controller named 'disks'");
    if (medium === 'emptydrive') media.delete(machine.slots.get(port) ?? '');
    else opened(medium, type === 'hdd' ? 'hdds' : 'dvds');
    machine.slots.set(port, medium);
    return '';
  };

  const addController = (id: string): string => {
    const machine = mutable(id);
    if (machine.slots) {
      throw new Failure("Storage controller named 'disks' already exists", 'VBOX_E_OBJECT_IN_USE');
    }
    machine.slots = new Map();
    return '';
  };

  const createDisk = (flags: ReadonlyMap<string, string>): string => {
    const [path = '', base = ''] = ['filename', 'diffparent'].map((key) => flags.get(key));
    const parent = opened(base);
    if (existsSync(path)) throw new Failure(`Cannot create ${path}`, 'VBOX_E_FILE_ERROR');
    // It makes the folder, too.
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'VDI');
    media.set(path, { id: newId(), kind: 'hdds', parent: parent.id, mebibytes: 3072 });
    return `Medium created. UUID: ${media.get(path)?.id}\n`;
  };

  const close = ([, name = '', more]: readonly string[]): string => {
    const byId = [...media].find(([path, { id }]) => id === name || path === name);
    if (!byId) {
      throw new Failure(`The given path '${name}' is not fully qualified`, 'VBOX_E_FILE_ERROR');
    }
    const [path, { id }] = byId;
    if ([...media.values()].some(({ parent }) => parent === id)) {
      const words = `Cannot close medium '${path}' because it has 1 child media`;
      throw new Failure(words, 'VBOX_E_OBJECT_IN_USE');
    }
    if ([...machines.values()].some(({ slots }) => [...(slots?.values() ?? [])].includes(path))) {
      throw new Failure(`Medium '${path}' is attached`, 'VBOX_E_OBJECT_IN_USE');
    }
    if (more === '--delete') rmSync(path, { force: true });
    media.delete(path);
    return '';
  };

  const clone = (image: string, to: string): string => {
    if (!existsSync(image)) {
      const words = `Could not find file for the medium '${image}' (VERR_FILE_NOT_FOUND)`;
      throw new Failure(words, 'VBOX_E_FILE_ERROR');
    }
    if (model.isDiskFull) {
      const words = `Failed to clone medium\nVBoxManage: error: Could not create the clone medium '${to}' (VERR_DISK_FULL)`;
      throw new Failure(words, 'VBOX_E_FILE_ERROR');
    }
    if (!readFileSync(image, 'latin1').startsWith('QFI')) {
      const words = `Could not get the storage format of the medium '${image}' (VERR_NOT_SUPPORTED)`;
      throw new Failure(words, 'VBOX_E_IPRT_ERROR');
    }
    opened(image);
    writeFileSync(to, vdi(3072 * 2 ** 20));
    media.set(to, { id: newId(), kind: 'hdds', parent: undefined, mebibytes: 3072 });
    return `Clone medium created in format 'VDI'. UUID: ${media.get(to)?.id}\n`;
  };

  const list = (what: string, more: string | undefined): string => {
    const all = [...machines.values()];
    const isLost = ({ settings }: Machine) => !existsSync(settings);
    if (what === 'hdds' || what === 'dvds') return listMedia(media, what);
    if (what === 'vms') {
      return all
        .map((one) => `"${isLost(one) ? '<inaccessible>' : one.name}" {${one.id}}\n`)
        .join('');
    }
    if (what === 'groups') {
      const groups = new Set(all.filter((one) => !isLost(one)).map(({ group }) => group));
      return [...groups].map((group) => `"${group}"\n`).join('');
    }
    if (what === '--long' && more === 'vms') {
      return all
        .map((one) => {
          const begin = isLost(one)
            ? 'Name:            <inaccessible!>\n'
            : `Name:                        ${one.name}\nGroups:                      ${one.group}\n`;
          return `${begin}UUID:            ${one.id}\nConfig file:     ${one.settings}\n\n`;
        })
        .join('');
    }
    throw noted(['list', what]);
  };

  const noted = (words: readonly string[]) => {
    unknown.push(`VBoxManage ${words.join(' ')}: add it to __tests__/support/model/vboxmanage.ts`);
    return new Failure(`Invalid command '${words[0]}'`, undefined, 2);
  };

  const readable = (id = '') => {
    const machine = machineOf(id);
    if (existsSync(machine.settings)) return machine;
    throw new Failure('The object functionality is limited', 'E_ACCESSDENIED');
  };

  const answer = async (all: readonly string[]): Promise<string> => {
    const [command = '', first = '', second = '', third] = all;
    const flags = new Map(
      all.flatMap((word) => {
        const [, name, value = ''] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
        return name === undefined ? [] : [[name, value] as const];
      }),
    );
    switch (command) {
      case '--version':
        return '7.2.22_Debianr175245\n';
      case 'list':
        return list(first, second);
      case 'showvminfo':
        if (model.looksToFail > 0) {
          model.looksToFail -= 1;
          throw new Failure('Failed to get a console object (NS_ERROR_ABORT)', 'VBOX_E_VM_ERROR');
        }
        return showMachine(answering(readable(first).id));
      case 'getextradata': {
        const value = readable(first).data.get(second);
        return value === undefined ? 'No value set!\n' : `Value: ${value}\n`;
      }
      case 'setextradata':
        readable(first).data.set(second, third ?? '');
        return '';
      case 'createvm':
        return create(flags);
      case 'modifyvm':
        return setUp(first, all.slice(2));
      case 'controlvm':
        return await control(first, all.slice(2));
      case 'clonemedium':
        return clone(second, third ?? '');
      case 'createmedium':
        return createDisk(flags);
      case 'modifymedium':
        opened(second).mebibytes = Number(flags.get('resize'));
        return '';
      case 'closemedium':
        return close(all.slice(1));
      case 'storagectl':
        return addController(first);
      case 'storageattach':
        return attach(first, flags);
      case 'startvm':
        return flags.get('type') === 'emergencystop' ? kill(first) : await start(first);
      case 'unregistervm':
        return unregister(first);
      default:
        throw noted(all);
    }
  };

  const model: VirtualBoxModel = {
    ...{ machines, media, unknown, lockedFor: 0, lookedAt: 0, looksToFail: 0 },
    run: async (words) => {
      try {
        return { exitCode: 0, stdout: await answer(words), stderr: PROGRESS };
      } catch (error) {
        if (error instanceof Unanswered) throw error;
        const exitCode = error instanceof Failure ? error.exitCode : 1;
        if (!(error instanceof Failure)) unknown.push(String(error));
        return { exitCode, stdout: '', stderr: (error as Error).message };
      }
    },
    crash: (id) => end(machineOf(id), 'aborted'),
    close: () => {
      for (const { servers } of machines.values()) for (const one of servers) one.close();
    },
  };
  return model;
}

/** Says nothing where it cannot listen, as VirtualBox does. */
async function listen({ servers }: Machine, port: number): Promise<void> {
  const server = createServer((socket) => socket.end('SSH-2.0-model\r\n')).unref();
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.listen(port, '127.0.0.1', resolve);
  });
  servers.push(server);
}

function listMedia(media: ReadonlyMap<string, Medium>, kind: Medium['kind']): string {
  return [...media]
    .filter(([, one]) => one.kind === kind)
    .map(
      ([path, { id, parent, mebibytes }]) =>
        `UUID:           ${id}\nParent UUID:    ${parent ?? 'base'}\nState:          created\nType:           normal (base)\nLocation:       ${path}\nStorage format: VDI\nCapacity:       ${mebibytes} MBytes\nEncryption:     disabled\n\n`,
    )
    .join('');
}

function showMachine({ name, id, state, rules }: Machine): string {
  const forwards = [...rules.values()].map((rule, at) => `Forwarding(${at})="${rule}"\n`).join('');
  return `name="${name}"\nUUID="${id}"\nVMState="${state}"\n"disks-0-0"="none"\n${forwards}`;
}

/** The begin of a disk of VirtualBox's own format. */
function vdi(bytes: number): Buffer {
  const header = Buffer.alloc(512);
  header.writeUInt32LE(0xbeda107f, 0x40);
  header.writeBigUInt64LE(BigInt(bytes), 0x170);
  return header;
}
