import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import { runner } from '../../../src/exec/runner.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import type { SshTarget } from '../../../src/ssh/target.ts';
import { withSshAgent } from '../../support/ssh-agent.ts';
import { leftovers, pinned, type Sshd, startSshd } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(60_000);

const PASSWORD = 'open sesame';

const open = (target: SshTarget, timeoutMs = 20_000): Promise<SshExecutor> =>
  connectSsh(target, { signal: new AbortController().signal, timeoutMs });

/** Logs in and asks who it is. */
async function whoAmI(target: SshTarget): Promise<string> {
  await using ssh = await open(target);
  return (await ssh.run(['id', '-un'])).stdout.trim();
}

const refusal = async (target: SshTarget, timeoutMs?: number): Promise<string> => {
  try {
    await (await open(target, timeoutMs)).close();
  } catch (error) {
    return describeError(error);
  }
  throw new Error('It should have been refused.');
};

const newKey = () => readPrivateKeys(generateKeyPair('stranger').privateKey);

/**
 * One container with an sshd at each port: keys (22), password (2201), one question (2202), key and
 * password (2203), no forwarding (2204).
 */
let sshd: Sshd;

const SERVERS = [
  '-p 2201 -o PasswordAuthentication=yes -o PubkeyAuthentication=no',
  '-p 2202 -o PasswordAuthentication=no -o PubkeyAuthentication=no -o KbdInteractiveAuthentication=yes',
  '-p 2203 -o PasswordAuthentication=yes -o AuthenticationMethods=publickey,password',
  '-p 2204 -o AllowTcpForwarding=no -o PasswordAuthentication=no',
];

beforeAll(async () => {
  const starts = SERVERS.map(
    (options) =>
      `/usr/sbin/sshd -o PidFile=none -o UseDNS=no -o PermitRootLogin=yes -o PerSourcePenalties=no ${options}`,
  );
  sshd = await startSshd({
    config: ['PermitRootLogin=yes', 'PerSourcePenalties=no'],
    instead: `echo 'root:${PASSWORD}' | chpasswd; ${starts.join('; ')}; exec "$@"`,
  });
  await (await open(sshd.target())).close();
});

