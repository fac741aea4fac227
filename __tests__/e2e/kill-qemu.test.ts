import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { architectureOf } from '../../src/machines/qemu/machine/architecture.ts';
import { clientsOf, shim, untilNoClientOf } from '../support/clients.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { until } from '../support/until.ts';
import { emptyImage, leftOf, removeHome } from '../support/virtual-machines.ts';

// What the driver `docker` stands in kill.test.ts, for virtual machines: main is killed, and what
// it has started goes on.

const QEMU = architectureOf(process.platform, process.arch).qemu;

let home: string;
let inputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'vm-'));
  const image = await emptyImage(home);
  inputs = {
    driver: 'qemu',
    nodes: '2',
    'compose-file': '-',
    'driver-options': `image: ${image}\naccel: tcg\ncpus: 1\nmemory: 256m\n`,
  };
}, 20 * 60_000);

afterAll(() => removeHome(home), 60_000);

// Longer than post waits where it sees nothing coming.
test.each([
  ['ip', 'the namespace is made', '[ "$1 $2" = "netns add" ] && { kill_main; sleep 4; }'],
  ['ip', 'the cable to the runner is made', 'case "$*" in *veth*) kill_main; sleep 4;; esac'],
  ['ip', 'a cable of a machine is made', '[ "$1" = tuntap ] && { kill_main; sleep 4; }'],
  ['ip', 'a machine is plugged in', 'case "$*" in *netns\\ swarm-up*) kill_main; sleep 1;; esac'],
  ['qemu-img', 'a disk is made', '[ "$1" = create ] && { kill_main; sleep 4; }'],
  [QEMU, 'a machine is started', 'case "$*" in *-daemonize*) kill_main; sleep 4;; esac'],
  [
    QEMU,
    'a machine without a network of the kernel’s is started',
    'case "$*" in *-daemonize*) kill_main; sleep 4;; esac',
    'network: user',
  ],
])(
  'main killed by %s while %s, which comes late: post removes it all',
  async (program, _, script, option = '') => {
    await using cluster = testCluster('kill-vm');
    const env = { ...shim(program, cluster.workspace, script), XDG_STATE_HOME: home };
    const options = `${inputs['driver-options']}${option}\n`;
    const main = cluster.start({ ...inputs, 'driver-options': options }, env);
    await expectPostToRemoveAll(cluster, main.result);
  },
  60_000,
);

test('main killed while machines boot: a `down` of another run, which knows nothing of it, removes them', async () => {
  await using cluster = testCluster('kill-vm');
  const main = cluster.start(inputs, { XDG_STATE_HOME: home });
  await until('both run', () => clientsOf(`-pidfile\0${folderOf(cluster)}`).length === 2);
  process.kill(main.pid, 'SIGKILL');
  await main.result;
  const later = { XDG_STATE_HOME: home, GITHUB_RUN_ID: '2' };
  const down = await cluster.up({ driver: 'qemu', command: 'down' }, later);
  expect(down.annotations).toEqual([]);
  expect(down.outputs.status).toBe('removed');
  expect(await leftOf(home, cluster.name)).toEqual([]);
}, 60_000);

test('main cancelled while machines boot: it ends soon, and post removes them', async () => {
  await using cluster = testCluster('cancel-vm');
  const main = cluster.start(inputs, { XDG_STATE_HOME: home });
  await until('both run', () => clientsOf(`-pidfile\0${folderOf(cluster)}`).length === 2);
  main.cancel();
  await expectPostToRemoveAll(cluster, main.result, false);
}, 60_000);

test('a machine that is emulated and dies while it boots is started once more, and then told', async () => {
  await using cluster = testCluster('die-vm');
  const one = { ...inputs, nodes: '1' };
  const main = cluster.start(one, { XDG_STATE_HOME: home });
  const killed = new Set<number>();
  for (const _ of ['first', 'second']) {
    await until('a machine runs, and is killed', async () => {
      const [pid = 0, ...others] = clientsOf(`-pidfile\0${folderOf(cluster)}`);
      // While QEMU goes to the background there are two, and main is not told yet that all is well.
      const isBehind = others.length === 0 && ![0, main.pid].includes(await parentOf(pid));
      if (!isBehind || killed.has(pid)) return false;
      killed.add(pid);
      return process.kill(pid, 'SIGKILL');
    });
  }
  const run = await main.result;
  expect(run.annotations).toMatchObject([
    { level: 'warning', message: expect.stringContaining('so it is started once more') },
    {
      level: 'error',
      message: expect.stringContaining(`Machine ${cluster.name}-1 ended while it booted.`),
    },
  ]);
  await expectPostToRemoveAll(cluster, main.result, false);
}, 60_000);

test('main cancelled with `on-success`: post says how to look into a machine, and `down` removes it', async () => {
  await using cluster = testCluster('look-vm');
  const given = { ...inputs, nodes: '1', teardown: 'on-success' };
  const main = cluster.start(given, { XDG_STATE_HOME: home });
  await until('it runs', () => clientsOf(`-pidfile\0${folderOf(cluster)}`).length === 1);
  main.cancel();
  const run = await main.result;
  const kept = await cluster.post(run, given, 'failure', { XDG_STATE_HOME: home });
  expect(kept.conclusion).toBe('success');
  const folder = folderOf(cluster);
  expect(kept.lines.join('\n')).toMatch(
    new RegExp(
      `Look into it on this runner: ssh -i ${folder}/id_ed25519 -p 22 \\S+@[\\d.]+, less ${folder}/1/console.log`,
    ),
  );
  expect(kept.lines.join('\n')).toContain('`driver: qemu`');
  expect(await leftOf(home, cluster.name)).not.toEqual([]);
  await cluster.up({ driver: 'qemu', command: 'down' }, { XDG_STATE_HOME: home });
  expect(await leftOf(home, cluster.name)).toEqual([]);
}, 60_000);

test('`down` killed while it removes the network: the next one removes the rest', async () => {
  await using cluster = testCluster('kill-vm');
  const main = cluster.start(inputs, { XDG_STATE_HOME: home });
  await until('both run', () => clientsOf(`-pidfile\0${folderOf(cluster)}`).length === 2);
  process.kill(main.pid, 'SIGKILL');
  await main.result;
  const script = '[ "$1 $2" = "link delete" ] && { kill_main; sleep 1; }';
  const down = { driver: 'qemu', command: 'down' };
  const env = { ...shim('ip', cluster.workspace, script), XDG_STATE_HOME: home };
  expect((await cluster.up(down, env)).signal).toBe('SIGKILL');
  expect(await leftOf(home, cluster.name)).toContain(cluster.name);
  const again = await cluster.up(down, { XDG_STATE_HOME: home });
  expect(again.annotations).toEqual([]);
  expect(await leftOf(home, cluster.name)).toEqual([]);
}, 60_000);

/** 0 where there is no such process. */
const parentOf = async (pid: number) => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
};

const folderOf = ({ name }: Cluster) => join(home, 'swarm-up', 'qemu', name);

async function expectPostToRemoveAll(
  cluster: Cluster,
  ended: ReturnType<Cluster['up']>,
  isKilled = true,
): Promise<void> {
  const run = await ended;
  expect(run.signal).toBe(isKilled ? 'SIGKILL' : undefined);
  const post = await cluster.post(run, inputs, 'failure', { XDG_STATE_HOME: home });
  expect(post.annotations).toEqual([]);
  expect(post.conclusion).toBe('success');
  await untilNoClientOf(cluster.name);
  expect(await leftOf(home, cluster.name)).toEqual([]);
}
