import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { CommandError } from '../../../src/exec/executor.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import { fingerprint, parsePublicKey } from '../../../src/ssh/keys/public-key.ts';
import { leftovers, pinned, type Sshd, startSshd } from '../../support/sshd.ts';

jest.setTimeout(60_000);

/** Connects where sshd is about to start. */
const connect = (sshd: Sshd, wrong = {}, timeoutMs = 20_000): Promise<SshExecutor> =>
  connectSsh(sshd.target(wrong), { signal: new AbortController().signal, timeoutMs });

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It should have failed.');
};

/** Processes in the container whose command line has this word, apart from the one that looks. */
const processes = (sshd: Sshd, word: string): Promise<string> =>
  sshd.inside(`pgrep -fa '[${word[0]}]${word.slice(1)}' || true`);

/** Kills the sshd process that serves a connection, as a crash or a stopped machine would. */
const cut = (sshd: Sshd): Promise<string> => sshd.inside("pkill -KILL -f '[s]shd-session: root'");

afterAll(async () => {
  expect(await leftovers()).toBe('');
});

describe('a connection', () => {
  let sshd: Sshd;
  let ssh: SshExecutor;

  beforeAll(async () => {
    sshd = await startSshd();
    ssh = await connect(sshd);
  });

  afterAll(async () => {
    await ssh?.close();
    await sshd?.[Symbol.asyncDispose]();
  });

  test('keeps both streams apart and the exit code', async () => {
    const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3'] as const;
    expect(await ssh.run(argv, { anyExitCode: true })).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const error = await failure(ssh.run(argv));
    expect(error).toBeInstanceOf(CommandError);
    expect(describeError(error)).toBe(
      `Command failed on node-1 with exit code 3: sh -c 'echo out; echo err >&2; exit 3'\n  err\n  out`,
    );
  });

  test.each([
    ['quotes', [`it's "here"`, '$HOME `id`', '\\n', '']],
    ['odd bytes', ['line\nbreak', 'tab\t', '\u{1f433} é', '!!', '*', '~']],
  ])('passes arguments with %s as they are', async (_name, words) => {
    const { stdout } = await ssh.run(['printf', '%s\\0', ...words]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  });

  test('says which program is missing', async () => {
    const error = await failure(ssh.run(['no-such-program', '--version']));
    expect(describeError(error)).toMatch(/with exit code 127.*\n.*no-such-program: not found/);
  });

  test('says which signal ended a command', async () => {
    const error = await failure(ssh.run(['sh', '-c', 'kill -KILL $$'], { anyExitCode: true }));
    expect(error).toBeInstanceOf(CommandError);
    expect(error.message).toBe(`Command was ended by SIGKILL on node-1: sh -c 'kill -KILL $$'`);
    expect((error as CommandError).result.exitCode).toBe(137);
  });

  test('hands on lines as they come', async () => {
    const lines: string[] = [];
    const argv = [
      'sh',
      '-c',
      'echo one; printf "two\\nth"; sleep 0.1; printf "ree\\r\\nfour"',
    ] as const;
    await ssh.run(argv, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two', 'three', 'four']);
  });

  test('fails where the reader of lines fails', async () => {
    const boom = new Error('boom');
    const onLine = (): void => {
      throw boom;
    };
    expect(await failure(ssh.run(['echo', 'x'], { onLine }))).toBe(boom);
  });

  test('keeps characters that are cut between two packets', async () => {
    const argv = ['sh', '-c', String.raw`printf "\303"; sleep 0.1; printf "\251"`] as const;
    expect((await ssh.run(argv)).stdout).toBe('é');
  });

  test('sends all byte values unchanged, in both directions', async () => {
    const bytes = Buffer.concat([
      Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
      randomBytes(300_000),
    ]);
    const { stdout } = await ssh.run(['sha256sum'], { stdin: bytes });
    expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(bytes).digest('hex'));
    const stream = await ssh.open(['cat']);
    stream.end(bytes);
    expect((await buffer(stream)).equals(bytes)).toBe(true);
  });

  test('reads 20 MB of output whole', async () => {
    const argv = ['sh', '-c', 'yes 0123456789abcde | head -c 20971520'] as const;
    const { stdout } = await ssh.run(argv);
    expect(stdout).toHaveLength(20 * 1024 * 1024);
    expect(stdout.endsWith('0123456789abcde\n')).toBe(true);
  });

  test('writes 100 MB of input with backpressure', async () => {
    const chunk = randomBytes(1024 * 1024);
    let ahead = 0;
    let made = 0;
    const source = new Readable({
      highWaterMark: 1024 * 1024,
      read() {
        this.push(made < 100 ? chunk : null);
        made += 1;
      },
    });
    // The command reads nothing for a moment: what was made by then had to be kept somewhere.
    const argv = ['sh', '-c', 'sleep 0.3; echo waited; wc -c'] as const;
    const onLine = (line: string): void => {
      if (line === 'waited') ahead = made;
    };
    const { stdout } = await ssh.run(argv, { stdin: source, onLine });
    expect(stdout).toBe(`waited\n${100 * 1024 * 1024}\n`);
    expect(ahead).toBeLessThan(12);
  });

  test('does not mind a command that stops reading', async () => {
    const stdin = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(64 * 1024);
      })(),
    );
    const { stdout } = await ssh.run(['head', '-c', '3'], { stdin });
    expect(stdout).toBe('\0\0\0');
    expect(stdin.destroyed).toBe(true);
    expect((await ssh.run(['true'], { stdin: Buffer.alloc(5_000_000) })).exitCode).toBe(0);
  });

  test('ends a command whose input breaks off, so that it does not take a part for the whole', async () => {
    const broken = new Error('disk read error');
    const stdin = new Readable({
      read() {
        this.push('first part');
        this.destroy(broken);
      },
    });
    expect(
      await failure(ssh.run(['sh', '-c', 'cat >/tmp/input; touch /tmp/whole'], { stdin })),
    ).toBe(broken);
    expect(await sshd.inside('ls /tmp')).not.toContain('whole');
  });

  describe.each([
    ['that ends at once', ''],
    ['that ignores SIGTERM', "trap '' TERM;"],
    ['that takes its time to end', 'trap "sleep 0.3; exit" TERM;'],
  ])('a command %s never takes a part of its input for the whole', (_name, first) => {
    const line = `${first} echo begun; cat >/tmp/part; touch /tmp/whole`;
    const argv = ['sh', '-c', line] as const;
    const endless = () => new Readable({ read() {} });
    /** Nothing may come later either: it is over once `run` has rejected. */
    const isOver = async () => {
      expect(await processes(sshd, 'cat >/tmp/part')).toBe('');
      expect(await sshd.inside('ls /tmp')).not.toContain('whole');
    };

    test('when it breaks off', async () => {
      const stdin = endless();
      stdin.push('first part');
      const broken = new Error('disk read error');
      const onLine = () => void stdin.destroy(broken);
      expect(await failure(ssh.run(argv, { stdin, onLine }))).toBe(broken);
      await isOver();
    });

    test('when the step is cancelled', async () => {
      const stdin = endless();
      stdin.push('first part');
      const controller = new AbortController();
      const onLine = () => controller.abort(new Error('cancelled'));
      const { signal } = controller;
      expect((await failure(ssh.run(argv, { stdin, onLine, signal }))).message).toBe('cancelled');
      await isOver();
    });

    test('when it is cancelled before a large one has arrived', async () => {
      const controller = new AbortController();
      const onLine = () => controller.abort(new Error('cancelled'));
      const slow = ['sh', '-c', line.replace('cat', 'sleep 30; cat')] as const;
      const options = { stdin: Buffer.alloc(20_000_000), onLine, signal: controller.signal };
      expect((await failure(ssh.run(slow, options))).message).toBe('cancelled');
      await isOver();
    });
  });

  test.each([
    ['that waits', 'echo started; sleep 4711'],
    ['that has children', 'sleep 4711 & echo started; sleep 4711'],
    ['that ignores SIGTERM', "trap '' TERM; echo started; while :; do sleep 4711; done"],
  ])('leaves no process behind on abort of a command %s, and stays usable', async (_name, line) => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const argv = ['sh', '-c', line] as const;
    const running = ssh.run(argv, {
      signal: controller.signal,
      onLine: () => controller.abort(reason),
    });
    expect(await failure(running)).toBe(reason);
    expect(await processes(sshd, 'sleep 4711')).toBe('');
    expect((await ssh.run(['echo', 'usable'])).stdout).toBe('usable\n');
  });

  test('lets a command clean up on abort', async () => {
    const controller = new AbortController();
    const line =
      'trap "echo bye >/tmp/cleaned; exit" TERM; echo started; while :; do sleep 0.05; done';
    const onLine = (): void => controller.abort(new Error('cancelled'));
    await failure(ssh.run(['sh', '-c', line], { signal: controller.signal, onLine }));
    expect(await sshd.inside('cat /tmp/cleaned')).toBe('bye\n');
  });

  test('runs nothing under a signal that is aborted already', async () => {
    const reason = new Error('cancelled');
    const signal = AbortSignal.abort(reason);
    const stdin = Readable.from(['x']);
    expect(await failure(ssh.run(['touch', '/tmp/never'], { signal, stdin }))).toBe(reason);
    expect(stdin.destroyed).toBe(true);
    expect(await sshd.inside('ls /tmp')).not.toContain('never');
  });

  test('ends a command at its time limit and shows what it said so far', async () => {
    const argv = ['sh', '-c', 'echo pulling; sleep 4712'] as const;
    // Long enough for the shell of a busy host to say its first word.
    const error = await failure(ssh.run(argv, { timeoutMs: 5_000 }));
    expect(error).toBeInstanceOf(ActionError);
    expect(describeError(error)).toBe(
      `Command did not end within 5.0 s on node-1: sh -c 'echo pulling; sleep 4712'\n  pulling`,
    );
    expect(await processes(sshd, 'sleep 4712')).toBe('');
  });

  test('runs 40 commands at once over 8 channels', async () => {
    await sshd.inside('mkdir /tmp/running');
    const line = 'mkdir /tmp/running/$0; ls /tmp/running | wc -l; sleep 0.1; rmdir /tmp/running/$0';
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) => ssh.run(['sh', '-c', line, `${at}`])),
    );
    const atOnce = results.map(({ stdout }) => Number(stdout));
    expect(atOnce).toHaveLength(40);
    expect(Math.max(...atOnce)).toBeLessThanOrEqual(8);
    expect(Math.max(...atOnce)).toBeGreaterThan(2);
  });

  test('gives up its place in the queue on abort', async () => {
    const busy = new AbortController();
    const long = Array.from({ length: 8 }, () =>
      failure(ssh.run(['sleep', '4713'], { signal: busy.signal })),
    );
    const controller = new AbortController();
    const waiting = failure(ssh.run(['touch', '/tmp/queued'], { signal: controller.signal }));
    const reason = new Error('cancelled');
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    busy.abort(reason);
    await Promise.all(long);
    expect((await ssh.run(['ls', '/tmp'])).stdout).not.toContain('queued');
  });

  describe('opens a stream', () => {
    test('that ends with the command', async () => {
      const stream = await ssh.open(['sh', '-c', 'read line; echo "got $line"']);
      stream.write('hello\n');
      expect(await text(stream)).toBe('got hello\n');
    });

    test('that breaks with the error of the command', async () => {
      const stream = await ssh.open(['sh', '-c', 'echo part; echo no access >&2; exit 4']);
      const error = await failure(text(stream));
      expect(describeError(error)).toMatch(
        /^Command failed on node-1 with exit code 4: .*\n {2}no access$/,
      );
    });

    test('that ends the command when it is destroyed', async () => {
      const stream = await ssh.open(['sh', '-c', 'echo started; sleep 4714; :']);
      await new Promise((resolve) => stream.once('data', resolve));
      stream.destroy();
      // All eight channels together are free only after the stream's own has been closed.
      await Promise.all(Array.from({ length: 8 }, () => ssh.run(['sleep', '0.1'])));
      expect(await processes(sshd, 'sleep 4714')).toBe('');
    });
  });
});

