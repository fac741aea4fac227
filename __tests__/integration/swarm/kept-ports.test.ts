import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/base/clock.ts';
import { runner } from '../../../src/exec/runner.ts';
import { preflight } from '../../../src/preflight/preflight.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import { warnOfKeptPorts } from '../../../src/swarm/leave/kept-ports.ts';
import { runLeave } from '../../../src/swarm/leave/run-leave.ts';
import { type Hosts, startHosts } from '../../support/hosts.ts';
import { pinned } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

const LIMIT_MS = 180_000;
const { signal } = new AbortController();

let hosts: Hosts;
let ssh: SshExecutor;

beforeAll(async () => {
  hosts = await startHosts(2);
  ssh = await connectSsh(
    {
      ...{ name: 'web-2', host: hosts.addresses[1] ?? '', port: 22, user: 'root' },
      credentials: { privateKeys: readPrivateKeys(hosts.privateKey) },
      hostKeys: pinned(hosts.knownHosts.split('\n')[1]?.split(' ').slice(1).join(' ') ?? ''),
    },
    { signal, timeoutMs: 30_000 },
  );
}, LIMIT_MS);

afterAll(async () => {
  await ssh?.close();
  await hosts?.[Symbol.asyncDispose]();
}, LIMIT_MS);

/** Resolves once the engine knows another one that it would have to tell that it leaves. */
async function join(): Promise<void> {
  const [address = ''] = hosts.addresses;
  const log = ['docker', 'logs', hosts.names[1] ?? ''] as const;
  const met = async () =>
    (await runner.run(log)).stderr.split(`/${address}, joined gossip cluster`).length;
  const before = await met();
  const token = await hosts.on(1, 'docker swarm join-token -q worker');
  await hosts.on(2, `docker swarm join --token ${token} ${address}:2377`);
  await until('the engine knows the other one', async () => (await met()) > before);
}

/** What is said of the host once it has left. */
async function leave(): Promise<readonly string[]> {
  const host = { name: 'web-2', ssh };
  const warnings: string[] = [];
  await runLeave(host, { signal });
  await warnOfKeptPorts([host], { signal, warn: (text) => warnings.push(text) });
  return warnings;
}

async function look(executor: SshExecutor) {
  const [, address = ''] = hosts.addresses;
  const host = { name: 'web-2', executor, address, role: 'worker', inSwarm: false } as const;
  const { findings } = await preflight([host], { signal, clock: systemClock, timeoutMs: 20_000 });
  return findings.filter(({ check }) => check.includes('7946'));
}

/**
 * The engine stands still for longer than it takes to tell the others, again and again. One shell
 * does that, so that a busy machine leaves the engine no more time in between.
 */
async function halting<T>(work: () => Promise<T>): Promise<T> {
  const halts = hosts.on(
    2,
    `engine=$(pgrep -o -f ^/usr/sbin/dockerd); touch /run/halts
    while [ -e /run/halts ]; do kill -STOP $engine; sleep 1.1; kill -CONT $engine; sleep 0.2; done`,
  );
  try {
    return await work();
  } finally {
    await hosts.on(2, 'rm /run/halts');
    await halts;
  }
}

test(
  'an engine that stood still while it left keeps 7946: that is told at once, and by the next preflight; a restart is enough',
  async () => {
    await hosts.on(1, `docker swarm init --advertise-addr ${hosts.addresses[0]}`);
    expect(await look(ssh)).toEqual([]);
    await join();
    expect(await halting(leave)).toEqual([
      expect.stringMatching(/^web-2: Docker Engine has left the swarm and still has port 7946\./),
    ]);
    expect(await look(ssh)).toMatchObject([
      {
        ...{ level: 'error', host: 'web-2', check: '7946/tcp, 7946/udp' },
        message: expect.stringContaining('it has kept them from an earlier swarm'),
        remedy: expect.stringContaining('\n  systemctl restart docker'),
      },
    ]);

    await hosts.state(2);
    expect(await look(ssh)).toEqual([]);
  },
  LIMIT_MS,
);
