import { expect, test } from '@jest/globals';
import { createMachine } from '../../../../src/machines/command/create.ts';
import { destroy } from '../../../../src/machines/command/destroy.ts';
import { clustersOf, find } from '../../../../src/machines/command/find.ts';
import { renew } from '../../../../src/machines/command/renew.ts';
import type { CreateRequest } from '../../../../src/machines/command/requests.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import { scriptedPrograms } from '../../../support/scripted-programs.ts';

const OWNER: Owner = { cluster: 'shop', repository: '42', run: '1/test/up' };
const labels = (repository = '42', index: number | undefined = 1, more = {}) => ({
  'swarm-up.cluster': 'shop',
  ...{ 'swarm-up.repository': repository, 'swarm-up.run': '1/test/up' },
  ...(index !== undefined && { 'swarm-up.index': String(index) }),
  ...{ 'swarm-up.host-key': 'ssh-ed25519 AAAA', ...more },
});
const machine = (index = 1, more = {}) => ({
  ...{ name: `su-42-shop-${index}`, labels: labels('42', index) },
  ...{ state: 'running', address: `192.0.2.${index}`, ...more },
});
const SHARED = { name: 'su-42-shop', labels: labels('42', undefined) };

test('machines are found by labels and name, and told how they are entered', async () => {
  const { finding, lines } = scriptedPrograms(() => ({
    machines: [
      machine(2, { port: 2222, user: 'root', host_keys: ['ssh-ed25519 BBBB', 'ssh-rsa CCCC'] }),
      machine(1, { private_address: '10.0.0.1' }),
      machine(3, { name: 'copied' }),
      machine(4, { state: 'stopped' }),
      machine(5, { address: '' }),
      { ...machine(1), name: 'su-43-shop-1', labels: labels('43') },
      { ...machine(1), name: 'mine', labels: {} },
    ],
  }));
  const { machines } = await find(finding, { cluster: 'shop' });
  expect(machines.map(({ name, state, owner }) => `${name} ${state} ${owner.repository}`)).toEqual([
    ...['shop-1 running 42', 'shop-1 running 43', 'shop-2 running 42'],
    ...['shop-4 stopped 42', 'shop-5 stopped 42'],
  ]);
  expect(machines[0]).toMatchObject({
    address: '192.0.2.1',
    privateAddress: '10.0.0.1',
    labels: {
      'swarm-up.host-key': 'ssh-ed25519 AAAA',
      ...{ 'swarm-up.ssh-port': '22', 'swarm-up.ssh-user': 'swarm-up' },
    },
  });
  expect(machines[2]?.labels).toMatchObject({
    'swarm-up.host-key': 'ssh-ed25519 BBBB\nssh-rsa CCCC',
    ...{ 'swarm-up.ssh-port': '2222', 'swarm-up.ssh-user': 'root' },
  });
  expect(lines).toEqual([expect.stringContaining('The machine copied of `list` has labels')]);
  const { machines: own } = await find(finding, { cluster: 'shop', repository: '42' });
  expect(own.map(({ owner }) => owner.repository)).not.toContain('43');
});

test('a cluster has its newest end, its oldest part, and what its machines share', async () => {
  const until = (day: number) => ({ 'swarm-up.expires': `2026-12-0${day}T00:00:00Z` });
  const { finding } = scriptedPrograms(() => ({
    machines: [
      machine(1, { labels: labels('42', 1, until(4)), created: '2026-11-30T12:00:00+01:00' }),
      machine(2, { labels: labels('42', 2, until(9)), created: '2026-11-30T12:00:00Z' }),
    ],
    shared: [SHARED, { name: 'su-43-shop', labels: labels('43', undefined) }],
  }));
  const clusters = clustersOf(await find(finding));
  expect(clusters).toHaveLength(2);
  expect(clusters[0]).toMatchObject({
    owner: { cluster: 'shop', repository: '42', expires: '2026-12-09T00:00:00Z' },
    created: '2026-11-30T11:00:00.000Z',
    parts: ['machine su-42-shop-1', 'machine su-42-shop-2', 'su-42-shop'],
  });
});

const REQUEST = {
  ...{ action: 'create', cluster: 'shop', repository: '42', name: 'su-42-shop-1' },
  ...{ attempt: 1, host_key: { private: '', public: '' } },
} as CreateRequest;

test('what `create` has made is taken from `list`, which may take a moment', async () => {
  let looks = 0;
  const { finding, options } = scriptedPrograms(({ action }) => {
    if (action === 'create') return { name: 'su-42-shop-1', address: '192.0.2.77' };
    looks += 1;
    return { machines: looks < 3 ? [machine(1, { address: null })] : [machine(1)] };
  });
  const made = await createMachine(finding, options, REQUEST);
  expect(made).toMatchObject({ name: 'shop-1', address: '192.0.2.1', state: 'running' });
  expect(looks).toBe(3);
});

test.each([
  [[], 'and that of `list` does not show it'],
  [[machine(1, { address: null })], 'shows it as stopped, or without an address'],
  [[machine(1, { labels: {} })], 'and that of `list` does not show it'],
])('a machine that `list` does not show: %#', async (machines, message) => {
  const { finding, options, clock } = scriptedPrograms(({ action }) =>
    action === 'create' ? { name: 'su-42-shop-1' } : { machines },
  );
  await expect(createMachine(finding, options, REQUEST)).rejects.toThrow(message);
  expect(clock.now()).toBeGreaterThan(50_000);
});