afterAll(async () => {
  await sshd?.[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

describe('a login', () => {
  test('tries one key after the other', async () => {
    const { privateKeys } = sshd.target().credentials;
    const credentials = { privateKeys: [...newKey(), ...newKey(), ...privateKeys] };
    expect(await whoAmI(sshd.target({ credentials }))).toBe('root');
  });

  test.each([
    ['with an RSA key, by SHA-2', 'rsa'],
    ['with an ECDSA key', 'ecdsa'],
  ])('%s', async (_name, type) => {
    const file = `/user_${type}`;
    await sshd.inside(
      `ssh-keygen -q -t ${type} -N secret -f ${file}; cat ${file}.pub >> /root/.ssh/authorized_keys`,
    );
    const privateKeys = readPrivateKeys(await sshd.inside(`cat ${file}`), 'secret');
    expect(await whoAmI(sshd.target({ credentials: { privateKeys } }))).toBe('root');
  });

  test.each([
    ['by password', 2201],
    ['by one question', 2202],
  ])('%s', async (_name, port) => {
    const credentials = { privateKeys: [], password: PASSWORD };
    expect(await whoAmI(sshd.target({ port, credentials }))).toBe('root');
  });

  test('by password where keys are not taken', async () => {
    const credentials = { privateKeys: newKey(), password: PASSWORD };
    expect(await whoAmI(sshd.target({ port: 2201, credentials }))).toBe('root');
  });

  test('by key and password where both are asked for', async () => {
    const { privateKeys } = sshd.target().credentials;
    const credentials = { privateKeys, password: PASSWORD };
    expect(await whoAmI(sshd.target({ port: 2203, credentials }))).toBe('root');
  });
});

describe('a login that is refused says why', () => {
  test.each([
    ['a wrong password', 2201, 'wrong', 'tried: password\n', 'Check user and password.'],
    [
      'a password with a line end',
      2201,
      `${PASSWORD}\n`,
      'tried: password\n',
      'The password ends with a line end, which counts',
    ],
    [
      'a wrong answer',
      2202,
      'wrong',
      'tried: keyboard-interactive, with the password\n',
      'Check user',
    ],
    [
      'a password where none is taken',
      22,
      PASSWORD,
      'tried: nothing',
      'The host takes no password.',
    ],
  ])('%s', async (_name, port, password, tried, hint) => {
    const said = await refusal(sshd.target({ port, credentials: { privateKeys: [], password } }));
    expect(said).toContain(`node-1 (${sshd.target().host}:${port}) refused to log in user root`);
    expect(said).toContain(tried);
    expect(said).toContain(hint);
    expect(said).toMatch(/the host accepts: (password|publickey|keyboard-interactive)/);
    expect(said).not.toContain(password);
  });

  test('several keys, each by its fingerprint', async () => {
    const privateKeys = [...newKey(), ...newKey()];
    const said = await refusal(sshd.target({ credentials: { privateKeys } }));
    for (const key of privateKeys) expect(said).toContain(key.fingerprint);
    expect(said).toContain('the host accepts: publickey');
    expect(said).toContain('~root/.ssh/authorized_keys');
  });

  test('more keys than the host has patience for', async () => {
    const privateKeys = Array.from({ length: 8 }, newKey).flat();
    const said = await refusal(sshd.target({ credentials: { privateKeys } }));
    expect(said).toContain('Too many authentication failures');
    expect(said).toContain('MaxAuthTries');
  });

  test('one proof where two are asked for', async () => {
    const said = await refusal(sshd.target({ port: 2203 }));
    expect(said).toContain('wants more than was given to log in user root');
    expect(said).toContain('the host accepts: password');
  });

  test('nothing to log in with', async () => {
    const said = await refusal(sshd.target({ credentials: { privateKeys: [] } }));
    expect(said).toMatch(/^There is nothing to log in with at node-1.*\n.*`ssh-private-key`/);
  });
});

describe('an agent', () => {
  test('signs for the user, also after a key that is refused', async () => {
    const keys = [generateKeyPair('stranger').privateKey, sshd.userKey.privateKey];
    await withSshAgent(keys, async (agent) => {
      const credentials = { privateKeys: newKey(), agent };
      expect(await whoAmI(sshd.target({ credentials }))).toBe('root');
    });
  });

  test('gives the first proof, and the password the second', async () => {
    await withSshAgent([sshd.userKey.privateKey], async (agent) => {
      const credentials = { privateKeys: [], agent, password: PASSWORD };
      expect(await whoAmI(sshd.target({ port: 2203, credentials }))).toBe('root');
    });
  });

  test('whose keys are refused is named with them', async () => {
    const { privateKey } = generateKeyPair('stranger');
    const [key] = readPrivateKeys(privateKey);
    await withSshAgent([privateKey], async (agent) => {
      const said = await refusal(sshd.target({ credentials: { privateKeys: [], agent } }));
      expect(said).toContain(`publickey ssh-ed25519 ${key?.fingerprint}, of the agent`);
    });
  });

  test('that holds a user certificate is told that this is not used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'swarm-up-test-'));
    const at = (name: string) => join(folder, name);
    try {
      const make = (name: string) =>
        runner.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
      await make('authority');
      await make('user');
      await runner.run([
        ...(['ssh-keygen', '-q', '-s', at('authority'), '-I', 'me', '-n', 'root'] as const),
        at('user.pub'),
      ]);
      await withSshAgent([], async (agent) => {
        const credentials = { privateKeys: [], agent };
        await runner.run(['ssh-add', '-q', at('user')], { env: { SSH_AUTH_SOCK: agent } });
        const said = await refusal(sshd.target({ credentials }));
        expect(said).toMatch(
          /refused to log in user root\n[\s\S]*not used: ssh-ed25519-cert-v01@openssh\.com, of the agent: a user certificate\n[\s\S]*User certificates \(Vault, step-ca, Teleport\) and security keys are not supported/,
        );
      });
      const key = await readFile(at('user'), 'utf8');
      const certificate = await readFile(at('user-cert.pub'), 'utf8');
      expect(() => readPrivateKeys(`${key}\n${certificate}`)).toThrow(
        'The SSH private key cannot be used: a user certificate stands beside it',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('that is empty, or gone, is told', async () => {
    await withSshAgent([], async (agent) => {
      const said = await refusal(sshd.target({ credentials: { privateKeys: [], agent } }));
      expect(said).toContain('the agent has no key that can be used');
    });
    const credentials = { privateKeys: newKey(), agent: '/nowhere/agent.sock' };
    expect(await refusal(sshd.target({ credentials }))).toContain(
      'the agent: Failed to connect to agent',
    );
  });
});

describe('a jump host', () => {
  /**
   * Reaches the container over itself: the target's 127.0.0.1 is meant as seen from the last hop.
   */
  const through = (jump: SshTarget[], more: Partial<SshTarget> = {}): SshTarget =>
    sshd.target({ host: '127.0.0.1', jump, ...more });
  const bastion = (more: Partial<SshTarget> = {}): SshTarget =>
    sshd.target({ name: 'bastion', ...more });
  const inner = (more: Partial<SshTarget> = {}): SshTarget =>
    sshd.target({ name: 'inner', host: '127.0.0.1', ...more });

  const sessions = async (): Promise<number> =>
    Number(await sshd.inside("pgrep -fc '[s]shd-session: root' || true"));

  test.each([
    ['one', () => [bastion()]],
    ['two', () => [bastion(), inner()]],
  ])('%s: commands run behind it, and all connections end together', async (_name, hops) => {
    const jump = hops();
    const before = await sessions();
    const ssh = await open(through(jump));
    const { stdout } = await ssh.run(['sh', '-c', 'echo "$SSH_CONNECTION"']);
    expect(stdout).toMatch(/^127\.0\.0\.1 /);
    const bytes = Buffer.alloc(3_000_000, 7);
    expect((await ssh.run(['wc', '-c'], { stdin: bytes })).stdout.trim()).toBe('3000000');
    expect(await sessions()).toBeGreaterThan(before);
    await ssh.close();
    await until('no session is left', async () => (await sessions()) <= before);
  });

  test('each has a password of its own', async () => {
    const credentials = { privateKeys: [], password: PASSWORD };
    expect(await whoAmI(through([bastion({ port: 2201, credentials })]))).toBe('root');
  });

  test('each has a key of its own to be known by', async () => {
    const hostKeys = pinned(generateKeyPair('').publicKey);
    expect(await refusal(through([bastion({ hostKeys })]))).toMatch(/^Host key of bastion \(/);
    expect(await refusal(through([bastion(), inner({ hostKeys })]))).toMatch(
      /^Host key of inner \(/,
    );
    expect(await refusal(through([bastion()], { hostKeys }))).toMatch(
      /^Host key of node-1 \(127\.0\.0\.1:22 through bastion\) is not/,
    );
  });

  test('that refuses the login is named', async () => {
    const said = await refusal(through([bastion({ credentials: { privateKeys: newKey() } })]));
    expect(said).toMatch(/^bastion \(.*:22\) refused to log in user root/);
  });

  test('that lets nothing through is told at once', async () => {
    const said = await refusal(through([bastion({ port: 2204 })]));
    expect(said).toMatch(/^Jump host bastion \(.*:2204\) did not connect to node-1/);
    expect(said).toContain('AllowTcpForwarding');
  });

  test('behind which nothing listens is tried until the time is over', async () => {
    const said = await refusal(through([bastion()], { port: 4 }), 1_500);
    expect(said).toMatch(
      /^node-1 \(127\.0\.0\.1:4 through bastion\) did not answer SSH within 1\.5 s/,
    );
    expect(said).toMatch(/the last: Jump host bastion .* did not connect to node-1 .*refused/);
  });

  test('that does not answer is named', async () => {
    const said = await refusal(through([bastion({ port: 3 })]), 600);
    expect(said).toMatch(/the last: Jump host bastion \(.*:3\): connect ECONNREFUSED/);
  });

  test.each([
    ['that is cut fails what runs behind it, with its name', '-o', /Jump host bastion/],
    ['is let go when the host behind it is cut', '-n', /The host closed|The connection was closed/],
  ])('%s', async (_name, which, words) => {
    const before = await sessions();
    await using ssh = await open(through([bastion()]));
    // Not the process with "[priv]": the one that holds the connection.
    const cut = `pkill -KILL ${which} -f '[s]shd-session: root(@notty)?$'`;
    const onLine = (): void => void sshd.inside(cut);
    const error = await ssh.run(['sh', '-c', 'echo started; sleep 50'], { onLine }).then(
      () => undefined,
      (error) => error,
    );
    expect(describeError(error)).toMatch(/^Connection to node-1 .* through bastion\) was lost/);
    expect(describeError(error)).toMatch(words);
    await until('no session is left', async () => (await sessions()) <= before);
  });
});
