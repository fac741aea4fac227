import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Argv } from '../../../../../src/exec/argv.ts';
import { runner } from '../../../../../src/exec/runner.ts';
import { ownerLabels } from '../../../../../src/machines/ownership.ts';
import {
  type ClusterPlace,
  destroyAll,
  isGone,
  partsOf,
} from '../../../../../src/machines/qemu/destroy.ts';
import { monitor } from '../../../../../src/machines/qemu/machine/qmp.ts';
import { chooseSubnet } from '../../../../../src/machines/qemu/network/bridge.ts';
import { openForwards } from '../../../../../src/machines/qemu/network/port-forwards.ts';
import { rootOf } from '../../../../../src/machines/qemu/network/root.ts';
import {
  chooseUserNetwork,
  userNetworks,
} from '../../../../../src/machines/qemu/network/user-network.ts';
import { clusterPlaces, machinePlaces } from '../../../../../src/machines/qemu/paths.ts';
import { forwarded } from '../../../../../src/machines/virtual-machine/ports.ts';
import {
  type ClusterRecord,
  createClusterFolder,
  readCluster,
  readMachine,
  toMachine,
  writeRecord,
} from '../../../../../src/machines/virtual-machine/records.ts';
import { candidates } from '../../../../../src/machines/virtual-machine/subnet.ts';
import { askForConnection } from '../../../../../src/verify/ask-from-node.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

let state = '';
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'vm-')), 'qemu');
});
afterEach(() => rmSync(join(state, '..'), { recursive: true, force: true }));

const owner = { cluster: 'shop', repository: '42', run: '7' };
const bridge: ClusterRecord = {
  labels: ownerLabels(owner),
  created: '2026-01-01T00:00:00.000Z',
  subnet: '10.200.7',
  publicKey: 'ssh-ed25519 AAAA',
};
const user = { ...bridge, userNetwork: { group: '239.1.2.3:20001', loopback: '127.130.2' } };
const create = (record: ClusterRecord) =>
  createClusterFolder(clusterPlaces(state, 'shop'), record, 'PRIVATE');

/** A runner on which only `ip` answers, and whose user may not become root. */
function place(ran: string[], namespaces = ''): ClusterPlace {
  const run = async (argv: Argv) => {
    ran.push(argv.join(' '));
    return argv[0] === 'ip'
      ? { exitCode: 0, stdout: argv.includes('netns') ? namespaces : '[]', stderr: '' }
      : { exitCode: 1, stdout: '', stderr: 'a password is required' };
  };
  const runner = { where: 'the runner', run, open: () => Promise.reject(new Error('no')) };
  return {
    state,
    root: rootOf(runner, 1000),
    table: { list: async () => [], read: async () => undefined, kill: () => {} },
    clock: virtualClock(),
  };
}