test('another name than that of the request is refused', async () => {
  const { finding, options } = scriptedPrograms(() => ({ name: 'i-0815' }));
  await expect(createMachine(finding, options, REQUEST)).rejects.toThrow(
    'The program of `create` was asked for su-42-shop-1, and answered with i-0815.',
  );
});

/** A cloud with these machines, which go so many looks after their removal. */
function cloud(names: readonly number[], { lingers = 0, shared = false, failing = [0] } = {}) {
  const left = new Map(names.map((index) => [`su-42-shop-${index}`, Number.POSITIVE_INFINITY]));
  let isShared = shared;
  return {
    left,
    script: ({ action, name }: Readonly<Record<string, unknown>>) => {
      if (action === 'list') {
        for (const [key, looks] of left) {
          if (looks <= 0) left.delete(key);
          else left.set(key, looks - 1);
        }
        const indexes = [...left.keys()].map((key) => Number(key.split('-').at(-1)));
        return {
          machines: indexes.map((index) => machine(index)),
          shared: isShared ? [SHARED] : [],
        };
      }
      if (action === 'cleanup') {
        isShared = false;
        return {};
      }
      const key = String(name);
      if (failing.includes(Number(key.split('-').at(-1)))) return { exitCode: 1, stderr: 'locked' };
      if (left.get(key) === Number.POSITIVE_INFINITY) left.set(key, lingers);
      return {};
    },
  };
}

const actions = (asked: readonly Readonly<Record<string, unknown>>[]) =>
  asked.map(({ action, name }) => `${action} ${name ?? ''}`.trim());

test('a removal is over when two looks in a row find nothing', async () => {
  const { script, left } = cloud([1, 2], { lingers: 1, shared: true });
  const { finding, options, asked } = scriptedPrograms(script);
  const all = { ...options, cleanup: ['./cleanup'] as const };
  await destroy({ ...finding, options: all }, OWNER);
  expect([...left]).toEqual([]);
  expect(actions(asked)).toEqual([
    ...['list', 'destroy su-42-shop-1', 'destroy su-42-shop-2', 'list'],
    ...['destroy su-42-shop-1', 'destroy su-42-shop-2'],
    // The network goes after the machines in it.
    ...['list', 'cleanup su-42-shop', 'list', 'list'],
  ]);
  expect(asked[1]).toMatchObject({ protocol: 1, cluster: 'shop', repository: '42' });
  expect(asked[1]).not.toHaveProperty('run');
});

test('`cleanup` is called, too, if `list` shows nothing any more', async () => {
  const { finding, options, asked } = scriptedPrograms(cloud([]).script);
  await destroy({ ...finding, options: { ...options, cleanup: ['./cleanup'] } }, OWNER);
  expect(actions(asked)).toEqual(['list', 'cleanup su-42-shop', 'list', 'list']);
});

test('one machine alone is removed, and nothing that others share', async () => {
  const { script, left } = cloud([1, 2], { shared: true });
  const { finding, options, asked } = scriptedPrograms(script);
  const all = { ...options, cleanup: ['./cleanup'] as const };
  await destroy({ ...finding, options: all }, OWNER, 'su-42-shop-2');
  expect([...left.keys()]).toEqual(['su-42-shop-1']);
  expect(actions(asked)).toEqual(['list', 'destroy su-42-shop-2', 'list', 'list']);
});

test('what a program cannot remove is named, and the others are removed', async () => {
  const { script, left } = cloud([1, 2, 3], { failing: [2] });
  const { finding, asked } = scriptedPrograms(script);
  await expect(destroy(finding, OWNER)).rejects.toMatchObject({
    message: 'Cluster shop could not be removed; what is left: su-42-shop-2.',
    details: expect.stringContaining('locked'),
  });
  expect([...left.keys()]).toEqual(['su-42-shop-2']);
  expect(actions(asked).filter((one) => one === 'destroy su-42-shop-2')).toHaveLength(3);
});

test('what stays although it was removed is named at the deadline', async () => {
  const { finding, clock } = scriptedPrograms(cloud([1], { lingers: 1_000_000 }).script);
  await expect(destroy(finding, OWNER)).rejects.toMatchObject({
    message: 'Cluster shop could not be removed; what is left: su-42-shop-1.',
    hint: expect.stringContaining('Have `destroy` end only when it is gone'),
  });
  expect(clock.now()).toBeGreaterThan(260_000);
});

test('something shared without a program for it is named', async () => {
  const { finding } = scriptedPrograms(cloud([], { shared: true }).script);
  await expect(destroy(finding, OWNER)).rejects.toMatchObject({
    details: expect.stringContaining('no program is given as `cleanup`'),
  });
});

const until = (day: number) => `2026-12-0${day}T00:00:00Z`;
const ending = (day: number) => ({
  machines: [machine(1, { labels: labels('42', 1, { 'swarm-up.expires': until(day) }) })],
});

test('a later end is written by `renew`', async () => {
  const { finding, options, asked } = scriptedPrograms(() => ({}));
  const program = { ...options, renew: ['./renew'] as const };
  await renew(finding, { ...OWNER, expires: until(9) }, program);
  expect(asked).toMatchObject([
    { action: 'renew', cluster: 'shop', labels: { 'swarm-up.expires': until(9) } },
  ]);
});

test('without `renew`, an end that reaches further is refused, and no other', async () => {
  const { finding, options } = scriptedPrograms(() => ending(4));
  await renew(finding, { ...OWNER, expires: until(4) }, options);
  await expect(renew(finding, { ...OWNER, expires: until(5) }, options)).rejects.toMatchObject({
    message: `The end of cluster shop could not be moved to ${until(5)}: there is no program for it.`,
    hint: expect.stringContaining('Give a program as `renew`'),
  });
});
