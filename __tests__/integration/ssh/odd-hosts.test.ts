import { connect as connectSocket } from 'node:net';
import { PassThrough } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { packTar } from 'modern-tar';
import { describeError } from '../../../src/base/errors.ts';
import { inTemporaryFolder, WHOLE_FILE } from '../../../src/deploy/commands.ts';
import type { CommandError } from '../../../src/exec/executor.ts';
import { sudoProblem, withSudo } from '../../../src/exec/sudo.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { buildOddHost, LET_IN, SHELLS } from '../../support/odd-host.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(120_000);

let sshd: Sshd;

const connect = (more: Parameters<Sshd['target']>[0] = {}, host = sshd): Promise<SshExecutor> =>
  connectSsh(host.target(more), { signal: new AbortController().signal, timeoutMs: 30_000 });

beforeAll(async () => {
  const image = await buildOddHost();
  sshd = await startSshd({
    image,
    instead: `sed -i /sftp/d /etc/ssh/sshd_config
mkdir -p /opt/bin && printf '#!/bin/sh\\necho "found $*"\\n' >/opt/bin/only-here && chmod +x /opt/bin/only-here
for user in ${SHELLS.join(' ')}; do
  for rc in .cshrc .zshrc .zshenv .bashrc; do echo 'echo welcome' > /home/$user/$rc; done
  mkdir -p /home/$user/.config/fish && echo 'echo welcome' > /home/$user/.config/fish/config.fish
done
${LET_IN}`,
    config: ['AllowTcpForwarding=no', 'MaxSessions=2', 'SetEnv=PATH=/usr/bin:/bin'],
  });
}, 300_000);

