import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { runner } from '../../src/exec/runner.ts';
import type { Driver } from '../../src/machines/driver.ts';
import { procfs } from '../../src/machines/processes.ts';
import { destroyAll } from '../../src/machines/qemu/destroy.ts';
import { createQemuDriver } from '../../src/machines/qemu/driver.ts';
import { findProcess } from '../../src/machines/qemu/machine/process.ts';
import { networkParts } from '../../src/machines/qemu/network/bridge.ts';
import { rootOf } from '../../src/machines/qemu/network/root.ts';
import { clusterPlaces, machinePlaces } from '../../src/machines/qemu/paths.ts';
import { stateFolder } from '../../src/machines/virtual-machine/folders.ts';
import { connectSsh } from '../../src/ssh/connect.ts';
import type { SshExecutor } from '../../src/ssh/executor.ts';
import { until } from './until.ts';

const BUILD = resolve(import.meta.dirname, '../../script/qemu-image/build');
const BUILD_MS = 15 * 60_000;
const SSH_MS = 60_000;
/**
 * How often a condition on machines is asked, at most. Emulated, a machine takes a second of a core
 * for each `docker`.
 */
const ASK_MS = 1_000;
const ROOT = rootOf(runner, process.getuid?.() ?? 0);

/**
 * Path of the machine image of the tests, which is built where it is not there as the sources have
 * it now. Installs QEMU where there is none.
 */
export async function machineImage(): Promise<string> {
  const { stdout } = await runner.run([BUILD], { timeoutMs: BUILD_MS });
  return stdout.trim();
}

/**
 * An image on which nothing boots, for tests in which no machine has to answer. Installs QEMU where
 * there is none.
 */
export async function emptyImage(folder: string): Promise<string> {
  await runner.run([BUILD, 'programs'], { timeoutMs: BUILD_MS });
  const path = join(folder, 'empty.raw');
  writeFileSync(path, Buffer.alloc(2 ** 20));
  return path;
}

/**
 * What is left of a cluster: processes, namespace, interfaces, folders. `home` is what
 * `XDG_STATE_HOME` was for it.
 */
export async function leftOf(home: string, cluster: string): Promise<readonly string[]> {
  const state = stateFolder({ XDG_STATE_HOME: home }, '', 'qemu');
  const places = clusterPlaces(state, cluster);
  const links = await runner.run(['ip', '-json', 'link', 'show']);
  const namespaces = await runner.run(['ip', 'netns', 'list']);
  const network = networkParts(places, links.stdout, namespaces.stdout);
  const processes = (await procfs.list()).filter(({ argv }) =>
    argv.some((word) => word.startsWith(`${places.folder}/`)),
  );
  const folders = existsSync(state) ? readdirSync(state) : [];
  return [
    ...processes.map(({ argv }) => argv.join(' ')),
    ...(network.namespace ? [places.namespace] : []),
    ...network.links.map(({ name }) => name),
    ...folders.filter((name) => name === cluster || name.startsWith(`.${cluster}.`)),
  ];
}

/** Removes every cluster that a failed test has left, and its folder. */
export async function removeHome(home: string): Promise<void> {
  const state = stateFolder({ XDG_STATE_HOME: home }, '', 'qemu');
  const source = { root: ROOT, state, table: procfs, clock: systemClock };
  for (const cluster of existsSync(state) ? readdirSync(state) : []) {
    await destroyAll(source, { cluster, repository: '4711' });
  }
  rmSync(home, { recursive: true, force: true });
}

/** The virtual machines of one test, in a folder of their own. */
export interface VirtualMachines extends AsyncDisposable {
  /** What the action has to find in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** A command on a machine, over one connection that is kept. Rejects where it fails. */
  on(index: number, ...argv: [string, ...string[]]): Promise<string>;
  /** Process id of a machine; undefined where it does not run. */
  pidOf(index: number): Promise<number | undefined>;
  /** Whether the seed, which holds the private key of a host, is still there. */
  hasSeed(index: number): boolean;
  /** What is left of the cluster: processes, namespace, interfaces, folder. */
  left(): Promise<readonly string[]>;
}

async function enter(home: string, cluster: string, index: number): Promise<SshExecutor> {
  const driver = driverAt(home);
  const machine = (await driver.list({ cluster, repository: '' })).find(
    (one) => one.index === index,
  );
  if (!machine) throw new Error(`There is no machine ${index}.`);
  const { signal } = new AbortController();
  return await connectSsh(await driver.target(machine, signal), { signal, timeoutMs: SSH_MS });
}

/** The driver looks into the environment once, when it is created. */
function driverAt(home: string): Driver {
  const before = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = home;
  try {
    const log = { info: () => {}, warning: () => {} };
    return createQemuDriver({}, { runner, log });
  } finally {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
  }
}

/** Asks machines until the answer is yes, as `until` does and not as often. */
export async function untilMachines(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs?: number,
): Promise<void> {
  await until(what, condition, limitMs, ASK_MS);
}

/** `await using` removes what the test leaves of its cluster, whatever it was. */
export function virtualMachines(cluster: string): VirtualMachines {
  // Short: below it are sockets, whose paths have little room.
  const home = mkdtempSync(join(tmpdir(), 'vm-'));
  const state = stateFolder({ XDG_STATE_HOME: home }, '', 'qemu');
  const places = clusterPlaces(state, cluster);
  const pidOf = async (index: number) =>
    (await findProcess(procfs, machinePlaces(places, index)))?.pid;
  /** By the process of a machine: one that is made anew is another. */
  const connections = new Map<number, Promise<SshExecutor>>();
  const entered = async (index: number): Promise<SshExecutor> => {
    const pid = await pidOf(index);
    if (pid === undefined) throw new Error(`Machine ${index} does not run.`);
    const kept = connections.get(pid) ?? enter(home, cluster, index);
    connections.set(pid, kept);
    // The next question tries again.
    kept.catch(() => connections.delete(pid));
    return await kept;
  };
  return {
    env: { XDG_STATE_HOME: home },
    on: async (index, ...argv) => (await (await entered(index)).run(argv)).stdout.trim(),
    pidOf,
    hasSeed: (index) => existsSync(machinePlaces(places, index).seed),
    left: () => leftOf(home, cluster),
    async [Symbol.asyncDispose]() {
      for (const one of connections.values()) await one.then((ssh) => ssh.close()).catch(() => {});
      await removeHome(home);
    },
  };
}
