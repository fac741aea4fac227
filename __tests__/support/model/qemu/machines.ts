import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WAN } from '../../../../src/machines/virtual-machine/subnet.ts';
import { unknown, type World } from '../world.ts';
import { Failure } from './failure.ts';
import type { KernelNetwork } from './kernel-network.ts';
import { openMonitor } from './monitor.ts';
import type { ModelProcesses } from './processes.ts';

/** From the start of a guest until its sshd answers, in ms. */
const BOOT_MS = 2_000;
/** From the end of the monitor until the process has gone, in ms. */
const LAST_MS = 150;
/** What QEMU is started with beside what is read below: it is nothing to the driver afterwards. */
const IGNORED = ['machine', 'bios', 'accel', 'cpu', 'smp', 'm', 'smbios', 'device', 'display'];
const WITHOUT_VALUE = ['nodefaults', 'no-user-config', 'no-reboot', 'daemonize'];
const READ = ['name', 'drive', 'netdev', 'serial', 'qmp', 'pidfile'];

/** What ends a QEMU that does not hear what comes before. */
type End = 'quit' | 'SIGTERM' | 'SIGKILL';
const ENDS: readonly End[] = ['quit', 'SIGTERM', 'SIGKILL'];

export interface VirtualMachine {
  readonly name: string;
  readonly pid: number;
  /** Its address in the network of the machines, of its seed. */
  readonly address: string;
  readonly tap: string | undefined;
  /** Ports of the runner that it listens at, each as `tcp:127.0.0.1:8080-198.18.0.15:80`. */
  readonly rules: ReadonlySet<string>;
  readonly disk: string;
  /** On the clock. */
  readonly bootedAt: number;
}

export interface QemuMachines {
  readonly running: ReadonlySet<VirtualMachine>;
  /** By what machines end that are started from now on. */
  endsBy: End;
  /** How many of the next guests end while they boot. */
  dying: number;
  /** Ports of the runner that others listen at: `tcp:8080`. */
  readonly taken: Set<string>;
  /** Whatever went wrong for QEMU itself, in words. */
  readonly harm: readonly string[];
  start(argv: readonly string[]): Promise<void>;
  /** The machine that answers SSH at this address and port of the runner. */
  at(host: string, port: number): VirtualMachine | undefined;
}

