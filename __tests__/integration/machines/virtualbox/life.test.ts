import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { CommandError } from '../../../../src/exec/executor.ts';
import { machineId } from '../../../../src/machines/virtualbox/paths.ts';
import { said } from '../../../support/in-process.ts';
import {
  clearVirtualBox,
  modelVirtualBox,
  type VirtualBoxSite,
} from '../../../support/model/virtualbox.ts';

// After the model has put its clock in place of the system's.
const { createVirtualboxDriver } = await import('../../../../src/machines/virtualbox/driver.ts');

// The driver virtualbox on the model of VBoxManage; the real one is asked the same by
// script/virtualbox/check.

const never = new AbortController().signal;
const owner = { cluster: 'conform', repository: '4711', run: '' };

let site: VirtualBoxSite;
afterEach(async () => {
  await site.down();
  expect(await site.left()).toEqual([]);
  expect(site.unknown?.()).toEqual([]);
  site.vbox.close();
  clearVirtualBox();
});

async function made(inputs = {}): Promise<VirtualBoxSite> {
  site = modelVirtualBox({ inputs, twins: true });
  expect(said(await site.up(site.journal())).at(-1)).toBe('undefined');
  return site;
}

/** The driver by itself, on the same model. */
const driverOf = ({ vbox }: VirtualBoxSite, calls: (readonly string[])[] = []) =>
  createVirtualboxDriver(
    {},
    {
      runner: {
        where: 'the runner',
        run: async (argv, options = {}) => {
          calls.push(argv.slice(1));
          const result = await vbox.run(argv.slice(1));
          if (result.exitCode === 0 || options.anyExitCode) return result;
          throw new CommandError('the runner', argv, result);
        },
        open: () => Promise.reject(new Error('nothing is opened')),
      },
      log: { info: () => {}, warning: () => {} },
    },
  );

test('a machine whose process was killed is made anew, and one that was paused', async () => {
  const { vbox } = await made({ nodes: '2' });
  const id = machineId(owner, 1);
  vbox.crash(id);
  const paused = vbox.machines.get(machineId(owner, 2));
  if (paused) paused.state = 'paused';
  const again = await site.up(site.journal());
  expect(again.lines).toContain('conform-1 is stopped or half made, so it is made anew');
  expect(again.lines).toContain('conform-2 is stopped or half made, so it is made anew');
  expect(vbox.machines.get(id)?.state).toBe('running');
});

test('a removal waits while a machine is locked', async () => {
  const { vbox } = await made();
  vbox.lockedFor = 3;
  expect((await site.down()).error).toBeUndefined();
  expect(vbox.machines.has(machineId(owner, 1))).toBe(false);
});

test.each([
  ['whose process hangs', { isHung: true }],
  ['that never comes up', { state: 'starting' }],
] as const)('a machine %s is removed by force', async (_, change) => {
  const { vbox } = await made();
  Object.assign(vbox.machines.get(machineId(owner, 1)) ?? {}, change);
  expect((await site.down()).error).toBeUndefined();
  expect(vbox.machines.has(machineId(owner, 1))).toBe(false);
});

test('a machine that cannot be looked at is not taken for one that has ended', async () => {
  const { vbox } = await made();
  vbox.looksToFail = 1_000;
  const again = await site.up(site.journal());
  expect(String(again.error)).toContain('showvminfo');
  expect(again.lines.join('\n')).not.toContain('is made anew');
  expect(vbox.machines.get(machineId(owner, 1))).toMatchObject({ state: 'running' });
});

test('a look that fails while the process of a machine dies is repeated', async () => {
  const { vbox } = await made();
  vbox.crash(machineId(owner, 1));
  vbox.looksToFail = 2;
  const again = await site.up(site.journal());
  expect(again.error).toBeUndefined();
  expect(again.lines).toContain('conform-1 is stopped or half made, so it is made anew');
});

test('somebody who looks at a machine while it is made does not fail it', async () => {
  site = modelVirtualBox();
  site.vbox.lookedAt = 3;
  expect((await site.up(site.journal())).error).toBeUndefined();
  expect(site.vbox.lookedAt).toBe(0);
});

test('a machine that stays locked is named, with what VirtualBox said, and its cluster stays', async () => {
  const { vbox, state } = await made();
  vbox.lockedFor = 1_000;
  const [first] = said(await site.down()).slice(-1);
  expect(first).toContain('could not be removed completely: machine conform-1');
  expect(first).toContain('Machine conform-1 cannot be removed.');
  expect(existsSync(join(state, 'conform', 'cluster.json'))).toBe(true);
  vbox.lockedFor = 0;
});