afterAll(async () => {
  await sshd?.[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

describe.each(SHELLS)('with %s as the login shell of the user', (user) => {
  let ssh: SshExecutor;
  beforeAll(async () => {
    ssh = await connect({ user });
  });
  afterAll(() => ssh?.close());

  test.each([
    ['quotes', [`it's "here"`, "''", `'\\''`, '$HOME `id` $(id) $x', '']],
    ['backslashes', ['\\', '\\\\', 'a\\', "\\'", '\\n', 'C:\\x']],
    ['exclamation marks', ['!', '!!', 'a!b', "'!'", '\\!', '!$']],
    ['line ends', ['a\nb', '\n', 'x\n', '\r\n', "'\n'"]],
    [
      'what shells expand',
      ['~', '*', '?', '[a]', '{a,b}', '=ls', '%1', '^a^b', '#c', '<a>', '&;|'],
    ],
    ['other languages', ['é', '\u{1f433}', 'tab\t', '\u0001']],
    ['options of printf', ['-x', '--', '%s', '%%', '-']],
    ['long words', ['x'.repeat(3_000), "'".repeat(2_000), 'line\n'.repeat(2_000)]],
  ])('arguments with %s come as they are', async (_name, words) => {
    const { stdout } = await ssh.run(['printf', '%s\\0', ...words]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  test('a program that lies outside of the PATH of sshd is found, and none that lies in it is hidden', async () => {
    expect((await ssh.run(['only-here', "it's", 'é'])).stdout).toBe("found it's é\n");
    const { stdout } = await ssh.run(['sh', '-c', 'echo "$PATH"']);
    expect(stdout).toMatch(/^\/usr\/bin:\/bin:.*:\/snap\/bin:/);
  });

  test('a program that is missing ends with 127', async () => {
    const { exitCode, stdout, stderr } = await ssh.run(['no-such-program'], { anyExitCode: true });
    expect({ exitCode, stdout }).toEqual({ exitCode: 127, stdout: '' });
    expect(stderr).toContain('no-such-program');
  });

  test('input, output and exit code are those of the command', async () => {
    const script = 'set -eu\nread line\necho "got $line"\necho oh >&2\nexit 3';
    const result = await ssh.run(['sh', '-c', script], { stdin: 'hi\n', anyExitCode: true });
    expect(result).toMatchObject({ exitCode: 3, stdout: 'got hi\n' });
    expect(result.stderr).toContain('oh\n');
    const stream = await ssh.open(['cat']);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, at) => at));
    stream.end(bytes);
    expect(await buffer(stream)).toEqual(bytes);
  });

  test('a command that is given up leaves no process', async () => {
    const controller = new AbortController();
    const onLine = (): void => controller.abort(new Error('cancelled'));
    const script = 'echo started\nsleep 4799';
    const running = ssh.run(['sh', '-c', script], { signal: controller.signal, onLine });
    await expect(running).rejects.toThrow('cancelled');
    expect(await sshd.inside("pgrep -fa '[s]leep 4799' || true")).toBe('');
  });
});

describe('sudo', () => {
  const rights = (lines: string) => sshd.inside(`printf '%s\\n' '${lines}' > /etc/sudoers.d/test`);
  const refusal = async (): Promise<string> => {
    await using ssh = await connect({ user: 'dash' });
    const error = await withSudo(ssh)
      .run(['docker', '--version'])
      .then(
        () => undefined,
        (error: CommandError) => error,
      );
    return sudoProblem(error?.result.stderr ?? '', 'dash')?.reason ?? 'nothing';
  };

  test.each([
    ['a user who may not use it', '', /asks dash for a password|dash may not use sudo/],
    ['a user with a password', 'dash ALL=(ALL) ALL', /asks dash for a password/],
    ['requiretty', 'Defaults:dash requiretty\ndash ALL=(ALL) NOPASSWD: ALL', /wants a terminal/],
    [
      'a right to something else',
      'dash ALL=(root) NOPASSWD: /bin/true',
      /password|may not run docker/,
    ],
  ])('is recognised: %s', async (_name, lines, reason) => {
    await rights(lines);
    expect(await refusal()).toMatch(reason);
  });

  test('runs docker, and only docker, as root with the right to docker alone', async () => {
    await rights('dash ALL=(root) NOPASSWD: /usr/bin/docker');
    await using ssh = await connect({ user: 'dash' });
    const sudo = withSudo(ssh);
    expect((await sudo.run(['env', '-u', 'TAG', 'docker', '--version'])).stdout).toMatch(/^Docker/);
    expect((await sudo.run(['id', '-un'])).stdout).toBe('dash\n');
    expect(await text(await sudo.open(['docker', '--version']))).toMatch(/^Docker/);
  });

  test('a docker that is given up ends', async () => {
    await sshd.inside(
      `mv /usr/bin/docker /usr/bin/docker.real; printf '#!/bin/sh\\necho started\\nexec sleep 4798\\n' > /usr/bin/docker; chmod 755 /usr/bin/docker`,
    );
    try {
      await rights('dash ALL=(root) NOPASSWD: /usr/bin/docker');
      await using ssh = await connect({ user: 'dash' });
      const controller = new AbortController();
      const onLine = (): void => controller.abort(new Error('cancelled'));
      const running = withSudo(ssh).run(['docker', 'wait'], { signal: controller.signal, onLine });
      await expect(running).rejects.toThrow('cancelled');
      expect(await sshd.inside("pgrep -fa '[s]leep 4798' || true")).toBe('');
    } finally {
      await sshd.inside('mv /usr/bin/docker.real /usr/bin/docker');
    }
  });
});

test('sshd without SFTP and with MaxSessions 2 takes many files and commands at once', async () => {
  await using ssh = await connect();
  const size = 2_000_000;
  const counts = await Promise.all(
    Array.from({ length: 12 }, () => ssh.run(['wc', '-c'], { stdin: Buffer.alloc(size) })),
  );
  expect(counts.map(({ stdout }) => Number(stdout))).toEqual(counts.map(() => size));
});

describe('with MaxSessions 1', () => {
  let few: Sshd;
  beforeAll(async () => {
    few = await startSshd({ config: ['MaxSessions=1'] });
  });
  afterAll(async () => {
    await few?.[Symbol.asyncDispose]();
  });

  test('a stream, a command that listens and many others run at once, over as few connections as that takes', async () => {
    const ssh = await connect({}, few);
    const stream = await ssh.open(['cat']);
    stream.write('first ');
    const listener = new PassThrough();
    const listening = ssh.run(['sh', '-c', 'read -r line; echo "heard $line"'], {
      stdin: listener,
    });
    const others = Array.from({ length: 6 }, (_, at) => ssh.run(['echo', String(at)]));
    const said = await Promise.all(others);
    expect(said.map(({ stdout }) => stdout)).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n', '5\n']);
    listener.end('us\n');
    expect((await listening).stdout).toBe('heard us\n');
    const connections = (await few.log()).match(/Accepted publickey/g)?.length ?? 0;
    expect(connections).toBeGreaterThanOrEqual(3);
    expect(connections).toBeLessThanOrEqual(4);
    stream.end('last');
    expect(await text(stream)).toBe('first last');
    const hanging = ssh.run(['sleep', '4795']).catch((error) => error);
    const conversation = await ssh.open(['sleep', '4794']);
    conversation.on('error', () => {});
    await ssh.close();
    expect(await hanging).toMatchObject({ message: expect.stringContaining('sleep 4795') });
    await until(
      'no process is left',
      async () => (await few.inside("pgrep -fa '[s]leep 479' || true")) === '',
    );
  });

  test('a further connection that the host refuses is told with what it said', async () => {
    await using ssh = await connect({}, few);
    const stream = await ssh.open(['cat']);
    await few.inside('mv /root/.ssh/authorized_keys /root/.ssh/away');
    try {
      const error = await ssh.run(['true']).catch(describeError);
      expect(error).toMatch(
        /^node-1 \(.*\) admits few SSH sessions on the connection that there is, and no further connection\n.*refused to log in user root[\s\S]*Set MaxSessions to 4/,
      );
    } finally {
      await few.inside('mv /root/.ssh/away /root/.ssh/authorized_keys');
      stream.destroy();
    }
  });

  test('one that is lost loses the other, and both are made anew', async () => {
    const { signal } = new AbortController();
    const lines: string[] = [];
    await using ssh = await connectSsh(few.target(), {
      signal,
      timeoutMs: 30_000,
      reconnect: { limitMs: 30_000, info: (line) => lines.push(line), warning: () => {} },
    });
    const stream = await ssh.open(['cat']);
    stream.on('error', () => {});
    const began = Promise.withResolvers<void>();
    const running = ssh.run(
      ['sh', '-c', 'echo begun; [ -e /root/second ] && exit; touch /root/second; exec sleep 4793'],
      {
        repeatable: true,
        onLine: () => began.resolve(),
      },
    );
    await began.promise;
    await few.inside(
      'kill $(ps -eo pid,args | sed -n "s/^ *\\([0-9]*\\) sshd[^ ]* root@notty$/\\1/p" | tail -n 1)',
    );
    expect((await running).stdout).toBe('begun\n');
    expect(lines.join()).toContain('was lost');
  });
});

test('MaxStartups that drops connections is waited out', async () => {
  await using full = await startSshd({
    config: ['MaxStartups=1', 'PerSourcePenalties=no', 'LoginGraceTime=2'],
  });
  await (await connect({}, full)).close();
  // One connection that never says a word takes the only place until its time to log in is over.
  const { host } = full.target();
  const silent = connectSocket({ host, port: 22 });
  await new Promise((resolve) => silent.once('data', resolve));
  try {
    await using ssh = await connect({}, full);
    expect((await ssh.run(['echo', 'in'])).stdout).toBe('in\n');
    expect(await full.log()).toMatch(/drop connection|MaxStartups/);
  } finally {
    silent.destroy();
  }
});

test('a /tmp that is mounted noexec is no hindrance, one that is full is named', async () => {
  await using host = await startSshd({ tmpfs: '/tmp:noexec,size=64k' });
  await using ssh = await connect({}, host);
  const archive = (size: number) =>
    packTar([
      { header: { name: 'stack.yml', size, type: 'file' }, body: 'x'.repeat(size) },
      { header: { name: WHOLE_FILE, size: 0, type: 'file' }, body: '' },
    ]);
  const counted = await ssh.run(inTemporaryFolder('one', ['wc', '-c', 'stack.yml']), {
    stdin: await archive(1_000),
  });
  expect(counted.stdout).toBe('1000 stack.yml\n');
  const tooLarge = ssh.run(inTemporaryFolder('two', ['true']), { stdin: await archive(100_000) });
  await expect(tooLarge).rejects.toMatchObject({
    details: expect.stringMatching(/Wrote only \d+ of \d+ bytes|No space left on device/),
  });
  // Between two files tar takes the end of its input for the end of the archive.
  const cut = (await archive(1_000)).subarray(0, 3 * 512);
  const parted = ssh.run(inTemporaryFolder('three', ['touch', '/root/whole']), { stdin: cut });
  await expect(parted).rejects.toMatchObject({
    details: 'The files of the stack broke off on the way.',
  });
  expect(await host.inside('ls -A /tmp /root')).not.toContain('whole');
  expect(await host.inside('ls -A /tmp')).toBe('');
});

test('an unknown host name is an error at once', async () => {
  const error = await connect({ host: 'no-such-host.invalid' }).then(
    () => undefined,
    (error) => error,
  );
  expect(describeError(error)).toMatch(/The address of node-1 .* is not known|did not answer SSH/);
});
