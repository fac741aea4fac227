import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import type { Argv } from '../../../../src/exec/argv.ts';
import { CommandError } from '../../../../src/exec/executor.ts';
import { ownerLabels } from '../../../../src/machines/ownership.ts';
import type { Process } from '../../../../src/machines/processes.ts';
import { clearMachine, destroyAll, isGone } from '../../../../src/machines/qemu/destroy.ts';
import { clusterPlaces, machinePlaces } from '../../../../src/machines/qemu/paths.ts';
import {
  createClusterFolder,
  readCluster,
  removeClusterFolder,
} from '../../../../src/machines/virtual-machine/records.ts';
import { removalPlace } from '../../../support/removal-place.ts';

// What an `up` makes after another run has removed the folder of its cluster.

let state = '';
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'vm-')), 'qemu');
});
afterEach(() => rmSync(join(state, '..'), { recursive: true, force: true }));

const id = { cluster: 'shop', repository: '42' };
const placesOf = () => clusterPlaces(state, id.cluster);
const machine = (index: number, pid: number) => ({
  ...{ pid, started: '1' },
  argv: ['qemu-system-x86_64', '-pidfile', machinePlaces(placesOf(), index).pidFile],
});

test.each(['a link', 'a namespace', 'a machine'])(
  '%s without a folder is found by its name, and goes',
  async (what) => {
    const { namespace, linkPrefix } = placesOf();
    const there = ['other', 'su00000000-1'];
    if (what === 'a link') there.push(`${linkPrefix}1`);
    if (what === 'a namespace') there.push(namespace);
    const running = what === 'a machine' ? [machine(3, 77)] : [];
    const all = removalPlace(state, there, running);
    expect(await isGone(all, id)).toBe(false);
    await destroyAll(all, id);
    expect(there).toEqual(['other', 'su00000000-1']);
    expect(running).toEqual([]);
    expect(await isGone(all, id)).toBe(true);
    expect(readdirSync(state)).toEqual([]);
  },
);

test('where there is nothing of a cluster, no folder is made for its removal', async () => {
  const all = removalPlace(state, ['other']);
  await destroyAll(all, id);
  expect(existsSync(state)).toBe(false);
  expect(all.ran.filter((line) => line.includes('delete'))).toEqual([]);
});

test.each(['a machine', 'a link'])(
  '%s that another run makes right before the folder goes is seen by the last look',
  async (what) => {
    const labels = ownerLabels({ ...id, run: '1' });
    const record = { labels, created: '2026-01-01T00:00:00Z', subnet: '10.1.1', publicKey: 'k' };
    await createClusterFolder(placesOf(), record, 'PRIVATE');
    const { folder, linkPrefix } = placesOf();
    const running: Process[] = [];
    const there: string[] = [];
    const all = removalPlace(state, there, running);
    const { runner } = all.root;
    const looks = { 'a machine': 0, 'a link': 0 };
    const list = async () => {
      const seen = await all.table.list();
      looks['a machine'] += 1;
      // Each look that is the last one before the folder goes.
      if (what === 'a machine' && looks[what] === 3) running.push(machine(1, 77));
      return seen;
    };
    const run: typeof runner.run = async (argv, options) => {
      const seen = await runner.run(argv, options);
      if (argv.join(' ') === 'ip netns list') looks['a link'] += 1;
      if (what === 'a link' && looks[what] === 2) there.push(`${linkPrefix}1`);
      return seen;
    };
    const root = { ...all.root, runner: { ...runner, run } };
    await destroyAll({ ...all, root, table: { ...all.table, list } }, id);
    expect(looks[what as 'a link']).toBeGreaterThan(3);
    expect(running).toEqual([]);
    expect(there).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  },
);