describe('the host key', () => {
  test('of another host is refused before anything is sent', async () => {
    await using sshd = await startSshd();
    await (await connect(sshd)).close();
    const other = generateKeyPair('other').publicKey;
    const error = await failure(connect(sshd, { hostKeys: pinned(other) }));
    expect(error).toBeInstanceOf(ActionError);
    expect(error.message).toBe(
      `Host key of node-1 (${sshd.target().host}:22) is not the expected one`,
    );
    const said = describeError(error);
    expect(said).toContain(`expected: ssh-ed25519 ${fingerprint(parsePublicKey(other))}`);
    expect(said).toContain(
      `shown:    ssh-ed25519 ${fingerprint(parsePublicKey(sshd.hostKey.publicKey))}`,
    );
    expect(said).toContain('before anything was sent');
    expect((await sshd.log()).match(/Accepted publickey/g)).toHaveLength(1);
  });

  test('of another type is refused', async () => {
    await using sshd = await startSshd();
    const rsa = RSA_PUBLIC_KEY;
    const error = await failure(connect(sshd, { hostKeys: pinned(rsa) }));
    expect(describeError(error)).toMatch(
      /is not the expected one\n.*expected: ssh-rsa SHA256:[^\n]*\n.*shown: {4}no key of that type/,
    );
  });

  test('is the one that is pinned where the host has several', async () => {
    await using sshd = await startSshd({
      instead:
        'ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key; ssh-keygen -q -t rsa -N "" -f /etc/ssh/ssh_host_rsa_key; exec "$@"',
    });
    await (await connect(sshd)).close();
    for (const type of ['ecdsa', 'rsa']) {
      const hostKeys = pinned(await sshd.inside(`cat /etc/ssh/ssh_host_${type}_key.pub`));
      await using ssh = await connect(sshd, { hostKeys });
      expect((await ssh.run(['echo', type])).stdout).toBe(`${type}\n`);
    }
  });
});

