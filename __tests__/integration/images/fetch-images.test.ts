import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../../script/hello-image.ts';
import { ActionError } from '../../../src/base/errors.ts';
import { withSudo } from '../../../src/exec/sudo.ts';
import { fetchImages } from '../../../src/images/fetch-images.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { parsePublicKey } from '../../../src/ssh/keys/public-key.ts';
import type { SshTarget } from '../../../src/ssh/target.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

const { signal } = new AbortController();

interface Machine {
  readonly name: string;
  readonly advertise: string;
  readonly target: SshTarget;
  readonly ssh: SshExecutor;
}

let giver: Sshd;
let taker: Sshd;
let from: Machine;
let to: Machine;
const connections: SshExecutor[] = [];

/** What sudo and docker were called with, on one machine. */
const calls = async (sshd: Sshd) =>
  (await sshd.inside('cat /run/calls; : > /run/calls')).split('\n').filter(Boolean);

async function machine(name: string, sshd: Sshd): Promise<Machine> {
  // `docker` behind sudo is the machine's own; `hold` and `half` make it one that fails.
  await sshd.inside(`cat > /usr/local/bin/sudo <<'END'
#!/bin/sh
echo "sudo $*" >> /run/calls
[ "$1" = -n ] && shift
if [ "$2" = save ] && [ -e /run/hold ]; then exec yes; fi
if [ "$2" = save ] && [ -e /run/half ]; then "$@" | head -c 100000; exit 3; fi
exec "$@"
END
    chmod +x /usr/local/bin/sudo; : > /run/calls`);
  const target = { ...sshd.target(), name };
  const direct = await connectSsh(target, { signal, timeoutMs: 20_000 });
  connections.push(direct);
  return { name, advertise: target.host, target, ssh: withSudo(direct) };
}

beforeAll(async () => {
  await ensureHelloImage(signal);
  [giver, taker] = [await startSshd({ engine: true }), await startSshd({ engine: true })];
  const { userKey } = taker;
  [from, to] = [await machine('giver', giver), await machine('taker', taker)];
  // The key that the runner has for the giver, which the taker's own sshd does not know.
  expect(giver.userKey.publicKey).not.toBe(userKey.publicKey);
}, 120_000);

afterAll(async () => {
  for (const connection of connections) await connection.close();
  for (const sshd of [giver, taker]) await sshd[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

/** The first words and the details of why it was not fetched. */
async function refusal(change: {
  to?: Machine;
  from?: Machine;
  names?: string[];
}): Promise<string> {
  const { names = [HELLO_IMAGE] } = change;
  const error = await fetchImages(change.to ?? to, change.from ?? from, names, signal).then(
    () => undefined,
    (reason) => reason,
  );
  return error instanceof ActionError ? `${error.message}\n${error.details}` : String(error);
}

test('one machine fetches images from the other, and on both docker alone runs by sudo', async () => {
  await fetchImages(to, from, [HELLO_IMAGE], signal);
  expect(await calls(giver)).toEqual([`sudo -n docker save ${HELLO_IMAGE}`]);
  expect(await calls(taker)).toEqual(['sudo -n docker load --quiet']);
  // No key, no known host, and the socket of the agent went with its connection.
  await until('the socket of the agent is gone', async () => {
    return (
      (
        await taker.inside('ls -A /tmp /root/.ssh/agent 2>/dev/null | grep -v ^/ || true')
      ).trim() === ''
    );
  });
  expect(await taker.inside('ls -A /root/.ssh')).toMatch(/^(agent\n)?authorized_keys\n$/);
});

test('what keeps a machine from it is told in the words of the program that failed', async () => {
  expect(await refusal({ names: ['localhost/nothing:1'] })).toMatch(
    /^taker could not fetch images from giver\.\nError response from daemon: (No such image: localhost\/nothing:1|reference does not exist)\n[\s\S]*ssh ended with exit code 1/,
  );
  const closed = { ...from, target: { ...from.target, port: 2 } };
  expect(await refusal({ from: closed })).toMatch(/port 2: Connection refused/);
  const hostKey = parsePublicKey(generateKeyPair('another').publicKey).blob;
  expect(await refusal({ from: { ...from, ssh: { ...from.ssh, hostKey } } })).toMatch(
    /Host key verification failed/,
  );
  const user = 'nobody';
  expect(await refusal({ from: { ...from, target: { ...from.target, user } } })).toMatch(
    /Permission denied \(publickey\)/,
  );
  expect(await refusal({ from: { ...from, ssh: { ...from.ssh, hostKey: undefined } } })).toBe(
    'Error: giver is not reached by SSH.',
  );
});

test('an archive that breaks off is a failure, whatever docker makes of it', async () => {
  await giver.inside('touch /run/half');
  const said = await refusal({});
  await giver.inside('rm /run/half');
  expect(said).toMatch(/^taker could not fetch images from giver\./);
  expect(said).toContain('ssh ended with exit code 3');
});

test('a machine without ssh, and one whose sshd forwards no agent', async () => {
  await taker.inside('mv /usr/bin/ssh /usr/bin/ssh.away');
  expect(await refusal({})).toMatch(/ssh: not found/);
  await taker.inside('mv /usr/bin/ssh.away /usr/bin/ssh');
  await using strict = await startSshd({ config: ['AllowAgentForwarding=no'] });
  expect(await refusal({ to: { ...to, target: strict.target() } })).toMatch(
    /Unable to request agent forwarding/,
  );
});

test('an abort ends all that runs for it on both machines', async () => {
  await giver.inside('touch /run/hold');
  const controller = new AbortController();
  const fetching = fetchImages(to, from, [HELLO_IMAGE], controller.signal).catch(String);
  const goesOn = async () => (await giver.inside('pgrep -x yes || true')).trim() !== '';
  await until('docker save runs', goesOn);
  controller.abort(new Error('cancelled'));
  expect(await fetching).toBe('Error: cancelled');
  await until('nothing of it runs', async () => {
    const there = await taker.inside("pgrep -x 'ssh|docker' || true");
    return there.trim() === '' && !(await goesOn());
  });
  await giver.inside('rm /run/hold');
});
