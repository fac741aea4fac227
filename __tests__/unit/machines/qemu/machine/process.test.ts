import { expect, test } from '@jest/globals';
import {
  isAlive,
  type Process,
  type ProcessTable,
  parseProcess,
  signalProcess,
} from '../../../../../src/machines/processes.ts';
import {
  findProcess,
  programsOf,
  stopMachine,
} from '../../../../../src/machines/qemu/machine/process.ts';
import { clusterPlaces, machinePlaces } from '../../../../../src/machines/qemu/paths.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

const cluster = clusterPlaces('/nowhere/that/exists', 'shop');
const places = machinePlaces(cluster, 1);

const machine = (pid: number, started = '100'): Process => ({
  pid,
  started,
  argv: ['qemu-system-x86_64', '-name', 'shop-1', '-pidfile', places.pidFile, '-daemonize'],
});

/**
 * Processes of which each goes at one signal; without one it stays. `after` is what has the same id
 * from the first look on.
 */
function table(
  processes: readonly (Process & { readonly endsAt?: NodeJS.Signals })[],
  after: readonly Process[] = processes,
): ProcessTable & { readonly signals: readonly string[] } {
  const gone = new Set<number>();
  const signals: string[] = [];
  return {
    signals,
    list: async () => processes.filter(({ pid }) => !gone.has(pid)),
    read: async (pid) => after.find((one) => one.pid === pid && !gone.has(pid)),
    kill: (pid, signal) => {
      signals.push(`${signal} ${pid}`);
      if (processes.some((one) => one.pid === pid && one.endsAt === signal)) gone.add(pid);
    },
  };
}

const stat = (name: string, state: string, started: string) =>
  `7 (${name}) ${state} 1 7 7 0 -1 4194560 1 0 0 0 5 5 0 0 20 0 4 0 ${started} 1000 10 18446744073709551615`;

test('a process is read from what the kernel says of it', () => {
  expect(parseProcess(7, stat('qemu', 'S', '4711'), 'qemu\0-name\0a b\0')).toEqual({
    pid: 7,
    started: '4711',
    argv: ['qemu', '-name', 'a b'],
  });
});

test('a name with brackets and spaces does not shift the fields', () => {
  expect(parseProcess(7, stat('a) S 1 (b', 'R', '4711'), 'x\0')?.started).toBe('4711');
});

test.each([
  ['a zombie', stat('qemu', 'Z', '1'), 'qemu\0'],
  ['a thread of the kernel', stat('kthreadd', 'S', '1'), ''],
  ['nonsense', 'nonsense', 'qemu\0'],
])('%s is no process', (_, statLine, commandLine) => {
  expect(parseProcess(7, statLine, commandLine)).toBeUndefined();
});

test('the process of a machine is found by its command line', async () => {
  const other = { ...machine(5), argv: ['vi', places.pidFile] };
  expect(await findProcess(table([other, machine(6)]), places)).toEqual(machine(6));
  expect(await findProcess(table([other]), places)).toBeUndefined();
});

test.each([
  ['the disk of a machine', ['qemu-img', 'create', `${cluster.folder}/2/disk.qcow2`]],
  ['its namespace, as root', ['sudo', '-n', 'ip', 'netns', 'add', cluster.namespace]],
  ['a cable of it, by a script', ['/bin/sh', '/opt/bin/ip', 'link', 'add', cluster.uplink]],
  ['a machine', ['/usr/bin/qemu-system-x86_64', '-pidfile', places.pidFile]],
])('a program that makes %s is one of the cluster', async (_, argv) => {
  const making = { ...machine(5), argv };
  expect(await programsOf(table([machine(6), making]), cluster)).toContainEqual(making);
});

test.each([
  ['makes a disk of a cluster with a longer name', ['qemu-img', `${cluster.folder}-2/1/disk`]],
  ['makes the namespace of one', ['ip', 'netns', 'add', `${cluster.namespace}0`]],
  ['shows somebody the console', ['tail', '-f', places.console]],
])('one that %s is none of it', async (_, argv) => {
  expect(await programsOf(table([{ ...machine(5), argv }]), cluster)).toEqual([]);
});

test.each([
  ['was started at another time', machine(7, '200')],
  ['has another command line', { ...machine(7), argv: ['nginx'] }],
  ['has one argument more', { ...machine(7), argv: [...machine(7).argv, '-S'] }],
  ['has one argument less', { ...machine(7), argv: machine(7).argv.slice(0, -1) }],
])('a process with the same id that %s is another one, and is never killed', async (_, now) => {
  const processes = table([machine(7)], [now]);
  expect(await isAlive(processes, machine(7))).toBe(false);
  await signalProcess(processes, machine(7), 'SIGKILL');
  await stopMachine(places, 'shop-1', { table: processes, clock: virtualClock() });
  expect(processes.signals).toEqual([]);
});

test('a process that ends between the look and the signal is no failure; one of another user is', async () => {
  const refusing = (code: string): ProcessTable => ({
    ...table([machine(7)]),
    kill: () => {
      throw Object.assign(new Error(code), { code });
    },
  });
  await expect(signalProcess(refusing('ESRCH'), machine(7), 'SIGTERM')).resolves.toBeUndefined();
  await expect(signalProcess(refusing('EPERM'), machine(7), 'SIGTERM')).rejects.toThrow('EPERM');
});

test('a machine that its monitor does not end is asked by a signal, then made to go', async () => {
  const asked = table([{ ...machine(7), endsAt: 'SIGTERM' }]);
  await stopMachine(places, 'shop-1', { table: asked, clock: virtualClock() });
  expect(asked.signals).toEqual(['SIGTERM 7']);
  const made = table([{ ...machine(7), endsAt: 'SIGKILL' }]);
  await stopMachine(places, 'shop-1', { table: made, clock: virtualClock() });
  expect(made.signals).toEqual(['SIGTERM 7', 'SIGKILL 7']);
});

test('a machine that does not go at all is told, with its process', async () => {
  const stuck = stopMachine(places, 'shop-1', {
    table: table([machine(7)]),
    clock: virtualClock(),
  });
  await expect(stuck).rejects.toThrow('Machine shop-1 does not end: QEMU is process 7.');
});

test('a machine that does not run is stopped already', async () => {
  const processes = table([]);
  await stopMachine(places, 'shop-1', { table: processes, clock: virtualClock() });
  expect(processes.signals).toEqual([]);
});