describe('the key of the user', () => {
  test('that is refused is not tried again', async () => {
    await using sshd = await startSshd();
    await (await connect(sshd)).close();
    const stranger = generateKeyPair('stranger');
    const error = await failure(
      connect(sshd, { credentials: { privateKeys: readPrivateKeys(stranger.privateKey) } }),
    );
    expect(error).toBeInstanceOf(ActionError);
    expect(error.message).toBe(`node-1 (${sshd.target().host}:22) refused to log in user root`);
    expect(describeError(error)).toContain(
      `tried: publickey ssh-ed25519 ${fingerprint(parsePublicKey(stranger.publicKey))}`,
    );
    expect(
      (await sshd.log()).match(/Connection (closed|reset) by authenticating user/g),
    ).toHaveLength(1);
  });
});

describe('a host that boots', () => {
  test('is connected to as soon as it listens', async () => {
    await using sshd = await startSshd({ listens: false, instead: 'sleep 1.5; exec "$@"' });
    await using ssh = await connect(sshd);
    expect((await ssh.run(['echo', 'up'])).stdout).toBe('up\n');
  });

  test('is given up at the end of the time, with what was last seen', async () => {
    await using sshd = await startSshd({ listens: false, instead: 'exec sleep 60' });
    const error = await failure(connect(sshd, {}, 600));
    expect(error).toBeInstanceOf(ActionError);
    expect(describeError(error)).toMatch(
      /^node-1 \(.*:22\) did not answer SSH within 0\.6 s\n {2}after \d+ attempts, the last: connect ECONNREFUSED/,
    );
  });

  test('is no longer waited for on abort', async () => {
    await using sshd = await startSshd({ listens: false, instead: 'exec sleep 60' });
    const controller = new AbortController();
    const waiting = connectSsh(sshd.target(), { signal: controller.signal, timeoutMs: 20_000 });
    const reason = new Error('cancelled');
    controller.abort(reason);
    expect(await failure(waiting)).toBe(reason);
  });
});

