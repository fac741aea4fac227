import { randomBytes } from 'node:crypto';
import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import {
  endProcess,
  isAlive,
  type ProcessId,
  startInBackground,
} from '../../../src/docker-host/background.ts';
import { writeSshConfig } from '../../../src/docker-host/ssh-files.ts';
import {
  closeDockerHost,
  type DockerHostOptions,
  type OpenDockerHost,
  openDockerHost,
} from '../../../src/docker-host/tunnel.ts';
import { runner } from '../../../src/exec/runner.ts';
import type { SshTarget } from '../../../src/ssh/connect.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { type PrivateKey, readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import { leftovers, pinned, type Sshd, startSshd } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(60_000);

/**
 * The engine is the same through both; the second does not forward to Unix sockets, and has another
 * user key.
 */
let open: Sshd;
let closed: Sshd;
let temp: string;
let folder: string;

beforeAll(async () => {
  [open, closed] = await Promise.all([
    startSshd({ engine: true }),
    startSshd({ engine: true, config: ['AllowStreamLocalForwarding=no'] }),
  ]);
  await open.inside(
    "useradd --create-home --password '*' deploy && cp -r /root/.ssh /home/deploy/ && chown -R deploy: /home/deploy/.ssh",
  );
});

afterAll(async () => {
  await Promise.all([open, closed].map((sshd) => sshd?.[Symbol.asyncDispose]()));
  expect(await leftovers()).toBe('');
});

beforeEach(async () => {
  temp = await mkdtemp(join(tmpdir(), 'swarm-up-test-'));
  folder = join(temp, 'ssh');
});

afterEach(async () => {
  await closeDockerHost(folder);
  expect(await processes()).toBe('');
  expect(await readdir(temp)).toEqual([]);
  await rm(temp, { recursive: true });
});

/** What still runs with this test's folder on its command line. */
const processes = async (): Promise<string> =>
  (await runner.run(['pgrep', '-af', temp], { anyExitCode: true })).stdout;

const optionsOf = (config: string, wrong: Partial<DockerHostOptions> = {}): DockerHostOptions => ({
  folder,
  config,
  node: 'node-1',
  runner,
  signal: new AbortController().signal,
  timeoutMs: 30_000,
  ...wrong,
});

const opened = async (
  target: SshTarget = open.target(),
  wrong: Partial<DockerHostOptions> = {},
): Promise<OpenDockerHost> =>
  await openDockerHost(optionsOf(await writeSshConfig(folder, [target]), wrong));

const failure = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) throw new Error('It should have failed.');
  return describeError(error);
};

/** The engine's own id, as the plain client sees it. */
const engine = async (dockerHost?: string): Promise<string> => {
  const env = dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost };
  return (await runner.run(['docker', 'info', '--format', '{{.ID}}'], { env })).stdout;
};

const isThere = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );

/** The home folder's ssh files with their times. */
const userFiles = async (): Promise<string> =>
  (await runner.run(['sh', '-c', `ls -la --time-style=full-iso ${homedir()}/.ssh || echo none`]))
    .stdout;

test('every node is reached by its name, also through a jump host, and from an odd folder', async () => {
  const before = await userFiles();
  folder = join(temp, "100% it's #1 é");
  const config = await writeSshConfig(folder, [
    open.target(),
    open.target({ name: 'Node-2' }),
    closed.target({ name: 'node-3', jump: [open.target({ name: 'bastion' })] }),
  ]);
  for (const [name, sshd] of [
    ['node-1', open],
    ['Node-2', open],
    ['node-3', closed],
  ] as const) {
    const { stdout, stderr } = await runner.run(['ssh', '-F', config, name, 'hostname']);
    expect([stdout, stderr]).toEqual([await sshd.inside('hostname'), '']);
  }
  expect((await readdir(folder)).sort()).toEqual(['config', 'key-1', 'key-2', 'known_hosts']);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const file of await readdir(folder)) {
    expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  }
  expect(await userFiles()).toBe(before);
});

/** The user key of a host, as one that was given under a passphrase. */
const underPassphrase = async (sshd: Sshd): Promise<PrivateKey[]> => {
  const file = join(temp, 'encrypted');
  await writeFile(file, sshd.userKey.privateKey, { mode: 0o600 });
  await runner.run(['ssh-keygen', '-q', '-p', '-P', '', '-N', 'correct horse', '-f', file]);
  const text = await readFile(file, 'utf8');
  await rm(file);
  return readPrivateKeys(text, 'correct horse');
};