/** `started` and `ended` are told of guests. */
export function qemuMachines(
  {
    world,
    network,
    processes,
  }: {
    readonly world: World;
    readonly network: KernelNetwork;
    readonly processes: ModelProcesses;
  },
  on: {
    readonly started: (machine: VirtualMachine) => void;
    readonly ended: (machine: VirtualMachine) => void;
  },
): QemuMachines {
  const running = new Set<VirtualMachine>();
  const harm: string[] = [];

  const optionsOf = ([program = '', ...words]: readonly string[]) => {
    const options = new Map<string, string[]>();
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      const name = word.replace(/^-/, '');
      if (WITHOUT_VALUE.includes(name)) continue;
      if (!READ.includes(name) && !IGNORED.includes(name)) {
        throw unknown(world, `${program} ${word}`, 'qemu/machines.ts');
      }
      options.set(name, [...(options.get(name) ?? []), words.shift() ?? '']);
    }
    return options;
  };

  /** Says what QEMU says, nothing where it was done. */
  const listen = (rules: Set<string>, rule: string): string => {
    const [protocol, address, port] = rule.split(/[:-]/);
    const isTaken =
      model.taken.has(`${protocol}:${port}`) ||
      [...running, { rules }].some((one) =>
        [...one.rules].some((other) => other.startsWith(`${protocol}:${address}:${port}-`)),
      );
    if (isTaken) return `could not set up host forwarding rule '${rule}'\r\n`;
    rules.add(rule);
    return '';
  };

  const start = async (argv: readonly string[]) => {
    const [program = ''] = argv;
    const options = optionsOf(argv);
    const all = (name: string) => options.get(name) ?? [];
    const one = (name: string) => all(name)[0] ?? '';
    const [disk = '', seed = ''] = all('drive').map((drive) => partOf(drive, 'file'));
    for (const file of [disk, seed]) {
      if (existsSync(file)) continue;
      throw new Failure(
        `${program}: -drive file=${file}: Could not open '${file}': No such file or directory`,
      );
    }
    if ([...running].some((other) => other.disk === disk)) {
      throw new Failure(`${program}: -drive file=${disk}: Failed to get "write" lock`);
    }
    const address = /"(\d+\.\d+\.\d+\.\d+)\/24"/.exec(readFileSync(seed, 'latin1'))?.[1] ?? '';
    const [lan = '', wan = ''] = all('netdev');
    const tap = lan.startsWith('tap,') ? partOf(lan, 'ifname') : undefined;
    if (tap !== undefined) network.open(tap, program);
    const rules = new Set<string>();
    for (const part of wan.split(',').filter((word) => word.startsWith('hostfwd='))) {
      const said = listen(rules, part.slice('hostfwd='.length));
      if (said !== '') throw new Failure(`${program}: -netdev ${wan}: ${said.trim()}`);
    }
    const socket = one('qmp')
      .replace(/^unix:/, '')
      .replace(/,server=on,wait=off$/, '');
    const pidFile = one('pidfile');
    const { endsBy } = model;
    let isEnding = false;
    const end = (signal?: NodeJS.Signals) => {
      if (!running.delete(machine)) return;
      if (!existsSync(dirname(pidFile)) && !isStray(pidFile)) {
        harm.push(`the folder of ${machine.name} went before its QEMU had ended`);
      }
      process.end();
      monitor.close();
      if (signal !== 'SIGKILL') rmSync(pidFile, { force: true });
      on.ended(machine);
    };
    const hears = (by: End) => ENDS.indexOf(by) >= ENDS.indexOf(endsBy);
    const monitor = await openMonitor(socket, program, {
      touch: world.clock.touch,
      quit: () => {
        if (isEnding || !hears('quit')) return;
        isEnding = true;
        void world.clock.sleep(LAST_MS).then(() => end());
      },
      line: (text) => {
        const [, rule] = /^hostfwd_add wan (\S+)$/.exec(text) ?? [];
        if (rule !== undefined) return listen(rules, rule);
        throw unknown(world, `QEMU's monitor: ${text}`, 'qemu/machines.ts');
      },
      unknown: (what) => void unknown(world, `QMP: ${what}`, 'qemu/monitor.ts'),
    });
    if (!existsSync(dirname(pidFile))) {
      monitor.close();
      throw new Failure(`${program}: cannot create PID file: Cannot open pid file`);
    }
    const process = processes.start(argv, (signal) => {
      if (hears(signal as End)) end(signal);
    });
    const machine: VirtualMachine = {
      ...{ name: one('name'), pid: process.pid, tap, rules, disk },
      address,
      bootedAt: world.clock.now() + BOOT_MS,
    };
    running.add(machine);
    writeFileSync(pidFile, `${process.pid}\n`);
    writeFileSync(one('serial').replace(/^file:/, ''), 'Booting Linux\n');
    on.started(machine);
    if (model.dying > 0) {
      model.dying -= 1;
      void world.clock.sleep(BOOT_MS / 2).then(() => end());
    }
  };

  const isAt = (machine: VirtualMachine, host: string, port: number) => {
    const { tap, address, rules, bootedAt } = machine;
    if (world.clock.now() < bootedAt) return false;
    return tap === undefined
      ? rules.has(`tcp:${host}:${port}-${WAN.guest}:22`)
      : host === address && port === 22 && network.reaches(tap, address);
  };

  const model: QemuMachines = {
    ...{ running, harm, start, endsBy: 'quit', dying: 0, taken: new Set() },
    at: (host, port) => [...running].find((one) => isAt(one, host, port)),
  };
  return model;
}

/** Whether its cluster had no folder any more when its removal began. */
function isStray(pidFile: string): boolean {
  const record = join(dirname(pidFile), '..', 'cluster.json');
  return existsSync(record) && JSON.parse(readFileSync(record, 'utf8')).isStray === true;
}

/** Of `key=value,…`, in which a comma of a value stands twice. */
function partOf(list: string, key: string): string {
  const parts = list.replaceAll(',,', '\0').split(',');
  const found = parts.find((part) => part.startsWith(`${key}=`)) ?? '';
  return found.slice(key.length + 1).replaceAll('\0', ',');
}