test('what does not go has a folder from then on, by which the next removal finds it', async () => {
  const { namespace, folder } = placesOf();
  const there = [namespace];
  await expect(destroyAll(removalPlace(state, there, [], [namespace]), id)).rejects.toThrow(
    `Cluster shop could not be removed completely: network namespace ${namespace} left.`,
  );
  // Its folder alone is no cluster, and is another repository's to nobody.
  expect((await readCluster(placesOf()))?.record.isStray).toBe(true);
  await destroyAll(removalPlace(state, there), { cluster: 'shop', repository: '43' });
  expect(there).toEqual([namespace]);
  await destroyAll(removalPlace(state, there), id);
  expect(there).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

test('a cluster that another repository makes meanwhile keeps what it has', async () => {
  const { namespace } = placesOf();
  const there = [namespace];
  const all = removalPlace(state, there);
  const { run } = all.root.runner;
  const made = async () => {
    const labels = ownerLabels({ cluster: 'shop', repository: '43', run: '1' });
    const record = { labels, created: '2026-01-01T00:00:00Z', subnet: '10.1.1', publicKey: 'k' };
    await createClusterFolder(placesOf(), record, 'PRIVATE');
  };
  const runner = {
    ...all.root.runner,
    run: async (argv: Argv) => {
      if (argv.join(' ') === 'ip netns list') await made();
      return await run(argv);
    },
  };
  await destroyAll({ ...all, root: { ...all.root, runner } }, id);
  expect(there).toEqual([namespace]);
  expect((await readCluster(placesOf()))?.owner.repository).toBe('43');
});

test.each([
  ['there is no `ip`', 'sh -c', { exitCode: 127, stdout: '', stderr: '' }],
  [
    '`ip` is that of BusyBox',
    'ip -json',
    {
      exitCode: 1,
      stdout: '',
      stderr: 'ip: unrecognized option: json\nBusyBox v1.36.1 multi-call binary.',
    },
  ],
])('if %s, nobody has made a network', async (_, begin, answer) => {
  const all = failing(begin, answer);
  await expect(destroyAll(all, id)).resolves.toBeUndefined();
  expect(await isGone(all, id)).toBe(true);
});

test('if `ip` fails otherwise, nobody says that all is gone', async () => {
  const all = failing('ip -json', { exitCode: 2, stdout: '', stderr: 'Netlink is away' });
  await expect(destroyAll(all, id)).rejects.toThrow(CommandError);
  await expect(isGone(all, id)).rejects.toThrow(CommandError);
});

/** A runner on which a command that begins so has this answer. */
function failing(begin: string, answer: { exitCode: number; stdout: string; stderr: string }) {
  const all = removalPlace(state, []);
  const run: typeof all.root.runner.run = async (argv, options = {}) => {
    const isMissing = begin === 'sh -c' && argv[0] === 'ip';
    if (isMissing) throw new ActionError('ip was not found');
    if (!argv.join(' ').startsWith(begin)) return await all.root.runner.run(argv);
    if (options.anyExitCode) return answer;
    throw new CommandError('the runner', argv, answer);
  };
  return { ...all, root: { ...all.root, runner: { ...all.root.runner, run } } };
}

test('the folder of a cluster goes as a whole: what is cut off goes with the next removal', async () => {
  const places = placesOf();
  const labels = ownerLabels({ ...id, run: '1' });
  const record = { labels, created: '2026-01-01T00:00:00Z', subnet: '10.1.1', publicKey: 'k' };
  await createClusterFolder(places, record, 'PRIVATE');
  for (let at = 0; at < 200; at += 1) await writeFile(join(places.folder, `${at}`), '');
  let isOver = false;
  const removal = removeClusterFolder(places).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    // Without its record it would be nobody's.
    const isNobodys = !existsSync(places.record) && existsSync(places.folder);
    expect(isNobodys).toBe(false);
    await new Promise(setImmediate);
  }
  await removal;
  expect(readdirSync(state)).toEqual([]);
  await expect(removeClusterFolder(places)).resolves.toBeUndefined();
  mkdirSync(join(state, '.shop.0011'));
  const all = removalPlace(state, []);
  expect(await isGone(all, id)).toBe(false);
  await destroyAll(all, id);
  expect(readdirSync(state)).toEqual([]);
});

test('a QEMU that a killed run has left is ended before its machine is made anew', async () => {
  const running = [machine(1, 77), machine(2, 78)];
  const all = removalPlace(state, [`${placesOf().linkPrefix}1`], running);
  await clearMachine(all, 'shop', 1);
  expect(running.map(({ pid }) => pid)).toEqual([78]);
  expect(all.ran).toContain(`ip link delete ${placesOf().linkPrefix}1`);
  const { folder, record } = machinePlaces(placesOf(), 3);
  mkdirSync(folder, { recursive: true });
  await writeFile(record, '{}');
  expect(readFileSync(record, 'utf8')).toBe('{}');
  await clearMachine(all, 'shop', 3);
  expect(existsSync(folder)).toBe(false);
  const before = all.ran.length;
  await clearMachine(all, 'shop', 4);
  expect(all.ran).toHaveLength(before);
});
