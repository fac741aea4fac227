import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { notesOf } from '../../../../src/machines/hyperv/names.ts';
import { said } from '../../../support/in-process.ts';
import { clearHyperv, type HypervSite, modelHyperv } from '../../../support/model/hyperv.ts';

// After the model has put its clock in place of the system's.
const { createHypervDriver } = await import('../../../../src/machines/hyperv/driver.ts');

// The driver hyperv on the model of its script.

const never = new AbortController().signal;
const owner = { cluster: 'conform', repository: '4711', run: '' };

let site: HypervSite;
afterEach(async () => {
  await site.down();
  expect(await site.left()).toEqual([]);
  expect(site.unknown?.()).toEqual([]);
  clearHyperv();
});

async function made(inputs = {}, options = ''): Promise<HypervSite> {
  site = modelHyperv({ inputs, options, twins: true });
  expect(said(await site.up(site.journal())).at(-1)).toBe('undefined');
  return site;
}

/** The driver by itself, on the same model. */
const driverOf = ({ runner }: HypervSite) =>
  createHypervDriver(
    {},
    { runner, actionRoot: '/action', log: { info: () => {}, warning: () => {} } },
  );

const ownMachines = ({ hyperv, state }: HypervSite) =>
  [...hyperv.machines.values()].filter(({ path }) => path.startsWith(state));

test('machines are at a switch and a NAT of their own, with a fixed address each', async () => {
  const { hyperv } = await made({ nodes: '2' });
  const machines = await driverOf(site).list(owner);
  const [subnet = ''] = /^\d+\.\d+\.\d+/.exec(machines[0]?.address ?? '') ?? [];
  expect(machines.map(({ address }) => address)).toEqual([`${subnet}.11`, `${subnet}.12`]);
  expect([...hyperv.nats]).toEqual([['su-4711-conform', `${subnet}.0/24`]]);
  const found = [...hyperv.switches.values()].find(({ name }) => name === 'su-4711-conform');
  expect(JSON.parse(found?.notes ?? '')).toMatchObject({ 'swarm-up.cluster': 'conform' });
  expect(ownMachines(site)[0]?.about).toMatchObject({
    ...{ generation: 2, cpus: 2, memory: 2 ** 28, diskBytes: 20 * 2 ** 30 },
    mac: expect.stringMatching(/^[0-9A-F]{12}$/),
  });
});

test('at a switch that exists they have the addresses that Windows knows, and nothing else is made', async () => {
  const { hyperv } = await made({ nodes: '2' }, 'virtual-switch: Default Switch');
  const machines = await driverOf(site).list(owner);
  expect(machines.map(({ address }) => address)).toEqual([
    ...[expect.stringMatching(/^172\.20\.0\./), expect.stringMatching(/^172\.20\.0\./)],
  ]);
  expect(hyperv.nats.size).toBe(0);
  expect(hyperv.cmdlets).not.toContain('New-VMSwitch');
  // A later run must not put more machines elsewhere.
  const other = site.with({ 'driver-options': `memory: 256m\nimage: ${site.image}` });
  expect(String((await other.up(site.journal())).error)).toContain(
    'The machines of cluster conform are at the switch `Default Switch`.',
  );
});

test('a machine that has ended is made anew, and one that is saved', async () => {
  await made({ nodes: '2' });
  const [first, second] = ownMachines(site);
  if (first) first.state = 'Off';
  if (second) second.state = 'Saved';
  const again = await site.up(site.journal());
  expect(again.lines).toContain('conform-1 is stopped or half made, so it is made anew');
  expect(again.lines).toContain('conform-2 is stopped or half made, so it is made anew');
  expect(ownMachines(site).map(({ state }) => state)).toEqual(['Running', 'Running']);
});

test('the seed with the private key of the host is gone once the machine was entered', async () => {
  const { state, hyperv } = await made();
  const files = readdirSync(join(state, 'conform', '1')).sort();
  expect(files).toEqual(['disk.vhdx', 'machine.json']);
  expect(ownMachines(site)[0]?.seed).toBeUndefined();
  // Nothing of a key ever went to the script, either.
  expect(JSON.stringify(hyperv.asked)).not.toContain('PRIVATE KEY');
});

test('a cluster is found where its folder was lost: by its notes, with its expiry', async () => {
  const { state } = await made({ ttl: '1h' });
  const driver = driverOf(site);
  const [before] = await driver.clusters(never);
  rmSync(join(state, 'conform'), { recursive: true });
  const [found, ...more] = await driver.clusters(never);
  expect(found?.owner).toEqual(before?.owner);
  expect(found?.parts).toEqual(before?.parts);
  expect(more).toEqual([]);
});

test('`renew` writes the expiry where each of all is read', async () => {
  const { state, hyperv } = await made({ ttl: '1h' });
  const driver = driverOf(site);
  const expires = '2030-01-01T00:00:00Z';
  await driver.renew({ ...owner, expires }, never);
  expect((await driver.clusters(never))[0]?.owner.expires).toBe(expires);
  const found = [...hyperv.switches.values()].find(({ name }) => name === 'su-4711-conform');
  expect(found?.notes).toContain(expires);
  rmSync(join(state, 'conform', 'cluster.json'));
  expect((await driver.clusters(never))[0]?.owner.expires).toBe(expires);
});

