import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Argv } from '../../../../src/exec/argv.ts';
import { ownerLabels } from '../../../../src/machines/ownership.ts';
import type { Process } from '../../../../src/machines/processes.ts';
import { procfs } from '../../../../src/machines/processes.ts';
import { destroyAll, isGone, partsOf } from '../../../../src/machines/qemu/destroy.ts';
import { createQemuDriver } from '../../../../src/machines/qemu/driver.ts';
import { quit } from '../../../../src/machines/qemu/machine/qmp.ts';
import {
  clusterPlaces,
  machinePlaces,
  machinesOf,
  WORKBENCH,
} from '../../../../src/machines/qemu/paths.ts';
import {
  blank,
  type ClusterRecord,
  createClusterFolder,
  readCluster,
  readClusters,
  renewed,
  writeRecord,
} from '../../../../src/machines/virtual-machine/records.ts';
import { removalPlace } from '../../../support/removal-place.ts';

let state = '';
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'vm-')), 'qemu');
});
afterEach(() => rmSync(join(state, '..'), { recursive: true, force: true }));

const owner = { cluster: 'shop', repository: '42', run: '7' };
const record: ClusterRecord = {
  labels: ownerLabels(owner),
  created: '2026-01-01T00:00:00.000Z',
  subnet: '10.200.7',
  publicKey: 'ssh-ed25519 AAAA',
};
const create = (name = 'shop', of = record) =>
  createClusterFolder(clusterPlaces(state, name), of, 'PRIVATE');

const REMOVED = 'Another run has removed cluster shop while it was being made.';

const place = (there: string[], processes?: Process[], stubborn?: readonly string[]) =>
  removalPlace(state, there, processes, stubborn);

test('the folder of a cluster has its record and its key from the first moment on, for its user alone', async () => {
  expect(await create()).toBe(true);
  const { folder, key, record: path } = clusterPlaces(state, 'shop');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(record);
  expect(readdirSync(state)).toEqual(['shop']);
});

test('a second one of the same name is not made, and changes nothing', async () => {
  await create();
  expect(await create('shop', { ...record, subnet: '10.1.1' })).toBe(false);
  expect((await readCluster(clusterPlaces(state, 'shop')))?.record.subnet).toBe('10.200.7');
  expect(readdirSync(state)).toEqual(['shop']);
});

test('a removal beside it leaves nothing that no later one removes', async () => {
  for (let turn = 0; turn < 300; turn += 1) {
    const making = create().catch((error: unknown) => error);
    // Each turn it comes a little later.
    for (let tick = 0; tick < turn % 30; tick += 1) await new Promise(setImmediate);
    await destroyAll(place([]), owner);
    expect([true, expect.objectContaining({ message: REMOVED })]).toContainEqual(await making);
    await destroyAll(place([]), owner);
    expect(readdirSync(state)).toEqual([]);
  }
});

test('an expiry is renewed, and all else stays', async () => {
  await create();
  const places = clusterPlaces(state, 'shop');
  await writeRecord(places.record, renewed(record, '2030-01-01T00:00:00Z'));
  const found = await readCluster(places);
  expect(found?.owner).toEqual({ ...owner, expires: '2030-01-01T00:00:00Z' });
  expect(found?.record.created).toBe(record.created);
});

test('clusters are listed; what is no cluster is left alone', async () => {
  await create();
  await create('api', { ...record, labels: { ...record.labels, 'swarm-up.cluster': 'api' } });
  mkdirSync(join(state, 'notes'));
  mkdirSync(join(state, 'broken'));
  writeFileSync(join(state, 'broken', 'cluster.json'), '{');
  const said: string[] = [];
  const ignored = (message: string) => said.push(message);
  expect(
    (await readClusters(state, clusterPlaces, ignored)).map(({ places }) => places.folder),
  ).toEqual([join(state, 'api'), join(state, 'shop')]);
  expect(said).toEqual([expect.stringContaining(`${join(state, 'broken')} has not the form`)]);
  expect(await readClusters(join(state, 'nowhere'), clusterPlaces, ignored)).toEqual([]);
});

test('a folder whose record names another cluster is no part of that, and is named', async () => {
  await create();
  mkdirSync(join(state, 'twin'));
  const forged = {
    ...record,
    labels: { ...record.labels, 'swarm-up.expires': '2020-01-01T00:00:00Z' },
  };
  writeFileSync(join(state, 'twin', 'cluster.json'), JSON.stringify(forged));
  const said: string[] = [];
  const found = await readClusters(state, clusterPlaces, (message) => said.push(message));
  expect(found.map(({ owner: { expires } }) => expires)).toEqual([undefined]);
  expect(said).toEqual([expect.stringContaining(join(state, 'twin'))]);
  expect(await readCluster(clusterPlaces(state, 'twin'))).toBeUndefined();
});

test('machines are listed in the order of their numbers', async () => {
  await create();
  const places = clusterPlaces(state, 'shop');
  for (const index of ['10', '2', '1']) mkdirSync(join(places.folder, index));
  expect((await machinesOf(places)).map(({ index }) => index)).toEqual([1, 2, 10]);
});

