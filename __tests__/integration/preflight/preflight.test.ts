import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { packTar } from 'modern-tar';
import { systemClock } from '../../../src/base/clock.ts';
import { runner } from '../../../src/exec/runner.ts';
import { createNode } from '../../../src/machines/docker/commands.ts';
import type { PreflightHost } from '../../../src/preflight/facts.ts';
import { preflight } from '../../../src/preflight/preflight.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { generateKeyPair, type KeyPair } from '../../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import { docker } from '../../support/engine.ts';
import { NODE_IMAGE, pinned } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(90_000);

const signal = new AbortController().signal;
const prefix = `swarm-up-preflight-${randomBytes(3).toString('hex')}`;
const names = [1, 2, 3].map((number) => `${prefix}-${number}`);
const [one = '', two = '', three = ''] = names;

/** Closed at the end, also where not all of the hosts have come up. */
const connections: SshExecutor[] = [];
let hosts: readonly (PreflightHost & { readonly executor: SshExecutor })[] = [];

/** The kernel and the disk are those of the machine that the tests run on. */
const OF_THE_MACHINE = ['modules', 'disk'];

async function look(change: Partial<Record<string, Partial<PreflightHost>>> = {}) {
  const { table, findings } = await preflight(
    hosts.map((host) => ({ ...host, ...change[host.name] })),
    { signal, clock: systemClock, timeoutMs: 20_000 },
  );
  const rows = table.map((line) => line.split(/ {2,}/));
  const cell = (name: string, column: string): string | undefined =>
    rows.find(([host]) => host === name)?.[rows[0]?.indexOf(column) ?? -1];
  return {
    table: table.join('\n'),
    findings: findings.filter(({ check }) => !OF_THE_MACHINE.includes(check)),
    cell,
  };
}

async function inside(name: string, line: string): Promise<string> {
  return docker('exec', name, 'sh', '-ec', line);
}

async function addressOf(name: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return docker('inspect', '--format', format, name);
}

async function startHost(
  name: string,
  user: KeyPair,
): Promise<PreflightHost & { executor: SshExecutor }> {
  const hostKey = generateKeyPair('host');
  const privilege = 'capabilities';
  const spec = { name, network: prefix, image: NODE_IMAGE, labels: {}, privilege } as const;
  const rest = { kernelModules: undefined, cpus: undefined, memory: undefined, publish: [] };
  await runner.run(createNode({ ...spec, ...rest }));
  const file = (path: string, mode: number, body: string) => {
    return { header: { name: path, mode, size: body.length, uid: 0, gid: 0 }, body };
  };
  const archive = await packTar([
    { header: { name: 'root/.ssh/', type: 'directory', mode: 0o700, size: 0, uid: 0, gid: 0 } },
    file('root/.ssh/authorized_keys', 0o600, `${user.publicKey}\n`),
    file('etc/ssh/ssh_host_ed25519_key', 0o600, hostKey.privateKey),
    file('etc/machine-id', 0o444, `${randomBytes(16).toString('hex')}\n`),
  ]);
  await runner.run(['docker', 'cp', '-', `${name}:/`], { stdin: archive });
  await docker('start', name);
  const address = await addressOf(name);
  const target = { name, host: address, port: 22, user: 'root' };
  const credentials = { privateKeys: readPrivateKeys(user.privateKey) };
  const hostKeys = pinned(hostKey.publicKey);
  const executor = await connectSsh(
    { ...target, credentials, hostKeys },
    { signal, timeoutMs: 30_000 },
  );
  connections.push(executor);
  await until('dockerd answers', async () => {
    const { stdout } = await executor.run(['docker', 'info', '--format', '{{.ID}}'], {
      anyExitCode: true,
    });
    return stdout.trim() !== '';
  });
  return { name, executor, address, role: 'worker', inSwarm: false };
}

beforeAll(async () => {
  await docker('network', 'create', prefix);
  const user = generateKeyPair('user');
  const started = await Promise.all(names.map((name) => startHost(name, user)));
  hosts = started.map((host, at) => ({ ...host, role: at === 0 ? 'manager' : 'worker' }));
});

afterAll(async () => {
  await Promise.all(connections.map((executor) => executor.close()));
  await docker('rm', '--force', '--volumes', ...names);
  await docker('network', 'rm', prefix);
});

/** What one test has made of the hosts, for the next one to begin anew. */
afterEach(async () => {
  const restore =
    'iptables -F INPUT; [ ! -e /run/squatter ] || kill $(cat /run/squatter); rm -f /run/squatter; rm -f /usr/local/bin/*; ip link set eth0 mtu 1500; for tool in perl timeout; do [ ! -e /usr/bin/$tool.away ] || mv /usr/bin/$tool.away /usr/bin/$tool; done';
  await Promise.all(names.map((name) => inside(name, restore)));
});

test('hosts that reach each other are one line each, and as they were afterwards', async () => {
  const state = 'ls -A / /etc /tmp /root /run; ss -lntuH; ss -antH sport = :2377 or sport = :7946';
  const before = await Promise.all(names.map((name) => inside(name, state)));
  const { findings, cell, table } = await look();
  expect({ findings, table }).toEqual({ findings: [], table: expect.any(String) });
  for (const name of names) {
    const ports = ['7946/TCP', '7946/UDP', '4789/UDP'].map((port) => cell(name, port));
    expect(ports).toEqual(['open', 'open', 'open']);
    expect([cell(name, 'MTU'), cell(name, 'IDENTITY')]).toEqual(['1500', 'unique']);
  }
  expect([cell(one, '2377/TCP'), cell(two, '2377/TCP')]).toEqual(['open', '–']);
  expect(await Promise.all(names.map((name) => inside(name, state)))).toEqual(before);
});