describe('a connection that is cut', () => {
  test.each([
    ['waits', 'echo started; sleep 4715'],
    ['writes', 'echo started; yes'],
    ['reads', 'echo started; cat >/dev/null'],
  ])('fails the command that %s, and all later ones at once', async (_name, line) => {
    await using sshd = await startSshd();
    await using ssh = await connect(sshd);
    const started = Promise.withResolvers<void>();
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    const running = failure(
      ssh.run(['sh', '-c', line], { stdin: endless, onLine: () => started.resolve() }),
    );
    const stream = await ssh.open(['cat']);
    const read = failure(text(stream));
    const others = Array.from({ length: 6 }, () => failure(ssh.run(['sleep', '50'])));
    const queued = failure(ssh.run(['docker', 'swarm', 'init']));
    await started.promise;
    await cut(sshd);
    const error = await running;
    expect(error).toBeInstanceOf(ActionError);
    expect(error.message).toBe(
      `Connection to node-1 (${sshd.target().host}:22) was lost, it is not known how this ended: sh -c '${line}'`,
    );
    expect(String(error.cause)).toMatch(
      /^Error: ((read|write) (ECONNRESET|EPIPE)|The host closed the connection\.)$/,
    );
    expect((await read).message).toContain('was lost, it is not known how this ended: cat');
    expect((await queued).message).toContain('was lost, this was not run: docker swarm init');
    await Promise.all(others);
    expect(endless.destroyed).toBe(true);
    const later = await failure(ssh.run(['true']));
    expect(later.message).toContain('was lost, this was not run: true');
    expect((await failure(ssh.open(['true']))).message).toContain(
      'was lost, this was not run: true',
    );
  });

  test('fails what was running when this side closes it', async () => {
    await using sshd = await startSshd();
    const ssh = await connect(sshd);
    const running = failure(
      ssh.run(['sh', '-c', 'echo started; sleep 4716'], { onLine: () => void ssh.close() }),
    );
    expect(describeError(await running)).toContain('The connection was closed on this side.');
    await ssh.close();
    expect(await processes(sshd, 'sleep 4716')).toBe('');
    expect(describeError(await failure(ssh.run(['true'])))).toContain('closed on this side');
  });
});