/** A monitor of QEMU that answers each line with what `says` says of it. */
async function qemu(
  path: string,
  heard: string[],
  says: (line: string) => object,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.write('{"QMP": {"version": {}}}\r\n');
    socket.on('data', (data) => {
      for (const text of data.toString().split('\n').filter(Boolean)) {
        const { execute, arguments: given, id } = JSON.parse(text);
        if (execute === 'qmp_capabilities') {
          socket.write('{"return": {}}\r\n{"event": "NIC_RX_FILTER_CHANGED"}\r\n');
        } else {
          heard.push(given['command-line']);
          socket.write(`${JSON.stringify({ ...says(given['command-line']), id })}\r\n`);
        }
      }
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
}

const pathOf = async (program: string) =>
  (await runner.run(['sh', '-c', 'command -v "$1"', 'sh', program])).stdout.trim();

test('a line of the monitor gives what QEMU says; a refusal and a monitor that is gone are told', async () => {
  const path = join(state, '..', 'qmp.sock');
  const heard: string[] = [];
  const all = 'x'.repeat(2 ** 20);
  const server = await qemu(path, heard, (line) =>
    line === 'wrong'
      ? { error: { class: 'GenericError', desc: 'no such line' } }
      : { return: line === 'all' ? all : line },
  );
  expect(await monitor(path, 'right', 5_000)).toBe('right');
  // More than is read at once.
  expect(await monitor(path, 'all', 5_000)).toBe(all);
  await expect(monitor(path, 'wrong', 5_000)).rejects.toMatchObject({
    message: 'QEMU does not do what it is asked: wrong',
    details: 'no such line',
  });
  server.close();
  await once(server, 'close');
  await expect(monitor(path, 'right', 5_000)).rejects.toMatchObject({
    details: expect.stringMatching(/ENOENT|ECONNREFUSED/),
  });
});

test('a published port has its own number at the address of the machine, or a free one; a later run finds it so', async () => {
  await create(user);
  const places = machinePlaces(clusterPlaces(state, 'shop'), 1);
  mkdirSync(places.folder);
  const record = {
    ...{ name: 'shop-1', index: 1, labels: ownerLabels(owner), localPorts: {} },
    ...{ address: '127.130.2.11', advertise: '10.200.7.11' },
  };
  await writeRecord(places.record, record);
  expect(toMachine(record, true)).toMatchObject({
    address: '127.130.2.11',
    advertise: '10.200.7.11',
  });
  const heard: string[] = [];
  const server = await qemu(places.socket, heard, (line) => ({
    return: line.includes(':80-') ? 'Could not set up host forwarding rule\r\n' : '',
  }));
  // Where port 80 is root's alone QEMU refuses it.
  const forwards = await openForwards(places, ['8080/tcp', '80/tcp', '53/udp', '99/sctp']);
  const other = forwards.get('80/tcp') ?? 0;
  expect(other).toBeGreaterThan(1_024);
  expect([...forwards].filter(([key]) => key !== '80/tcp')).toEqual([
    ['8080/tcp', 8080],
    ['53/udp', 53],
  ]);
  expect(heard).toEqual([
    'hostfwd_add wan tcp:127.130.2.11:8080-198.18.0.15:8080',
    'hostfwd_add wan tcp:127.130.2.11:80-198.18.0.15:80',
    `hostfwd_add wan tcp:127.130.2.11:${other}-198.18.0.15:80`,
    'hostfwd_add wan udp:127.130.2.11:53-198.18.0.15:53',
  ]);
  expect((await readMachine(places))?.forwards).toEqual(Object.fromEntries(forwards));
  heard.length = 0;
  const later = await openForwards(places, ['80/tcp', '81/tcp']);
  expect(later.get('80/tcp')).toBe(other);
  expect(heard).toEqual(['hostfwd_add wan tcp:127.130.2.11:81-198.18.0.15:81']);
  server.close();
  await once(server, 'close');
});

test('a port that QEMU refuses by whatever number is told with its words', async () => {
  await create(user);
  const places = machinePlaces(clusterPlaces(state, 'shop'), 1);
  mkdirSync(places.folder);
  await writeRecord(places.record, {
    ...{ name: 'shop-1', index: 1, labels: ownerLabels(owner), localPorts: {} },
    address: '127.130.2.11',
  });
  const server = await qemu(places.socket, [], () => ({ return: 'no host forwarding' }));
  await expect(openForwards(places, ['80/tcp'])).rejects.toMatchObject({
    message: 'QEMU does not lead the runner to port 80/tcp of shop-1.',
    details: 'no host forwarding\nno host forwarding',
  });
  server.close();
  await once(server, 'close');
});

test('whether a port accepts a connection is asked by a command of the node', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async () =>
    await runner.run(askForConnection('127.0.0.1', port), { anyExitCode: true });
  expect((await ask()).exitCode).toBe(0);
  server.close();
  await once(server, 'close');
  expect(await ask()).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Connection refused'),
  });
});