const processesOf = async (): Promise<ProcessId[]> =>
  JSON.parse(await readFile(join(folder, 'agent.json'), 'utf8')).processes;

/** All files of the folder that hold a private key, whatever their names. */
const keyFiles = async (): Promise<string[]> => {
  const script = 'grep -rlI "PRIVATE KEY" "$1" || true';
  return (await runner.run(['sh', '-c', script, 'sh', temp])).stdout.split('\n').filter(Boolean);
};

const said: string[] = [];
const use = () => ({
  signal: new AbortController().signal,
  log: { info: (line: string) => said.push(line), warning: (text: string) => said.push(text) },
});

describe('a key that was given under a passphrase', () => {
  beforeEach(() => {
    said.length = 0;
  });

  test.each([
    ['', ''],
    ['from an odd folder', "100% it's #1 é"],
    ['from a folder with a long name', 'x'.repeat(100)],
  ])('is held by an agent, and in no file %s', async (_name, name) => {
    folder = join(temp, name || 'ssh');
    const credentials = { privateKeys: await underPassphrase(open) };
    const bastion = open.target({ name: 'bastion', credentials });
    const config = await writeSshConfig(
      folder,
      [open.target({ credentials, jump: [bastion] })],
      use(),
    );
    expect(said).toEqual([]);
    expect(await keyFiles()).toEqual([]);
    expect(await readdir(folder)).toContain('key-1.pub');

    const { dockerHost } = await openDockerHost(optionsOf(config));
    expect(await engine(dockerHost)).toBe(await engine());
    const { stdout } = await runner.run(['ssh', '-F', config, 'node-1', 'hostname'], {
      env: { SSH_AUTH_SOCK: '' },
    });
    expect(stdout).toBe(await open.inside('hostname'));

    const running = await processesOf();
    expect(await Promise.all(running.map(isAlive))).toEqual([true, true]);
    await closeDockerHost(folder);
    expect(await Promise.all(running.map(isAlive))).toEqual([false, false]);
    expect(await isThere(folder)).toBe(false);
    expect(await processes()).toBe('');
  });

  test('leaves keys without one where they were', async () => {
    const encrypted = await underPassphrase(open);
    const plain = readPrivateKeys(closed.userKey.privateKey);
    const credentials = { privateKeys: [...encrypted, ...plain] };
    const config = await writeSshConfig(
      folder,
      [open.target({ credentials }), closed.target({ name: 'node-2', credentials })],
      use(),
    );
    expect(await keyFiles()).toEqual([join(folder, 'key-2')]);
    for (const [name, sshd] of [
      ['node-1', open],
      ['node-2', closed],
    ] as const) {
      const { stdout } = await runner.run(['ssh', '-F', config, name, 'hostname']);
      expect(stdout).toBe(await sshd.inside('hostname'));
    }
  });

  test('is not kept where the command of the agent has ended, as at the end of a job', async () => {
    const credentials = { privateKeys: await underPassphrase(open) };
    const config = await writeSshConfig(folder, [open.target({ credentials })], use());
    const [command, agent] = await processesOf();
    if (!command || !agent) throw new Error('There are two processes.');
    const environment = await readFile(`/proc/${command.pid}/environ`, 'utf8');
    expect(environment).not.toMatch(/INPUT_|correct horse/);
    process.kill(command.pid, 'SIGKILL');
    // An agent looks for its command every ten seconds (ssh-agent.c).
    await until('the agent has ended', async () => !(await isAlive(agent)), 30_000);
    await expect(runner.run(['ssh', '-F', config, 'node-1', 'true'])).rejects.toThrow();
  });

  test('is written where there is no agent, with a warning', async () => {
    const credentials = { privateKeys: await underPassphrase(open) };
    const bin = join(temp, 'bin');
    await mkdir(bin);
    const { stdout } = await runner.run(['sh', '-c', 'command -v ssh']);
    await symlink(stdout.trim(), join(bin, 'ssh'));
    const { PATH } = process.env;
    process.env.PATH = bin;
    let config: string;
    try {
      config = await writeSshConfig(folder, [open.target({ credentials })], use());
    } finally {
      process.env.PATH = PATH;
      await rm(bin, { recursive: true });
    }
    expect(said).toEqual([
      expect.stringMatching(
        /^The private key lies without its passphrase in \S+ until the post step, for this user alone, since no agent could hold it\. Program not found on the runner: ssh-agent\n/,
      ),
    ]);
    expect(await keyFiles()).toEqual([join(folder, 'key-1')]);
    await runner.run(['ssh', '-F', config, 'node-1', 'true']);
  });

  test('is written where the agent does not take it, and the agent ends', async () => {
    const [key] = await underPassphrase(open);
    if (!key) throw new Error('There is a key.');
    const privateKeys = [{ ...key, text: 'no key' }];
    await writeSshConfig(folder, [open.target({ credentials: { privateKeys } })], use());
    expect(said).toEqual([expect.stringMatching(/no agent could hold it\. Command failed on the/)]);
    expect(await Promise.all((await processesOf()).map(isAlive))).toEqual([false, false]);
    expect(said[0]).not.toContain('no key');
  });

  test('says that another agent is not asked', async () => {
    const credentials = { privateKeys: await underPassphrase(open), agent: '/run/other.sock' };
    await writeSshConfig(folder, [open.target({ credentials })], use());
    expect(said).toEqual([
      'The following steps log in with the keys of this step, and not with its SSH_AUTH_SOCK.',
    ]);
  });

  test('a step that is cancelled leaves no agent', async () => {
    const credentials = { privateKeys: await underPassphrase(open) };
    const abort = new AbortController();
    const reason = new Error('cancelled');
    const pending = writeSshConfig(folder, [open.target({ credentials })], {
      ...use(),
      signal: abort.signal,
    });
    await until('an agent begins', () => isThere(join(folder, 'agent.json')));
    abort.abort(reason);
    await pending.catch((error: unknown) => expect(error).toBe(reason));
    await closeDockerHost(folder);
    expect(await processes()).toBe('');
  });
});

