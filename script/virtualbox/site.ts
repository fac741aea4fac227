import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DriverLog } from '../../src/base/log.ts';
import { runner } from '../../src/exec/runner.ts';
import type { ClusterSpec } from '../../src/machines/driver.ts';
import { createVirtualboxDriver } from '../../src/machines/virtualbox/driver.ts';

// Where the driver virtualbox is tried: the container of script/virtualbox/check.

const ROOT = '/w';

/** With all that the name of a user's folder may have. */
const HOME = join(ROOT, "home of ä, b=1; 'c'");
const env = { XDG_STATE_HOME: join(HOME, 'state'), RUNNER_TOOL_CACHE: join(HOME, 'cache') };
Object.assign(process.env, env);

/** Paths of what the driver is given and makes. */
export const site = {
  root: ROOT,
  env,
  state: join(env.XDG_STATE_HOME, 'swarm-up/virtualbox'),
  images: join(env.RUNNER_TOOL_CACHE, 'swarm-up/machine-images'),
  /** Of which nothing boots. */
  image: join(ROOT, 'image.img'),
  /** Ports of the ends of a wire, by the UUID of a machine. */
  wires: join(ROOT, 'wires'),
} as const;

export const never = new AbortController().signal;

export const specOf = (cluster: string, machines = 1): ClusterSpec => ({
  owner: { cluster, repository: '42', run: '7/test/up', expires: '2026-12-01T00:00:00Z' },
  publishedPorts: [{ port: 8080, protocol: 'tcp' }],
  machines,
});

const log: DriverLog = { info: () => {}, warning: console.warn };

/** The driver with machines of the least size. */
export const driverWith = (image: string = site.image) =>
  createVirtualboxDriver(
    {
      ...{ image, memory: 256 * 2 ** 20, 'cpu-count': 1 },
      ...{ 'no-vtx-check': true, vboxmanage: '/opt/VBoxManage' },
    },
    { runner, log },
  );

const PROGRAM = '/usr/lib/virtualbox/VBoxManage';

/** VirtualBox itself, by the driver's back. Its service may be about to end, or to begin. */
export function vbox(...words: string[]): string {
  const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8' } } as const;
  for (let left = 20; ; left -= 1) {
    const { status, stdout, stderr } = spawnSync(PROGRAM, words, options);
    if (status === 0) return stdout;
    if (left === 0 || !stderr.includes('Failed to create the VirtualBox object')) {
      throw new Error(`VBoxManage ${words.join(' ')}: ${stderr}`);
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  }
}

export const sh = (text: string): string => execFileSync('sh', ['-c', text], { encoding: 'utf8' });

/** Rejects after two minutes. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < end, `never came: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** All that VirtualBox knows, in any of its lists. */
export const known = (): string =>
  ['vms', 'runningvms', 'groups', 'hdds', 'dvds', 'intnets']
    .map((what) => vbox('list', what))
    .join('');

/** Makes the folder and the image that boots nothing. */
export function begin(): void {
  mkdirSync(site.wires, { recursive: true });
  // VirtualBox reads no image in which nothing was ever written.
  sh(`head -c 2M /dev/urandom >${ROOT}/raw && truncate -s 64M ${ROOT}/raw`);
  sh(`qemu-img convert -c -O qcow2 ${ROOT}/raw ${site.image}`);
  assert.equal(known(), '');
}

/** Removes every cluster by the driver, and sees that nothing is left of any. */
export async function end(): Promise<void> {
  const driver = driverWith();
  for (const { owner } of await driver.clusters(never)) await driver.destroyCluster(owner);
  assert.equal(known(), '');
  assert.deepEqual(readdirSync(site.state), []);
  rmSync(ROOT, { recursive: true });
}