test('a node without bash is asked by nc', async () => {
  const bin = join(state, '..', 'bin');
  mkdirSync(bin);
  for (const program of ['sh', 'timeout']) symlinkSync(await pathOf(program), join(bin, program));
  const script = '#!/bin/sh\necho "$@"\n[ "$5" = 80 ] || { echo refused >&2; exit 1; }\n';
  writeFileSync(join(bin, 'nc'), script, { mode: 0o755 });
  const ask = async (port: number) =>
    await runner.run(askForConnection('10.200.7.11', port), {
      env: { PATH: bin },
      anyExitCode: true,
    });
  expect(await ask(80)).toEqual({ exitCode: 0, stdout: '-z -w 3 10.200.7.11 80\n', stderr: '' });
  expect(await ask(81)).toMatchObject({ exitCode: 1, stderr: 'refused\n' });
});

test('a network is one that no other cluster has, at a port that nobody has', async () => {
  const folder = clusterPlaces(state, 'shop').folder;
  const [first, second, third] = userNetworks(folder);
  if (!first || !second) throw new Error('There are several.');
  expect(await chooseUserNetwork(folder, [])).toEqual(first);
  const others = [{ ...second, group: first.group }];
  await using socket = createSocket('udp4');
  expect(await chooseUserNetwork(folder, others)).toEqual(third);
  socket.bind(Number(first.group.split(':')[1]));
  await once(socket, 'listening');
  expect(await chooseUserNetwork(folder, [])).toEqual(second);
  await expect(chooseUserNetwork(folder, userNetworks(folder))).rejects.toThrow(
    'No multicast port is free',
  );
});

test('without iproute2 on the runner only a bridge is refused', async () => {
  const run: typeof runner.run = (argv, options) =>
    runner.run(argv, { ...options, env: { PATH: state } });
  const root = rootOf({ ...runner, run }, 1000);
  const { signal } = new AbortController();
  expect(candidates('shop')).toContain(await chooseSubnet(root, 'shop', 'user', signal));
  await expect(chooseSubnet(root, 'shop', 'bridge', signal)).rejects.toThrow(
    'Program not found on the runner: ip',
  );
});

test('a cluster without a network of the kernel’s goes without root, and without asking for one', async () => {
  await create(user);
  const found = await readCluster(clusterPlaces(state, 'shop'));
  if (!found) throw new Error('It was made.');
  expect(found.record.userNetwork).toEqual(user.userNetwork);
  mkdirSync(join(found.places.folder, '1'));
  expect(await partsOf(found)).toEqual(['machine shop-1']);
  const ran: string[] = [];
  const all = place(ran);
  expect(await isGone(all, owner)).toBe(false);
  await destroyAll(all, owner);
  expect(ran).toEqual([]);
  expect(await isGone(all, owner)).toBe(true);
  // Without its folder nothing tells that it never had one.
  expect(ran).toEqual(['sh -c command -v "$1" sh ip']);
  expect(readdirSync(state)).toEqual([]);
});

test('a cluster with one does not go without root, and that is said', async () => {
  await create(bridge);
  const { namespace } = clusterPlaces(state, 'shop');
  await expect(destroyAll(place([], namespace), owner)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: network namespace ${namespace} left.`,
    details: expect.stringContaining('needs root, or sudo without a password'),
  });
  expect(readdirSync(state)).toEqual(['shop']);
});

test('a port of 127.0.0.1 that somebody has moves, TCP and UDP', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await using socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(socket, 'listening')]);
  const tcp = (server.address() as AddressInfo).port;
  const udp = socket.address().port;
  const found = await forwarded([
    { port: tcp, protocol: 'tcp' },
    { port: udp, protocol: 'udp' },
    { port: 1, protocol: 'sctp' },
  ]);
  expect(found.map(({ port, why }) => [port, why])).toEqual([
    [tcp, 'taken'],
    [udp, 'taken'],
  ]);
  expect(found.every(({ port, runnerPort }) => port !== runnerPort)).toBe(true);
  server.close();
  await once(server, 'close');
});