test('a folder that exists is not used', async () => {
  expect(await failure(writeSshConfig(temp, [open.target()]))).toContain('EEXIST');
});

test('the plain docker client talks to the engine after the step has ended, until it is closed', async () => {
  const config = await writeSshConfig(folder, [open.target()]);
  const source = new URL('../../../src', import.meta.url);
  const { folder: _, runner: __, signal: ___, ...options } = optionsOf(config);
  const step = `
    import { openDockerHost } from '${source}/docker-host/tunnel.ts';
    import { runner } from '${source}/exec/runner.ts';
    const signal = new AbortController().signal;
    const options = ${JSON.stringify({ ...options, folder })};
    console.log(JSON.stringify(await openDockerHost({ ...options, runner, signal })));
  `;
  const main = await runner.run([process.execPath, '--input-type=module', '--eval', step], {
    env: {
      'INPUT_SSH-PRIVATE-KEY': 'geheim',
      RUNNER_TRACKING_ID: 'github_1',
      DOCKER_TLS_VERIFY: '1',
    },
  });
  const { dockerHost, ...id } = JSON.parse(main.stdout) as OpenDockerHost;

  expect(dockerHost).toBe(`unix://${folder}/docker.sock`);
  expect(await engine(dockerHost)).toBe(await engine());
  expect(await isAlive(id)).toBe(true);
  const environment = await readFile(`/proc/${id.pid}/environ`, 'utf8');
  expect(environment).toContain('RUNNER_TRACKING_ID=github_1');
  expect(environment).not.toContain('geheim');
  expect((await stat(join(folder, 'docker.sock'))).mode & 0o077).toBe(0);

  await closeDockerHost(folder);
  expect(await isAlive(id)).toBe(false);
  expect(await isThere(folder)).toBe(false);
  await closeDockerHost(folder);
});

test('through a jump host, both connections end', async () => {
  const far = open.target({ jump: [closed.target({ name: 'bastion' })] });
  const { dockerHost } = await opened(far);
  expect(await engine(dockerHost)).toBe(await engine());
  expect((await processes()).trim().split('\n').length).toBeGreaterThan(1);
  await closeDockerHost(folder);
  expect(await processes()).toBe('');
});