test('a seed is blank for whoever has it open, and its name is gone', async () => {
  const seed = join(state, '..', 'seed.iso');
  writeFileSync(seed, 'private key');
  const open = openSync(seed, 'r');
  await blank(seed);
  const seen = Buffer.alloc(11, 1);
  expect(readSync(open, seen, 0, 11, 0)).toBe(11);
  closeSync(open);
  expect(seen.equals(Buffer.alloc(11))).toBe(true);
  expect(existsSync(seed)).toBe(false);
  await expect(blank(seed)).resolves.toBeUndefined();
});

test('everything of a cluster goes: links, namespace, folder, and what a killed run had begun', async () => {
  await create();
  const { namespace, uplink, linkPrefix } = clusterPlaces(state, 'shop');
  mkdirSync(join(state, '.shop.0011'));
  mkdirSync(join(state, '.shop-2.0011'));
  const there = [uplink, `${linkPrefix}2`, namespace, 'other'];
  const all = place(there);
  expect(await isGone(all, owner)).toBe(false);
  await destroyAll(all, owner);
  expect(there).toEqual(['other']);
  expect(readdirSync(state)).toEqual(['.shop-2.0011']);
  expect(await isGone(all, owner)).toBe(true);
  await destroyAll(all, owner);
});

test('another repository’s cluster of the same name is not touched', async () => {
  await create();
  const there = [clusterPlaces(state, 'shop').namespace];
  const all = place(there);
  await destroyAll(all, { cluster: 'shop', repository: '43' });
  expect(there).toHaveLength(1);
  expect(all.ran).toEqual([]);
  expect(readdirSync(state)).toEqual(['shop']);
  expect(await isGone(all, { cluster: 'shop', repository: '43' })).toBe(true);
});

test('what does not go is named, and the folder that says whose it is stays', async () => {
  await create();
  const places = clusterPlaces(state, 'shop');
  const machine = machinePlaces(places, 1);
  mkdirSync(machine.folder);
  const argv = ['qemu-system-x86_64', '-pidfile', machine.pidFile];
  const stuck = { pid: 77, started: '1', argv };
  const all = place([places.namespace], [stuck], ['77', places.namespace]);
  await expect(destroyAll(all, owner)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: process 77, network namespace ${places.namespace} left.`,
    details: expect.stringContaining('Machine shop-1 does not end'),
    hint: expect.stringContaining(`rm -rf ${places.folder}`),
  });
  expect(existsSync(places.record)).toBe(true);
});

test('what another run removes at the same time is not left', async () => {
  await create();
  const { namespace, folder } = clusterPlaces(state, 'shop');
  const argv = ['ip', 'netns', 'delete', namespace];
  const theirs: Process[] = [];
  const all = place([namespace], theirs);
  const { run } = all.root;
  const root = {
    ...all.root,
    run: async (own: Argv) => {
      theirs.push({ pid: 78, started: '1', argv });
      return run(own);
    },
  };
  const sleep = async (ms: number) => {
    theirs.pop();
    await all.clock.sleep(ms);
  };
  await destroyAll({ ...all, root, clock: { ...all.clock, sleep } }, owner);
  expect(existsSync(folder)).toBe(false);
});

test('a program that still makes something of it keeps a cluster from being gone', async () => {
  const places = clusterPlaces(state, 'shop');
  const argv = ['qemu-img', 'create', machinePlaces(places, 1).disk];
  expect(await isGone(place([], [{ pid: 7, started: '1', argv }]), owner)).toBe(false);
});

test('the machine that an image is prepared on is no node of the cluster, and goes with it', async () => {
  await create();
  const places = clusterPlaces(state, 'shop');
  for (const index of [1, WORKBENCH]) {
    const { folder, record: path } = machinePlaces(places, index);
    mkdirSync(folder);
    const labels = ownerLabels(owner);
    await writeRecord(path, { name: `shop-${index}`, index, labels, address: '', localPorts: {} });
  }
  // Short of the last two folders, which the driver adds.
  const home = join(state, '..');
  mkdirSync(join(home, 'swarm-up'));
  symlinkSync(state, join(home, 'swarm-up', 'qemu'));
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = home;
  try {
    const log = { info: () => {}, warning: () => {} };
    const driver = createQemuDriver({}, { runner: place([]).root.runner, log });
    expect((await driver.list(owner)).map(({ index }) => index)).toEqual([1]);
  } finally {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  }
  const found = await readCluster(places);
  expect(found && (await partsOf(found))).toContain('machine shop-prepare');
  await destroyAll(place([]), owner);
  expect(existsSync(places.folder)).toBe(false);
});

test('QEMU is told to quit after it has greeted; where nobody listens that is no failure', async () => {
  const path = join(state, '..', 'qmp.sock');
  const heard: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.write('{"QMP": {}}\n');
    socket.on('data', (data) => {
      heard.push(data.toString());
      socket.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await quit(path, 5_000);
  await new Promise((resolve) => server.close(resolve));
  expect(heard.join('')).toBe('{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n');
  await expect(quit(path, 5_000)).resolves.toBeUndefined();
});

test('this process is in the table of processes, once', async () => {
  const self = await procfs.read(process.pid);
  expect(self?.argv.join(' ')).toContain('jest');
  expect((await procfs.list()).filter(({ pid }) => pid === process.pid)).toEqual([self]);
  expect(await procfs.read(2 ** 22 + 1)).toBeUndefined();
});