test('a dry run and a status find the machines, and ask only', async () => {
  const { hyperv } = await made();
  const before = hyperv.cmdlets.length;
  const dry = site.with({ 'dry-run': 'true' });
  expect(said(await dry.up(site.journal())).at(-1)).toBe('undefined');
  await site.status(site.journal());
  const after = hyperv.asked.slice(-2).map(({ action }) => action);
  expect(after).toEqual(['look', 'look']);
  expect(hyperv.cmdlets.length).toBe(before);
});

test('another repository changes nothing of it', async () => {
  await made();
  for (const run of ['up', 'down'] as const) {
    const other = site.with({}, '815');
    const [last] = said(await other[run](site.journal())).slice(-1);
    expect(last).toMatch(/belongs to another repository|has a NAT already/);
  }
  expect((await driverOf(site).list(owner)).map(({ state }) => state)).toEqual(['running']);
});

test('a cluster of another user of the computer goes with its folder there', async () => {
  site = modelHyperv();
  const theirs = join(site.root, 'home', 'swarm-up', 'hyperv', 'conform');
  mkdirSync(join(theirs, '1'), { recursive: true });
  writeFileSync(join(theirs, '1', 'disk.vhdx'), '');
  const labels = JSON.parse(notesOf(owner));
  const record = { labels, created: '', subnet: '10.130.7', publicKey: '' };
  writeFileSync(join(theirs, 'cluster.json'), JSON.stringify(record));
  site.hyperv.addMachine('su-4711-conform-1', join(theirs, 'su-4711-conform-1'), notesOf(owner));
  expect((await site.down()).error).toBeUndefined();
  expect(existsSync(theirs)).toBe(false);
});

test('a switch of the same name that is not its own stops the run before a machine is made', async () => {
  site = modelHyperv();
  site.hyperv.addSwitch('su-4711-conform', 'of somebody');
  const { error } = await site.up(site.journal());
  expect(error).toMatchObject({
    message: 'Something else on the runner has the name su-4711-conform.',
    hint: expect.stringContaining('another `cluster`'),
  });
  expect(site.hyperv.cmdlets).toEqual([]);
  await site.down();
  const kept = [...site.hyperv.switches.values()].find(({ name }) => name === 'su-4711-conform');
  expect(kept?.notes).toBe('of somebody');
  site.hyperv.switches.delete(kept?.id ?? '');
  // Only this test has made it.
  expect(kept).toBeDefined();
});

test.each([
  ['a file that is no disk', 'package.json', 'is none of a QCOW2, VHDX and VHD image'],
  ['an image that builds on another', 'differencing.vhdx', 'cannot be made into a disk of Hyper-V'],
])('%s is refused before a machine is made', async (_, image, message) => {
  site = modelHyperv();
  const path = image === 'package.json' ? image : join(site.root, image);
  if (path !== image) writeFileSync(path, 'vhdxfile differencing');
  const action = site.with({ 'driver-options': `memory: 256m\nimage: ${path}` });
  const { error } = await action.up(site.journal());
  expect(String(error)).toContain(message);
  expect(site.hyperv.machines.size).toBe(0);
});

test.each([
  ['VHDX', 'image.img', 'vhdxfile'],
  ['VHD', 'image.bin', `disk${'conectix'.padEnd(512, '\0')}`],
])('an image in the format %s needs no other program, whatever its name', async (_, name, text) => {
  site = modelHyperv();
  const path = join(site.root, name);
  writeFileSync(path, text);
  const action = site.with({ 'driver-options': `memory: 256m\nimage: ${path}` });
  expect(said(await action.up(site.journal())).at(-1)).toBe('undefined');
  expect(site.hyperv.cmdlets).toContain('Convert-VHD');
  expect(readFileSync(path, 'latin1')).toBe(text);
});

test('a disk that would be smaller than its image is refused before anything is made', async () => {
  site = modelHyperv();
  const action = site.with({
    'driver-options': `memory: 256m\nimage: ${site.image}\ndisk-size: 1g`,
  });
  expect(String((await action.up(site.journal())).error)).toContain('cannot be made smaller');
  expect(site.hyperv.cmdlets).toEqual([]);
});

test('what Hyper-V says of a machine that does not start is told', async () => {
  site = modelHyperv();
  const whole = site.hyperv.cmdlets;
  await site.up(site.journal());
  const at = whole.indexOf('Start-VM') + 1;
  await site.down();
  site.hyperv.failIn(at);
  // The disk of the image is there by now, and was no cmdlet.
  expect((await site.up(site.journal())).error).toMatchObject({
    message: 'Hyper-V could not start the machine conform-1 on the runner.',
    details: expect.stringContaining('Injected,Start-VM'),
  });
});