test('a manager whose 2377/tcp is dropped is an error, and its remedy is enough', async () => {
  await inside(one, 'iptables -A INPUT -p tcp --dport 2377 -j DROP');
  const { findings, cell } = await look();
  expect(findings).toMatchObject([{ level: 'error', host: one, check: '2377/tcp' }]);
  expect(findings[0]?.message).toContain(
    `is not reached at 2377/tcp from ${two}, ${three}: no answer`,
  );
  expect(cell(one, '2377/TCP')).toBe('BLOCKED');
  const commands = findings[0]?.remedy.match(/^ {2}.+$/gm) ?? [];
  await inside(one, commands.join('\n'));
  expect((await look()).findings).toEqual([]);
});

test('a dropped 4789/udp and a rejected 7946/tcp are warnings, each on its host', async () => {
  await inside(two, 'iptables -A INPUT -p udp --dport 4789 -j DROP');
  // REJECT answers as a closed port does; a listener shows the difference.
  await inside(three, `iptables -A INPUT -p tcp --dport 7946 -s ${hosts[0]?.address} -j REJECT`);
  const { findings, cell } = await look();
  expect(findings).toMatchObject([
    { level: 'warning', host: two, check: '4789/udp' },
    { level: 'warning', host: three, check: '7946/tcp' },
  ]);
  expect(findings[0]?.message).toContain('no datagram arrived');
  expect(findings[1]?.message).toContain('refused by a firewall');
  expect(cell(two, '4789/UDP')).toBe('BLOCKED');
  expect(cell(three, '7946/TCP')).toBe(`BLOCKED: ${one}`);
});

test('a host without perl, python and nc is judged by what its kernel answers', async () => {
  await inside(three, 'mv /usr/bin/perl /usr/bin/perl.away');
  expect((await look()).findings).toEqual([]);
  await inside(three, 'iptables -A INPUT -p udp --dport 4789 -j DROP');
  const { findings, cell } = await look();
  expect(findings).toMatchObject([{ level: 'warning', host: three, check: '4789/udp' }]);
  expect(findings[0]?.message).toMatch(/^It cannot be told whether/);
  expect(cell(three, '4789/UDP')).toBe('no answer');
});

test('a host that has nothing to ask with is said not to have been asked', async () => {
  await inside(two, 'mv /usr/bin/timeout /usr/bin/timeout.away');
  const { findings, cell } = await look();
  expect(findings).toMatchObject([{ level: 'warning', host: two, check: 'ports' }]);
  expect(findings[0]?.message).toMatch(/^Not asked: /);
  expect(cell(one, '2377/TCP')).toBe(`not asked: ${two}`);
});

test('a wrong clock, a narrow link and a port that another program has', async () => {
  await inside(
    three,
    `printf '#!/bin/sh\\nexec /usr/bin/date -d "+90 seconds" "$@"\\n' >/usr/local/bin/date; chmod +x /usr/local/bin/date`,
  );
  await inside(two, 'ip link set eth0 mtu 1400');
  const squatter = `echo $$ >/run/squatter; exec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 7946, Listen => 1); sleep'`;
  await docker('exec', '--detach', one, 'sh', '-c', squatter);
  await until('7946 is taken', async () => (await inside(one, 'ss -lnt')).includes(':7946'));
  const { findings, cell } = await look();
  expect(findings).toMatchObject([
    { level: 'error', host: three, check: 'clock' },
    { level: 'error', host: one, check: '7946/tcp' },
    { level: 'warning', host: two, check: 'MTU' },
  ]);
  expect(findings[1]?.message).toMatch(/^perl \(process \d+\) on \S+ has 7946\/tcp, /);
  expect(findings[2]?.remedy).toContain('`mtu: 1400`');
  expect(cell(three, 'CLOCK')).toMatch(/^\+(89|90)\.\d s$/);
});

describe('where two are nodes of a swarm already', () => {
  const nodes = { [one]: { inSwarm: true }, [two]: { inSwarm: true } };

  beforeAll(async () => {
    await inside(one, `docker swarm init --advertise-addr ${hosts[0]?.address}`);
    const token = await inside(one, 'docker swarm join-token -q worker');
    await inside(two, `docker swarm join --token ${token} ${hosts[0]?.address}:2377`);
  });

  test('their ports are left alone, and the third one can join', async () => {
    const { findings, cell } = await look(nodes);
    expect(findings).toEqual([]);
    expect(cell(one, '2377/TCP')).toBe('open');
    expect(cell(two, '7946/UDP')).toBe('in use');
    expect(await inside(one, 'docker node ls --format "{{.Status}}"')).toBe('Ready\nReady');
  });

  test('2377/tcp is an error for the new one only', async () => {
    await inside(one, `iptables -A INPUT -p tcp --dport 2377 -s ${hosts[1]?.address} -j DROP`);
    expect((await look(nodes)).findings).toMatchObject([{ level: 'warning', check: '2377/tcp' }]);
    await inside(one, `iptables -A INPUT -p tcp --dport 2377 -s ${hosts[2]?.address} -j DROP`);
    const { findings } = await look(nodes);
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
      'error 2377/tcp',
      'warning 2377/tcp',
    ]);
  });
});
