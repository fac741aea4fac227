import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { bindError } from '../../src/machines/local-ports.ts';
import { machineId } from '../../src/machines/virtualbox/paths.ts';
import { begin, driverWith, end, known, never, sh, site, specOf, until, vbox } from './site.ts';

// The driver virtualbox against the real VBoxManage, in the container of script/virtualbox/check.
// Machines run, and boot nothing: whatever waits for their sshd is ended.

const { root: ROOT, state: STATE, images: IMAGES, image: IMAGE } = site;

const spec = specOf('shop');
const { owner } = spec;
const driver = driverWith();

/** VirtualBox's service has to begin anew to miss what is gone. */
const serviceEnded = () =>
  until(
    () =>
      !sh('ps -e -o stat=,comm=')
        .split('\n')
        .some((one) => /^[^Z].*VBoxSVC/.test(one)),
  );

const runs = async (of = spec) =>
  (await driver.list(of.owner)).some(({ state }) => state === 'running');

/** Makes a machine and starts it; gives up on its sshd. */
async function start(of = spec, by = driver): Promise<void> {
  await by.check(never, { cluster: of.owner, machines: 1, ttlMs: undefined });
  await by.prepare?.(of, never);
  const stop = new AbortController();
  const made = by.create(of, 1, stop.signal);
  const ended = assert.rejects(made, (error: Error & { details?: string }) => {
    assert.equal(`${error.message}${error.details ?? ''}`, 'enough');
    return true;
  });
  // Not by looking at the machine, which locks it.
  const id = machineId(of.owner, 1);
  await Promise.race([ended, until(() => vbox('list', 'runningvms').includes(id))]);
  stop.abort(new Error('enough'));
  await ended;
}

beforeEach(begin);
afterEach(end);

test('a machine is made, found, renewed and removed, and nothing is left', async () => {
  await start();
  const [machine] = await driver.list(owner);
  assert.equal(machine?.name, 'shop-1');
  assert.equal(machine.address, '127.0.0.1');
  assert.deepEqual([...machine.localPorts.values()], [8080]);
  assert.equal(await bindError('tcp', 8080), 'EADDRINUSE');
  const info = vbox('showvminfo', machineId(owner, 1), '--machinereadable');
  for (const line of ['groups="/swarm-up/42-shop"', 'VMState="running"', 'nictype1="virtio"']) {
    assert.ok(info.includes(line), line);
  }
  const [found] = await driver.clusters(never);
  assert.deepEqual(found?.parts, ['machine shop-1']);
  const later = { ...owner, expires: '2027-01-01T00:00:00Z' };
  await driver.renew(later, never);
  assert.equal((await driver.clusters(never))[0]?.owner.expires, later.expires);
  assert.match(vbox('getextradata', machineId(owner, 1), 'enumerate'), /2027-01-01T00:00:00Z/);
  assert.equal(await driver.isGone(owner), false);
  await driver.destroyCluster(owner);
  assert.equal(await driver.isGone(owner), true);
  assert.equal(existsSync(join(STATE, 'shop')), false);
});

test('ports of a machine that runs are led to, once, and the seed is taken out of it', async () => {
  await start();
  const [machine] = await driver.list(owner);
  assert.ok(machine);
  const wanted = ['8080/tcp', '9090/tcp', '53/udp', '7/sctp'];
  const led = await driver.lead?.(machine, wanted);
  assert.deepEqual([...(led?.keys() ?? [])].sort(), ['53/udp', '8080/tcp', '9090/tcp']);
  assert.equal(led?.get('9090/tcp'), 9090);
  assert.equal(await bindError('tcp', 9090), 'EADDRINUSE');
  assert.deepEqual(new Map(await driver.lead?.(machine, wanted)), new Map(led));
  await driver.entered?.(machine);
  assert.equal(existsSync(join(STATE, 'shop/1/seed.iso')), false);
  assert.match(
    vbox('showvminfo', machineId(owner, 1), '--machinereadable'),
    /"disks-1-0"="emptydrive"/,
  );
  assert.equal(await runs(), true);
});

test('a machine whose process is killed does not run, and is made anew', async () => {
  await start();
  sh('pkill -KILL -x VBoxHeadless');
  await until(async () => !(await runs()));
  assert.match(vbox('showvminfo', machineId(owner, 1), '--machinereadable'), /VMState="aborted"/);
  await start();
  assert.equal(await runs(), true);
});

test('a machine whose process hangs is removed all the same', async () => {
  await start();
  sh('pkill -STOP -x VBoxHeadless');
  await driver.destroyCluster(owner);
  assert.equal(known(), '');
});

test('a machine that somebody has saved, with a snapshot, is made anew', async () => {
  await start();
  vbox('snapshot', machineId(owner, 1), 'take', 'before');
  vbox('controlvm', machineId(owner, 1), 'savestate');
  assert.equal(await runs(), false);
  await start();
  assert.equal(await runs(), true);
  const { length } = vbox('list', 'hdds').match(/^UUID:/gm) ?? [];
  // Its own, and the one that it builds on.
  assert.equal(length, 2);
});