test('ports are led to by their own number, or by another where that is taken; each once', async () => {
  await made();
  const driver = driverOf(site);
  const [machine] = await driver.list(owner);
  if (!machine) throw new Error('no machine');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const taken = (server.address() as { port: number }).port;
  const wanted = [`${taken}/tcp`, '5353/udp', '7/sctp'];
  const led = await driver.lead?.(machine, wanted);
  server.close();
  expect([...(led?.keys() ?? [])].sort()).toEqual([`${taken}/tcp`, '5353/udp'].sort());
  expect(led?.get(`${taken}/tcp`)).not.toBe(taken);
  expect(new Map(await driver.lead?.(machine, wanted))).toEqual(new Map(led));
  // A later run knows them from VirtualBox itself.
  expect(new Map((await driver.list(owner))[0]?.localPorts)).toEqual(new Map(led));
});

test('two machines never get the same port, also if both are led to at once', async () => {
  await made({ nodes: '2' });
  const calls: (readonly string[])[] = [];
  const driver = driverOf(site, calls);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const key = `${(server.address() as { port: number }).port}/tcp`;
  await new Promise((resolve) => server.close(resolve));
  const machines = await driver.list(owner);
  calls.length = 0;
  const led = await Promise.all(machines.map((machine) => driver.lead?.(machine, [key])));
  const ports = led.map((one) => one?.get(key));
  expect(ports).toContain(Number.parseInt(key, 10));
  expect(new Set(ports).size).toBe(2);
  // Nothing is asked for one of them until the other one is led to.
  const [first, second] = [machineId(owner, 1), machineId(owner, 2)];
  expect(calls.map(([, id]) => id)).toEqual([first, first, second, second]);
});

test('the seed with the private key of the host is gone once the machine was entered', async () => {
  const { state, vbox } = await made();
  const files = readdirSync(join(state, 'conform', '1')).sort();
  expect(files).toEqual(['console.log', 'disk.vdi', 'machine.json']);
  expect(vbox.machines.get(machineId(owner, 1))?.slots?.get('1')).toBe('emptydrive');
});

test('a cluster is found where its folder was lost: by its group, with its expiry', async () => {
  const { state } = await made({ ttl: '1h' });
  const driver = driverOf(site);
  const [before] = await driver.clusters(never);
  rmSync(join(state, 'conform', 'cluster.json'));
  const [found] = await driver.clusters(never);
  expect(found?.owner).toEqual(before?.owner);
  expect(found?.parts).toEqual(['machine conform-1']);
});

test('a cluster is found where VirtualBox cannot read its machine any more', async () => {
  const { state } = await made();
  rmSync(join(state, 'conform'), { recursive: true });
  const [found, ...more] = await driverOf(site).clusters(never);
  expect(found).toMatchObject({ owner: { ...owner, run: '' }, parts: ['machine conform-1'] });
  expect(more).toEqual([]);
});

test('`renew` writes the expiry where each of both is read', async () => {
  const { state } = await made({ ttl: '1h' });
  const driver = driverOf(site);
  const expires = '2030-01-01T00:00:00Z';
  await driver.renew({ ...owner, expires }, never);
  expect((await driver.clusters(never))[0]?.owner.expires).toBe(expires);
  rmSync(join(state, 'conform', 'cluster.json'));
  expect((await driver.clusters(never))[0]?.owner.expires).toBe(expires);
});

test('another repository changes nothing of it', async () => {
  await made();
  for (const run of ['up', 'down'] as const) {
    const other = site.with({}, '815');
    const [last] = said(await other[run](site.journal())).slice(-1);
    expect(last).toContain('belongs to another repository');
  }
  expect((await driverOf(site).list(owner)).map(({ state }) => state)).toEqual(['running']);
});

test('a machine that cannot be started says why, in the words of VirtualBox and with what to do', async () => {
  site = modelVirtualBox();
  site.vbox.startFails =
    'AMD-V is being used by another hypervisor (VERR_SVM_IN_USE).\nVBoxManage: error: VirtualBox cannot enable AMD-V';
  const { error } = await site.up(site.journal());
  expect(error).toMatchObject({
    message: 'VirtualBox cannot start machines: KVM holds the CPU of the runner.',
    details: expect.stringContaining('VERR_SVM_IN_USE'),
  });
});

test('a full disk is not taken for an image that cannot be read', async () => {
  site = modelVirtualBox();
  site.vbox.isDiskFull = true;
  const { error } = await site.up(site.journal());
  expect(error).toMatchObject({
    message: 'VirtualBox has no room left on a disk of the runner.',
    details: expect.stringContaining('base.vdi'),
    hint: expect.stringContaining('XDG_STATE_HOME'),
  });
});

test.each([
  [
    'a file that is no disk',
    'memory: 256m\nimage: package.json',
    'neither a QCOW2 nor a VDI image',
  ],
  ['a disk that would be smaller than its image', 'disk-size: 1g', 'cannot be made smaller'],
])('%s is refused before anything is made', async (_, options, message) => {
  site = modelVirtualBox();
  const image = options.includes('image') ? '' : `image: ${site.image}`;
  const action = site.with({ 'driver-options': `no-vtx-check: true\n${options}\n${image}` });
  expect(String((await action.up(site.journal())).error)).toContain(message);
  expect(site.vbox.machines.size).toBe(0);
});