test.each([
  ['too long', 'x'.repeat(100)],
  ['too odd', 'a b:c'],
])('a path that is %s for a socket is replaced by a short one', async (_name, name) => {
  folder = join(temp, name);
  const { dockerHost } = await opened();
  const path = dockerHost.replace('unix://', '');
  expect(path).toMatch(/^\/tmp\/swarm-up-\w{6}\/docker\.sock$/);
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  expect(await engine(dockerHost)).toBe(await engine());
  await closeDockerHost(folder);
  expect(await isThere(dirname(path))).toBe(false);
});

test('an ssh that has died is no hindrance', async () => {
  const { dockerHost, ...id } = await opened();
  process.kill(id.pid, 'SIGKILL');
  await endProcess(id);
  await expect(engine(dockerHost)).rejects.toThrow();
  await closeDockerHost(folder);
  expect(await isThere(folder)).toBe(false);
});

test('another process that got the number of an ssh is left alone', async () => {
  await writeSshConfig(folder, [open.target()]);
  const other: ProcessId = await startInBackground(['sleep', '600'], join(temp, 'log'));
  try {
    const record = { process: { pid: other.pid, started: `${other.started}0` } };
    await writeFile(join(folder, 'tunnel.json'), JSON.stringify(record));
    await closeDockerHost(folder);
    expect(await isAlive(other)).toBe(true);
  } finally {
    await endProcess(other);
    await rm(join(temp, 'log'));
  }
  expect(await isAlive(other)).toBe(false);
});

describe.each([
  ['the tunnel', 'tunnel.json', (process: unknown) => ({ process })],
  ['the agent', 'agent.json', (process: unknown) => ({ processes: [process] })],
])('a record of %s that something else has written', (what, file, recordOf) => {
  const forge = async (record: unknown): Promise<string> => {
    await writeSshConfig(folder, [open.target()]);
    await writeFile(
      join(folder, file),
      typeof record === 'string' ? record : JSON.stringify(record),
    );
    const said = await failure(closeDockerHost(folder));
    expect(await isThere(folder)).toBe(false);
    return said;
  };

  test('ends no process that is not that of this folder', async () => {
    const other: ProcessId = await startInBackground(['sleep', '600'], join(temp, 'log'));
    try {
      const { pid, started } = other;
      expect(await forge(recordOf({ pid, started }))).toMatch(
        `Process ${pid} on the runner is not ${what}, so it was left\n  sleep 600`,
      );
      expect(await isAlive(other)).toBe(true);
    } finally {
      await endProcess(other);
      await rm(join(temp, 'log'));
    }
  });

  // A signal to the group of process 1 goes to every process there is.
  test.each([
    ['process 1', recordOf({ pid: 1, started: '1' })],
    ['a group', recordOf({ pid: -5, started: '1' })],
    ['no JSON', '{"process":'],
    ['a list', []],
  ])('of %s is not read', async (_name, record) => {
    expect(await forge(record)).toContain(`What was written down of ${what} cannot be read: `);
  });

  test.each([
    ['a folder of another name', (other: string) => other, 'Its name is not'],
    ['a folder above', () => '/tmp/swarm-up-abc12/', 'Its name is not'],
    [
      'a path with dots',
      (other: string) => `/tmp/swarm-up-abc123/../${basename(other)}`,
      'Its name',
    ],
    ['a link', (_other: string, link: string) => link, 'It is a link.'],
  ])('removes no socket folder that is %s', async (_name, path, reason) => {
    const other = await mkdtemp(join(tmpdir(), 'not-ours-'));
    const link = `/tmp/swarm-up-${randomBytes(3).toString('hex')}`;
    await writeFile(join(other, 'kept'), '');
    await symlink(other, link);
    try {
      const said = await forge({ processes: [], socketFolder: path(other, link) });
      expect(said).toContain(`The folder of ${what}'s socket was not made for it: `);
      expect(said).toContain(reason);
      expect(await isThere(join(link, 'kept'))).toBe(true);
    } finally {
      await rm(link);
      await rm(other, { recursive: true });
    }
  });
});