test("machines end with VirtualBox's service; they are made anew, or removed", async () => {
  await start();
  sh('pkill -KILL -x VBoxSVC');
  assert.equal(await runs(), false);
  await start();
  sh('pkill -KILL -x VBoxSVC');
  await driver.destroyCluster(owner);
  assert.equal(known(), '');
});

test("a machine of somebody else that VirtualBox cannot read stays, and is in nobody's way", async () => {
  const theirs = '11111111-2222-4333-8444-555555555555';
  vbox(
    'createvm',
    '--name=theirs',
    `--uuid=${theirs}`,
    '--ostype=Debian_64',
    `--basefolder=${ROOT}/theirs`,
    '--groups=/swarm-up/42-shop',
    '--register',
  );
  await serviceEnded();
  rmSync(join(ROOT, 'theirs'), { recursive: true });
  assert.match(vbox('list', 'vms'), /<inaccessible>/);
  await start();
  assert.deepEqual(
    (await driver.clusters(never)).map(({ parts }) => parts),
    [['machine shop-1']],
  );
  await driver.destroyCluster(owner);
  assert.equal(vbox('list', 'vms'), `"<inaccessible>" {${theirs}}\n`);
  vbox('unregistervm', theirs);
});

test('machines whose folder was lost are found by their group or their settings, and removed', async () => {
  await start();
  rmSync(join(STATE, 'shop/cluster.json'));
  assert.deepEqual(
    (await driver.clusters(never)).map((one) => [one.owner.repository, one.owner.expires]),
    [['42', owner.expires]],
  );
  vbox('controlvm', machineId(owner, 1), 'poweroff');
  rmSync(join(STATE, 'shop'), { recursive: true });
  await serviceEnded();
  assert.match(vbox('list', 'vms'), /<inaccessible>/);
  assert.deepEqual(
    (await driver.clusters(never)).map(({ owner: one, parts }) => [one.cluster, parts]),
    [['shop', ['machine shop-1']]],
  );
});

test('what a killed run has left of a machine goes: a disk that was never attached, settings', async () => {
  await start();
  const places = join(STATE, 'shop/2');
  const base = join(IMAGES, readdirSync(IMAGES).find((name) => name.endsWith('.vdi')) ?? '');
  const id = machineId(owner, 2);
  const folder = [`--basefolder=${STATE}/shop`, '--groups=/swarm-up/42-shop'];
  vbox('createvm', '--name=shop-2', `--uuid=${id}`, '--ostype=Debian_64', ...folder, '--register');
  vbox('createmedium', 'disk', `--filename=${places}/disk.vdi`, `--diffparent=${base}`);
  await driver.destroyCluster(owner);
  assert.equal(known(), '');
});

test('a disk that a command has made after the folder was removed goes, too', async () => {
  await start();
  const base = join(IMAGES, readdirSync(IMAGES).find((name) => name.endsWith('.vdi')) ?? '');
  await driver.destroyCluster(owner);
  const disk = join(STATE, 'shop/1/disk.vdi');
  vbox('createmedium', 'disk', `--filename=${disk}`, `--diffparent=${base}`);
  assert.equal(await driver.isGone(owner), false);
  await driver.destroyCluster(owner);
  assert.equal(await driver.isGone(owner), true);
});

test('two clusters build on one disk, which stays as long as one needs it, and comes back', async () => {
  const other = specOf('other');
  await start();
  await start(other);
  await driver.destroyCluster(owner);
  assert.equal(await runs(other), true);
  await driver.destroyCluster(other.owner);
  assert.equal(known(), '');
  // VirtualBox would delete it with the last disk that builds on it.
  assert.ok(readdirSync(IMAGES).some((name) => name.endsWith('.vdi')));
  // As a runner does whose cache was lost.
  rmSync(IMAGES, { recursive: true });
  await start();
});

test('what VirtualBox cannot read is told before a machine is made', async () => {
  const wanted = { cluster: owner, machines: 1, ttlMs: undefined };
  sh(`qemu-img convert -c -o compression_type=zstd -O qcow2 ${ROOT}/raw ${ROOT}/zstd.qcow2`);
  await assert.rejects(driverWith(`${ROOT}/zstd.qcow2`).check(never, wanted), /Zstandard/);
  sh(`qemu-img create -q -f qcow2 -b ${IMAGE} -F qcow2 ${ROOT}/thin.qcow2`);
  await assert.rejects(driverWith(`${ROOT}/thin.qcow2`).check(never, wanted), /not whole/);
  writeFileSync(join(ROOT, 'text'), 'no image'.repeat(100));
  await assert.rejects(driverWith(join(ROOT, 'text')).check(never, wanted), /neither a QCOW2/);
  // Nothing but its begin.
  sh(`head -c 1000 ${IMAGE} >${ROOT}/cut.qcow2`);
  const other = driverWith(join(ROOT, 'cut.qcow2'));
  await other.check(never, wanted);
  await assert.rejects(Promise.resolve(other.prepare?.(spec, never)), /cannot read the disk image/);
});
