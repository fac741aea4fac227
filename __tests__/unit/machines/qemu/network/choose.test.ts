import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../../src/base/errors.ts';
import type { Argv } from '../../../../../src/exec/argv.ts';
import { chooseNetwork } from '../../../../../src/machines/qemu/network/choose.ts';
import { rootOf } from '../../../../../src/machines/qemu/network/root.ts';
import { clusterPlaces } from '../../../../../src/machines/qemu/paths.ts';
import { moves } from '../../../../../src/machines/virtual-machine/ports.ts';
import type { FoundCluster } from '../../../../../src/machines/virtual-machine/records.ts';

const { signal } = new AbortController();

/** A user who can become root only where `sudo` is there. What he ran and was told is kept. */
function stage(sudo: boolean) {
  const ran: string[] = [];
  const told: string[] = [];
  const run = async (argv: Argv) => {
    ran.push(argv.join(' '));
    return { exitCode: sudo ? 0 : 1, stdout: '', stderr: sudo ? '' : 'a password is required' };
  };
  const runner = { where: 'the runner', run, open: () => Promise.reject(new Error('no')) };
  const note = (line: string) => told.push(line);
  return {
    ...{ ran, told },
    root: rootOf(runner, 1000),
    options: { signal, log: { info: note, warning: note }, checkTun: async () => {} },
  };
}

const owner = { cluster: 'shop', repository: '42', run: '7' };
const record = { labels: {}, created: '', subnet: '10.200.7', publicKey: '' };
const bridge: FoundCluster = { places: clusterPlaces('/s', 'shop'), record, owner };
const user: FoundCluster = {
  ...bridge,
  record: { ...record, userNetwork: { group: '239.1.2.3:20001', loopback: '127.130.2' } },
};

test('`auto` is the bridge where this user can make it', async () => {
  const { root, options, told } = stage(true);
  expect(await chooseNetwork('auto', undefined, root, options)).toBe('bridge');
  expect(told).toEqual([]);
});

test('`auto` without root is the network of QEMU, and one line says what that cannot do, and why it is that', async () => {
  const { root, options, told } = stage(false);
  expect(await chooseNetwork('auto', undefined, root, options)).toBe('user');
  expect(told).toEqual([
    expect.stringMatching(/^The machines get a network without root.*and nothing else.*sudo/),
  ]);
});

test('`auto` without /dev/net/tun, too', async () => {
  const { root, options, told } = stage(true);
  const checkTun = () => Promise.reject(new ActionError('The runner has no /dev/net/tun.'));
  expect(await chooseNetwork('auto', undefined, root, { ...options, checkTun })).toBe('user');
  expect(told.join()).toContain('The runner has no /dev/net/tun.');
});

test('`auto` without iproute2, too', async () => {
  const { root, options, told } = stage(true);
  const run = () => Promise.reject(new ActionError('Program not found on the runner: ip'));
  const without = { ...root, runner: { ...root.runner, run } };
  expect(await chooseNetwork('auto', undefined, without, options)).toBe('user');
  expect(told.join()).toContain('Program not found on the runner: ip');
});

test('`bridge` without root is refused with what to do', async () => {
  const { root, options } = stage(false);
  await expect(chooseNetwork('bridge', undefined, root, options)).rejects.toMatchObject({
    message: 'The qemu driver needs root, or sudo without a password, on the runner.',
    details: 'a password is required',
    hint: expect.stringContaining('`network: user`'),
  });
});

test('`user` asks for nothing', async () => {
  const { root, options, ran, told } = stage(false);
  expect(await chooseNetwork('user', undefined, root, options)).toBe('user');
  expect([ran, told]).toEqual([[], []]);
});

test('a cluster keeps the network that it has, whatever is wanted now', async () => {
  const { root, options, ran, told } = stage(true);
  expect(await chooseNetwork('auto', user, root, options)).toBe('user');
  expect([ran, told]).toEqual([[], []]);
  expect(await chooseNetwork('bridge', user, root, options)).toBe('user');
  expect(await chooseNetwork('user', bridge, root, options)).toBe('bridge');
  expect(told).toEqual([
    expect.stringContaining('Cluster shop has `network: user` and keeps it'),
    expect.stringContaining('Cluster shop has `network: bridge` and keeps it'),
  ]);
});

test('a cluster with a bridge is not changed by who cannot become root, and says so', async () => {
  const { root, options } = stage(false);
  await expect(chooseNetwork('auto', bridge, root, options)).rejects.toMatchObject({
    message: 'Cluster shop has a network that takes root to be changed.',
    details: expect.stringContaining('a password is required'),
    hint: expect.stringContaining('command: down'),
  });
});

test('of ports that move it is told which are taken and which are root’s', () => {
  const port = { protocol: 'tcp', address: '127.0.0.1', runnerPort: 40_000 } as const;
  expect(moves([{ ...port, port: 8080, runnerPort: 8080, why: undefined }])).toEqual([]);
  expect(
    moves([
      { ...port, port: 8081, why: 'taken' },
      { ...port, port: 80, why: 'denied' },
    ]),
  ).toEqual([
    expect.stringMatching(/^Port 8081 of 127.0.0.1 is taken/),
    expect.stringMatching(/^Port 80 of 127.0.0.1 is root's alone/),
  ]);
});
