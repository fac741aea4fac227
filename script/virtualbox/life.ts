import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { ActionError } from '../../src/base/errors.ts';
import type { Machine } from '../../src/machines/driver.ts';
import { machineId } from '../../src/machines/virtualbox/paths.ts';
import { connectSsh } from '../../src/ssh/connect.ts';
import type { SshExecutor } from '../../src/ssh/executor.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { begin, driverWith, end, never, sh, site, specOf, until } from './site.ts';

// The life of two machines whose guest boots, in the container of script/virtualbox/check. Without
// the kernel module VirtualBox interprets each instruction of the guest, which boots in minutes.

/** So many times slower than the computers that the limits of the driver are meant for. */
const SLOWER = 4;
/** For a login, a command or a request, in ms. */
const ANSWER_MS = 120_000;

const spec = specOf('guest', 2);
const { owner } = spec;
const guest = join(site.root, 'guest.qcow2');
const driver = driverWith(guest);
let one: Machine;
let two: Machine;
let ssh: SshExecutor;

const said = async (command: string) =>
  (await ssh.run(['sh', '-c', command], { timeoutMs: ANSWER_MS })).stdout.trim();

before(async () => {
  begin();
  execFileSync('/repo/script/virtualbox/guest', [guest]);
  const { now } = systemClock;
  const from = now();
  mock.method(systemClock, 'now', () => from + (now() - from) / SLOWER);
  // In place of VirtualBox's internal network, by the driver's back.
  writeFileSync(join(site.wires, machineId(owner, 1)), '41001 41002\n');
  writeFileSync(join(site.wires, machineId(owner, 2)), '41002 41001\n');
  await driver.check(never, { cluster: owner, machines: 2, ttlMs: undefined });
  await driver.prepare?.(spec, never);
  [one, two] = await Promise.all([driver.create(spec, 1, never), driver.create(spec, 2, never)]);
  ssh = await connectSsh(await driver.target(one, never), { signal: never, timeoutMs: ANSWER_MS });
});

after(async () => {
  await ssh?.close();
  await end();
});

test('a machine shows its own host key, and no other is taken', async () => {
  const hostKeys = { kind: 'pinned', keys: [generateKeyPair('other').publicKey] } as const;
  await assert.rejects(
    connectSsh(
      { ...(await driver.target(one, never)), hostKeys },
      { signal: never, timeoutMs: ANSWER_MS },
    ),
    (error) => error instanceof ActionError && /^Host key of guest-1 .* is not/.test(error.message),
  );
});

test('the guest has done what its seed says, on a disk of the wanted size', async () => {
  assert.equal(
    await said('hostname; id -un; id -Gn | tr " " "\\n" | sort; cat /sys/block/sda/size'),
    `guest-1\nswarm-up\ndocker\nswarm-up\n${20 * 2 ** 21}`,
  );
});

test('a machine reaches what the runner reaches, and the resolver', async () => {
  const server = createServer((socket) => socket.end('out'));
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const { port } = server.address() as { port: number };
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
  assert.equal(await said(`nc ${outside} ${port} </dev/null`), 'out');
  // What listens at 127.0.0.1 of the runner is not for machines.
  const own = await said(`nc 198.18.0.2 ${port} </dev/null 2>&1 || echo refused`);
  assert.match(own, /refused$/);
  const answer = await said(`nslookup ${outside} || true`);
  assert.match(answer, /^Server:\s+198\.18\.0\.3$/m);
  assert.doesNotMatch(answer, /timed out|no servers/);
  server.close();
});

test('a machine reaches the other at its address, over its second interface', async () => {
  assert.equal(await said(`nc ${two.advertise} 22 </dev/null | head -c 4`), 'SSH-');
});

test('ports are led to that were published before, and while the machine runs', async () => {
  await said(
    'echo hello from $(hostname) >~/index.html; busybox httpd -p 8080 -h ~; busybox httpd -p 9090 -h ~',
  );
  const led = await driver.lead?.(one, ['8080/tcp', '9090/tcp']);
  for (const name of ['8080/tcp', '9090/tcp']) {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`http://127.0.0.1:${led?.get(name)}/`, { signal });
    assert.equal(await answer.text(), 'hello from guest-1\n');
  }
});

test('the seed is taken out of a machine that was entered', async () => {
  const read = 'dd if=/dev/sr0 bs=1 count=1 2>/dev/null | wc -c';
  assert.equal(await said(read), '1');
  await driver.entered?.(one);
  assert.equal(await said(read), '0');
});

test('the console of a machine is kept', async () => {
  const files = await driver.diagnostics?.(one, never);
  assert.match(files?.get('console.log') ?? '', /guest: The seed is read\./);
});

test('a machine whose process is killed does not run, and the other goes on', async () => {
  const states = async () => (await driver.list(owner)).map(({ state }) => state);
  assert.deepEqual(await states(), ['running', 'running']);
  sh('pkill -KILL -f "[V]BoxHeadless --comment guest-2"');
  await until(async () => (await states())[1] === 'stopped');
  assert.deepEqual(await states(), ['running', 'stopped']);
  assert.equal(await said('hostname'), 'guest-1');
});
