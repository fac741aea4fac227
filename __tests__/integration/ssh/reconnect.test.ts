import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { describeError } from '../../../src/base/errors.ts';
import { engineApi } from '../../../src/engine/api.ts';
import { connectSsh, type SshTarget } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(60_000);

/** Starts sshd again when it has ended, once nothing says that it shall be down. */
const AGAIN = 'while :; do "$@"; while [ -e /tmp/down ]; do sleep 0.05; done; done';

let sshd: Sshd;
let ssh: SshExecutor;
let told: string[];
let cancelling: AbortController;

beforeAll(async () => {
  sshd = await startSshd({ instead: AGAIN, engine: true });
});

beforeEach(async () => {
  told = [];
  cancelling = new AbortController();
  ssh = await connect(sshd.target());
});

afterEach(async () => {
  await ssh.close();
});

afterAll(async () => {
  await sshd?.[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

function connect(target: SshTarget, limitMs = 20_000): Promise<SshExecutor> {
  return connectSsh(target, {
    signal: cancelling.signal,
    timeoutMs: 20_000,
    reconnect: {
      limitMs,
      info: (line) => told.push(line),
      warning: (line) => told.push(line),
    },
  });
}

const down = () => sshd.inside("touch /tmp/down; pkill -KILL -f '[s]shd' || true");
const up = () => sshd.inside('rm -f /tmp/down');
/** Kills what serves the connections; sshd itself goes on. */
const cut = () => sshd.inside("pkill -KILL -f '[s]shd-session: root' || true");
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  );

test('one connection is made for all that wait, and the log says that it was lost and is back', async () => {
  const running = failureOf(ssh.run(['sleep', '60']));
  await down();
  await running;
  const commands = Array.from({ length: 20 }, (_, at) => ssh.run(['echo', `${at}`]));
  const stream = ssh.open(['echo', 'stream']);
  await until('an attempt has failed', () => ssh.outage() !== undefined);
  expect(ssh.outage()).toMatch(
    /^Connection to node-1 \(.*:22\) was lost \d+\.\d s ago \(.+\) and is not back; the last of \d+ attempts: connect ECONNREFUSED/,
  );
  await up();
  expect((await Promise.all(commands)).map(({ stdout }) => stdout.trim())).toEqual(
    Array.from({ length: 20 }, (_, at) => `${at}`),
  );
  expect(await text(await stream)).toBe('stream\n');
  expect(ssh.outage()).toBeUndefined();
  expect(told).toEqual([
    expect.stringMatching(
      /^Connection to node-1 \(.*:22\) was lost \(.+\); connecting again, for 20 s at most$/,
    ),
    expect.stringMatching(
      /^Connection to node-1 \(.*:22\) was lost \(.+\), and is back \d+\.\d s later\.$/,
    ),
  ]);
});

test('what was running is repeated only where that is said to be right', async () => {
  const count = 'echo once >>/tmp/$0; echo started; [ "$(wc -l </tmp/$0)" -gt 1 ] || sleep 60';
  const once = failureOf(ssh.run(['sh', '-c', count, 'once']));
  const twice = ssh.run(['sh', '-c', count, 'twice'], { repeatable: true, stdin: 'text' });
  await until('both run', async () => {
    return (await sshd.inside('cat /tmp/once /tmp/twice 2>/dev/null || true')) === 'once\nonce\n';
  });
  await cut();
  expect((await twice).stdout).toBe('started\n');
  expect(describeError(await once)).toContain('was lost, it is not known how this ended: sh -c');
  expect(await sshd.inside('cat /tmp/once')).toBe('once\n');
  expect((await ssh.run(['echo', 'later'])).stdout).toBe('later\n');
});

test('questions to the engine go on', async () => {
  using api = engineApi(ssh);
  const version = z.object({ Version: z.string() });
  const ask = () => api.get('/version', {}, version);
  const before = await ask();
  await down();
  const answers = Array.from({ length: 5 }, ask);
  await until('an attempt has failed', () => ssh.outage() !== undefined);
  await up();
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 5 }, () => before));
});

test('after the time that is given for it, every command says so at once', async () => {
  await using brief = await connect(sshd.target(), 700);
  await down();
  const waiting = await failureOf(brief.run(['echo', 'never'], { repeatable: true }));
  expect(describeError(waiting)).toMatch(
    /^Connection to node-1 \(.*:22\) was lost and did not come back within 0\.7 s\n {2}lost: .+\n {2}after \d+ attempts, the last: connect ECONNREFUSED.*\nCheck that the host runs/,
  );
  await up();
  await until('sshd is back', async () => (await ssh.run(['true'])).exitCode === 0);
  expect(await failureOf(brief.run(['true']))).toBe(waiting);
});

test('a host that is another one afterwards is refused', async () => {
  const key = '/etc/ssh/ssh_host_ed25519_key';
  await down();
  await sshd.inside(`cp ${key} /root/kept; rm ${key}; ssh-keygen -q -t ed25519 -N '' -f ${key}`);
  await up();
  const error = await failureOf(ssh.run(['true'], { repeatable: true }));
  expect(describeError(error)).toMatch(/^Host key of node-1 .* is not the expected one/);
  await down();
  await sshd.inside(`cp /root/kept ${key}`);
  await up();
});

test('through a jump host, both connections are made anew', async () => {
  const bastion = sshd.target({ name: 'bastion' });
  await using far = await connect(sshd.target({ host: '127.0.0.1', jump: [bastion] }));
  await down();
  const waiting = far.run(['echo', 'there'], { repeatable: true });
  await until('an attempt has failed', () => far.outage() !== undefined);
  expect(far.outage()).toMatch(/^Connection to node-1 \(127\.0\.0\.1:22 through bastion\)/);
  expect(far.outage()).toMatch(/Jump host bastion \(.*\): connect ECONNREFUSED/);
  await up();
  expect((await waiting).stdout).toBe('there\n');
});

test.each([
  ['closed', () => ssh.close(), /closed on this side/],
  ['cancelled', async () => cancelling.abort(new Error('cancelled')), /cancelled/],
])('when it is %s, nothing waits for a connection any more', async (_name, end, words) => {
  await down();
  const waiting = failureOf(ssh.run(['true'], { repeatable: true }));
  await until('an attempt has failed', () => ssh.outage() !== undefined);
  await end();
  expect(describeError(await waiting)).toMatch(words);
  await up();
  expect(describeError(await failureOf(ssh.run(['true'])))).toMatch(words);
});