describe('sshd with a low MaxSessions', () => {
  test.each([1, 2])('of %i gets no more channels than it admits', async (sessions) => {
    await using sshd = await startSshd({ config: [`MaxSessions=${sessions}`] });
    await using ssh = await connect(sshd);
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, at) => ssh.run(['echo', `${at}`])),
    );
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    );
  });

  test('of 0 is an error that names it', async () => {
    await using sshd = await startSshd({ config: ['MaxSessions=0'] });
    await using ssh = await connect(sshd);
    const error = await failure(ssh.run(['true']));
    expect(describeError(error)).toMatch(/admits no SSH session\n.*\n.*MaxSessions/);
  });
});

test('a login shell that greets does not disturb the output', async () => {
  await using sshd = await startSshd({
    bashrc: 'echo "Welcome to production!"\nprintf "no line end"\necho noise >&2\n',
  });
  await using ssh = await connect(sshd);
  const lines: string[] = [];
  const { stdout } = await ssh.run(['echo', '{"json": true}'], {
    onLine: (line) => lines.push(line),
  });
  expect(stdout).toBe('{"json": true}\n');
  expect(lines.sort()).toEqual(['noise', '{"json": true}']);
  expect(await text(await ssh.open(['echo', 'stream']))).toBe('stream\n');
});

test('a login shell that refuses is quoted', async () => {
  await using sshd = await startSshd({ instead: 'usermod -s /usr/sbin/nologin root; exec "$@"' });
  await using ssh = await connect(sshd);
  const error = await failure(ssh.run(['true']));
  expect(describeError(error)).toContain('This account is currently not available.');
});

/** Made by ssh-keygen for this test; its private half is nowhere. */
const RSA_PUBLIC_KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC+StqrEilAYk7TpwIKy8rjhsf7X9jZ6czslloeC7qSljYFU/EN8r5m1gLhVhbwyjXdT5Pk/3vFjulih6jvcEDxDVsH49upBhxN7GyECX1GhG+buL9Uacw06zWJr3o1u5boFTb13/qNaIA4eoJTnlY10g5y82x6mCeZW3aBsujIh+jIS7KkQxcpE6M9cPSSZ6xswY9W+az+H+1TSwfq3MO40Og+V7GRiicSAStvvx+Ziqvkwrwg3Kz2N5QyExlAZB/spxqdYYYjiBjFumNul9zd4A8ORzen/irGu9DAhENlCS7MlzANd2MK7XhCER2Z1xg8z2gMC0BjVccqBGEG7DxX test';
