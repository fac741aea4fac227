import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sshCommand } from '../../../src/images/fetch-images.ts';
import { boundAgent } from '../../../src/ssh/bound-agent.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { type PrivateKey, readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import { parsePublicKey } from '../../../src/ssh/keys/public-key.ts';
import type { Credentials } from '../../../src/ssh/target.ts';
import { withSshAgent } from '../../support/ssh-agent.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';

const { signal } = new AbortController();
/** What logs in from one to the other: a key of each type that logs in. */
const KEYS = [
  ...readPrivateKeys(generateKeyPair('ed25519').privateKey),
  ...['P-256', 'P-384', 'P-521'].flatMap((namedCurve) =>
    pem(generateKeyPairSync('ec', { namedCurve }).privateKey),
  ),
  ...pem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
];

function pem(key: KeyObject): PrivateKey[] {
  return readPrivateKeys(key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

let from: Sshd;
let to: Sshd;

beforeAll(async () => {
  [from, to] = [await startSshd(), await startSshd()];
  const lines = KEYS.map(({ type, blob }) => `${type} ${blob.toString('base64')}`);
  await from.inside(`useradd -m -s /bin/bash deploy; mkdir -p ~deploy/.ssh
    printf '%s\\n' '${lines.join("' '")}' | tee -a /root/.ssh/authorized_keys > ~deploy/.ssh/authorized_keys
    chown -R deploy ~deploy/.ssh`);
}, 60_000);

afterAll(async () => {
  await from[Symbol.asyncDispose]();
  await to[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

const REFUSED = /Permission denied \(publickey\)/;

interface Attempt {
  readonly credentials?: Credentials;
  /** The user that the agent signs for, and the one that the client wants to be. */
  readonly signedFor?: string;
  readonly user?: string;
  /** The host key that the agent signs for. */
  readonly hostKey?: Buffer;
  /** A shell line instead of the login; `$1` is the address of the other. */
  readonly line?: string;
}

const hostKeyOf = ({ hostKey }: Sshd): Buffer => parsePublicKey(hostKey.publicKey).blob;

/** Forwards an agent to `to`, and runs something there that uses it. */
async function withAgent({
  credentials = { privateKeys: KEYS.slice(0, 1) },
  ...attempt
}: Attempt): Promise<string> {
  const { signedFor = 'root', user = 'root', hostKey = hostKeyOf(from), line } = attempt;
  const forwardedAgent = await boundAgent(credentials, { user: signedFor, hostKey }, signal);
  await using ssh = await connectSsh(
    { ...to.target(), forwardedAgent },
    { signal, timeoutMs: 10_000 },
  );
  const { host, port } = from.target();
  const login = sshCommand({ user, host, port, hostKey: hostKeyOf(from) }, [
    ...(['sh', '-c', 'echo "I am $(id -un) on $(hostname)"'] as const),
  ]);
  const argv = line === undefined ? login : (['sh', '-c', line, 'sh', host] as const);
  const { stdout, stderr } = await ssh.run(argv, { anyExitCode: true });
  return `${stdout}${stderr}`.trim();
}

describe('an agent that is forwarded for one login', () => {
  test.each(KEYS.map((key) => [key.type, key] as const))(
    'lets the machine log in at the other by a key of type %s',
    async (_, key) => {
      const said = await withAgent({ credentials: { privateKeys: [key] } });
      expect(said).toBe(`I am root on ${(await from.inside('hostname')).trim()}`);
    },
  );

  test('lets it log in by the keys of an agent of the runner', async () => {
    const by = (...keys: (PrivateKey | undefined)[]) =>
      withSshAgent(
        keys.map((key) => key?.text ?? ''),
        (agent) => withAgent({ credentials: { privateKeys: [], agent } }),
      );
    expect(await by(KEYS[0])).toMatch(/^I am root/);
    expect(await by(KEYS.at(-1))).toMatch(/^I am root/);
    expect(await by()).toMatch(REFUSED);
    const gone = { privateKeys: KEYS.slice(0, 1), agent: '/nowhere/agent' };
    expect(await withAgent({ credentials: gone })).toMatch(/^I am root/);
  });

  test('signs for no other user and no other host', async () => {
    expect(await withAgent({ signedFor: 'deploy', user: 'deploy' })).toMatch(/^I am deploy on/);
    expect(await withAgent({ signedFor: 'deploy', user: 'root' })).toMatch(REFUSED);
    expect(await withAgent({ hostKey: hostKeyOf(to) })).toMatch(REFUSED);
    // The machine itself, which takes this very key.
    const credentials = { privateKeys: readPrivateKeys(to.userKey.privateKey) };
    const line =
      'ssh -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@127.0.0.1 id';
    expect(await withAgent({ credentials, line })).toMatch(REFUSED);
  });

  test('signs nothing else, takes no key and gives none up', async () => {
    const key = `ssh-add -L > /tmp/key.pub; cut -d ' ' -f 1 /tmp/key.pub`;
    const sign = 'echo text > /tmp/text; ssh-keygen -q -Y sign -f /tmp/key.pub -n file /tmp/text';
    const more =
      "ssh-keygen -q -t ed25519 -N '' -f /tmp/more; ssh-add -q /tmp/more; ssh-add -q -D; ssh-add -L";
    const said = await withAgent({ line: `{ ${key}; ${sign}; ls /tmp/text.sig; ${more}; } 2>&1` });
    const [first, ...rest] = said.split('\n');
    expect(first).toBe('ssh-ed25519');
    expect(rest.join('\n')).toMatch(
      /agent refused operation[\s\S]*\/tmp\/text\.sig[\s\S]*No such file[\s\S]*Could not add identity[\s\S]*Failed to remove all identities/,
    );
    expect(rest.at(-1)).toMatch(/^ssh-ed25519 /);
  });

  test('is refused by a host that forwards none, with the reason', async () => {
    await using strict = await startSshd({ config: ['AllowAgentForwarding=no'] });
    const destination = { user: 'root', hostKey: hostKeyOf(from) };
    const forwardedAgent = await boundAgent({ privateKeys: [] }, destination, signal);
    await using ssh = await connectSsh(
      { ...strict.target(), forwardedAgent },
      { signal, timeoutMs: 10_000 },
    );
    await expect(ssh.run(['true'])).rejects.toThrow('Unable to request agent forwarding');
  });
});