test('a host that shows another key is not talked to', async () => {
  const target = open.target({ hostKeys: pinned(generateKeyPair('other').publicKey) });
  const text = await failure(opened(target));
  expect(text).toMatch(
    /^The SSH tunnel to node-1 could not be opened: ssh ended with exit code 255\n[\s\S]*Host key verification failed\.[\s\S]*set up anew/,
  );
  expect(await isThere(join(folder, 'docker.sock'))).toBe(false);
});

test('a key that the host does not take', async () => {
  const privateKeys = readPrivateKeys(generateKeyPair('other').privateKey);
  expect(await failure(opened(open.target({ credentials: { privateKeys } })))).toMatch(
    /ssh ended with exit code 255\n[\s\S]*Permission denied \(publickey/,
  );
});

test('a user who may not use the socket is told so', async () => {
  expect(await failure(opened(open.target({ user: 'deploy' })))).toMatch(
    /^User deploy of node-1 may not use \/var\/run\/docker\.sock\n[\s\S]*uid=[\s\S]*sudo usermod -aG docker deploy$/,
  );
  expect(await processes()).toBe('');
});

test('an sshd that does not forward is told from an engine that does not answer', async () => {
  expect(await failure(opened(closed.target()))).toMatch(
    /^sshd on node-1 refuses to forward to \/var\/run\/docker\.sock\n[\s\S]*open failed/,
  );
});

test.each([
  'AllowTcpForwarding no',
  'AllowTcpForwarding remote',
  'AllowStreamLocalForwarding no',
  'DisableForwarding yes',
  'PermitOpen none',
])('what is advised where sshd has %s opens the tunnel', async (setting) => {
  await using sshd = await startSshd({
    engine: true,
    instead: `echo "Include /etc/ssh/odd.conf" > /tmp/config; cat /etc/ssh/sshd_config >> /tmp/config; cp /tmp/config /etc/ssh/sshd_config; echo "${setting}" > /etc/ssh/odd.conf; exec "$@"`,
  });
  const refused = await failure(opened(sshd.target()));
  const advised = [...refused.matchAll(/`([A-Z]\w+ \w+)`/g)].map(([, line]) => line);
  expect(advised).toContainEqual(expect.stringMatching(`^${setting.split(' ')[0]} `));
  await closeDockerHost(folder);
  await sshd.inside(
    `printf '%s\\n' ${advised.map((line) => `'${line}'`).join(' ')} > /etc/ssh/odd.conf; kill -HUP 1`,
  );
  await until(
    'sshd listens again',
    async () => (await sshd.log()).split('Server listening').length > 3,
  );
  expect((await opened(sshd.target())).dockerHost).toMatch(/^unix:/);
});

test('a socket that is not there', async () => {
  const remoteSocket = `/run/${randomBytes(4).toString('hex')}.sock`;
  expect(await failure(opened(open.target(), { remoteSocket }))).toMatch(
    new RegExp(`^There is no ${remoteSocket} on node-1\n`),
  );
});

test('a socket at which no engine answers', async () => {
  await open.inside(
    `perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, pack_sockaddr_un("/run/dead.sock")) or die'`,
  );
  expect(await failure(opened(open.target(), { remoteSocket: '/run/dead.sock' }))).toMatch(
    /^No Docker Engine answers at \/run\/dead\.sock on node-1\n[\s\S]*Cannot connect/,
  );
});

test('the client is missing', async () => {
  const { PATH } = process.env;
  process.env.PATH = '/nowhere';
  try {
    expect(await failure(opened())).toMatch(
      /^Program not found on the runner: ssh\n[\s\S]*apt-get install openssh-client/,
    );
  } finally {
    process.env.PATH = PATH;
  }
});

test('a host that says nothing costs no more than the limit; an abort ends it at once', async () => {
  const sockets: Socket[] = [];
  const connected = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.push(socket);
    connected.resolve();
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  try {
    const mute = open.target({ host: '127.0.0.1', port });
    expect(await failure(opened(mute, { timeoutMs: 400 }))).toMatch(
      /^The engine of node-1 did not answer through SSH within 0\.4 s/,
    );
    expect(await processes()).toBe('');

    const abort = new AbortController();
    const reason = new Error('cancelled');
    const pending = openDockerHost(
      optionsOf(join(folder, 'config'), { signal: abort.signal, timeoutMs: 60_000 }),
    );
    await connected.promise;
    abort.abort(reason);
    await expect(pending).rejects.toBe(reason);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});
