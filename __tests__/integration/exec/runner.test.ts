import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import { CommandError, type RunOptions } from '../../../src/exec/executor.ts';
import { runner } from '../../../src/exec/runner.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(30_000);

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It should have failed.');
};

const folders: string[] = [];

/** The real path of a new folder. */
const temporary = (prefix: string): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  folders.push(folder);
  return folder;
};

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/**
 * Whether a process of the group runs. One that has ended, but whose end init has not noticed yet,
 * does not.
 */
const alive = async (group: number): Promise<boolean> => {
  const { stdout } = await runner.run(['ps', '-A', '-o', 'pgid=,stat=']);
  return stdout.split('\n').some((line) => new RegExp(`^ *${group} +[^Z]`).test(line));
};

/** The two ways of a command on the runner. Nobody above may be able to tell which one it was. */
describe.each([
  ['that is ended with the step', {}],
  ['that may run on', { mayRunOn: true }],
])('a command %s', (_way, way: RunOptions) => {
  const run = (argv: Argv, options?: RunOptions) => runner.run(argv, { ...way, ...options });

  test('keeps both streams apart and the exit code', async () => {
    const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3'] as const;
    expect(await run(argv, { anyExitCode: true })).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    });
    const error = await failure(run(argv));
    expect(error).toBeInstanceOf(CommandError);
    expect(error.message).toBe(
      `Command failed on the runner with exit code 3: sh -c 'echo out; echo err >&2; exit 3'`,
    );
  });

  test('passes arguments as they are and sets the environment', async () => {
    const words = [`it's "here"`, '$HOME', 'line\nbreak', ''];
    const { stdout } = await run(['printf', '%s\\0', ...words]);
    expect(stdout.split('\0').slice(0, -1)).toEqual(words);
    const env = { SWARM_UP_TEST: 'a b' };
    expect((await run(['sh', '-c', 'echo "$SWARM_UP_TEST:$PATH"'], { env })).stdout).toBe(
      `a b:${process.env.PATH}\n`,
    );
  });

  test.each([
    ['docker-nowhere', 'Install docker-nowhere on the runner, or add its folder to PATH.'],
    ['/no/such/folder/docker', 'Install /no/such/folder/docker on the runner'],
  ])('says that %s is missing and what to do', async (program, hint) => {
    for (const start of [() => run([program, '--version']), () => runner.open([program])]) {
      const error = await failure(start());
      expect(error).toBeInstanceOf(ActionError);
      expect(describeError(error)).toMatch(`Program not found on the runner: ${program}\n`);
      expect(describeError(error)).toContain(hint);
    }
  });

  test('says that a program may not be run', async () => {
    expect((await failure(run(['/etc/passwd']))).message).toBe(
      'Program could not be started on the runner: /etc/passwd',
    );
  });

  test('sends and reads much, unchanged', async () => {
    const bytes = randomBytes(20_000_000);
    const sum = createHash('sha256').update(bytes).digest('hex');
    for (const stdin of [bytes, Readable.from([bytes.subarray(0, 9), bytes.subarray(9)])]) {
      expect((await run(['sha256sum'], { stdin })).stdout).toBe(`${sum}  -\n`);
    }
    const { stdout } = await run(['sh', '-c', 'yes 0123456789abcde | head -c 20971520']);
    expect(stdout).toHaveLength(20 * 1024 * 1024);
  });

  test('does not mind a command that stops reading', async () => {
    const stdin = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    expect((await run(['head', '-c', '2'], { stdin })).stdout).toBe('\0\0');
    expect(stdin.destroyed).toBe(true);
    expect((await run(['true'], { stdin: Buffer.alloc(5_000_000) })).exitCode).toBe(0);
  });

  test('ends a command whose input breaks off', async () => {
    const broken = new Error('disk read error');
    const stdin = new Readable({
      read() {
        this.destroy(broken);
      },
    });
    expect(await failure(run(['cat'], { stdin }))).toBe(broken);
  });

  test('rejects at the time limit of a command and shows what it said so far', async () => {
    const go = join(temporary('limit-'), 'go');
    const line = 'echo pulling; until [ -e "$0" ]; do sleep 0.05; done';
    // Long enough for the shell of a busy runner to say its first word.
    const error = await failure(run(['sh', '-c', line, go], { timeoutMs: 2_000 }));
    writeFileSync(go, '');
    expect(describeError(error)).toBe(
      `Command did not end within 2.0 s on the runner: sh -c '${line}' ${go}\n  pulling`,
    );
  });

  test('reports an error of who reads its lines', async () => {
    const broken = new Error('not a line that is known');
    const onLine = () => {
      throw broken;
    };
    expect(await failure(run(['echo', 'hello'], { onLine }))).toBe(broken);
  });

  test('hands on whole lines of both streams, and a last one without its end', async () => {
    const lines: string[] = [];
    const onLine = (line: string) => void lines.push(line);
    await run(['sh', '-c', 'printf "a\\n\\303"; printf "\\244 b"'], { onLine });
    await run(['sh', '-c', 'printf "c\\r\\n" >&2'], { onLine });
    expect(lines).toEqual(['a', 'ä b', 'c']);
  });

  test('has the environment and folder that it is given, and no other', async () => {
    const folder = temporary('a folder ');
    const argv = ['/bin/sh', '-c', 'pwd; echo "$HOME:$A"'] as const;
    const env = { A: 'b c', HOME: undefined };
    for (const options of [{ env }, { env, inheritEnv: false }]) {
      expect((await run(argv, { ...options, cwd: folder })).stdout).toBe(`${folder}\n:b c\n`);
    }
    const program = join(folder, 'a "program"');
    writeFileSync(program, '#!/bin/sh\necho "$#:$1"\n', { mode: 0o700 });
    expect((await run([program, ''])).stdout).toBe('1:\n');
    expect((await run(['./a "program"', 'x'], { cwd: folder })).stdout).toBe('1:x\n');
  });

  test('finds a program in the PATH that it is given', async () => {
    const folder = temporary('path-');
    writeFileSync(join(folder, 'swarm-up-found'), '#!/bin/sh\necho found\n', { mode: 0o700 });
    const env = { PATH: `${folder}:${process.env.PATH}` };
    expect((await run(['swarm-up-found'], { env })).stdout).toBe('found\n');
  });

  test('says that its folder does not exist', async () => {
    expect(describeError(await failure(run(['true'], { cwd: '/no/such/folder' })))).toBe(
      'Program could not be started on the runner: true\n  The folder /no/such/folder does not exist.',
    );
  });

  test.each([
    ['longer than the system takes', 'x'.repeat(200_000), 'spawn E2BIG'],
    ['with a null byte', 'a\0b', 'without null bytes'],
  ])('says that an argument is %s', async (_what, word, words) => {
    const error = await failure(run(['true', word]));
    expect(error.message).toBe('Program could not be started on the runner: true');
    expect(describeError(error)).toContain(words);
  });
});

test.each([
  ['that may run on', { mayRunOn: true }, 'a signal'],
  ['that is ended with the step', {}, 'SIGKILL'],
])('says that a signal ended a command %s', async (_way, way: RunOptions, signal) => {
  const argv = ['sh', '-c', 'kill -KILL $$'] as const;
  const error = await failure(runner.run(argv, { ...way, anyExitCode: true }));
  expect(error.message).toBe(`Command was ended by ${signal} on the runner: sh -c 'kill -KILL $$'`);
});

test('a command that may run on does so after an abort, and nobody waits for it', async () => {
  const folder = temporary('run-on-');
  const [go, done] = [join(folder, 'go'), join(folder, 'done')];
  const argv = [
    ...['sh', '-c', 'echo begun; until [ -e "$0" ]; do sleep 0.02; done; echo end; touch "$1"'],
    ...[go, done],
  ] as const;
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    controller.abort(reason);
  };
  const options = { mayRunOn: true, onLine, signal: controller.signal };
  expect(await failure(runner.run(argv, options))).toBe(reason);
  writeFileSync(go, '');
  await until('the command has ended', () => existsSync(done));
  expect(lines).toEqual(['begun']);
});

describe.each([
  ['ends at once', ''],
  ['ignores SIGTERM', "trap '' TERM;"],
  ['takes its time to end', 'trap "sleep 0.3; exit" TERM;'],
])('a command that %s never takes a part of its input for the whole', (_name, first) => {
  const folder = mkdtempSync(join(tmpdir(), 'part-'));
  const whole = join(folder, 'whole');
  const argv = ['sh', '-c', `${first} echo begun; cat >/dev/null; touch "$0"`, whole] as const;
  const endless = () => new Readable({ read() {} });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('when it breaks off', async () => {
    const stdin = endless();
    stdin.push('first part');
    const broken = new Error('disk read error');
    const onLine = () => void stdin.destroy(broken);
    expect(await failure(runner.run(argv, { stdin, onLine }))).toBe(broken);
    expect(existsSync(whole)).toBe(false);
  });

  test('when the step is cancelled', async () => {
    const stdin = endless();
    stdin.push('first part');
    const controller = new AbortController();
    const onLine = () => controller.abort(new Error('cancelled'));
    const { signal } = controller;
    expect((await failure(runner.run(argv, { stdin, onLine, signal }))).message).toBe('cancelled');
    expect(existsSync(whole)).toBe(false);
  });
});

describe.each([
  ['waits', 'echo $$; sleep 4711', 1_000],
  ['has children', 'sleep 4711 & echo $$; sleep 4711', 1_000],
  ['ignores SIGTERM', "trap '' TERM; echo $$; while :; do sleep 4711; done", 3_500],
])('a command that %s', (_name, line, withinMs) => {
  const argv = ['sh', '-c', line] as const;

  test('is gone, with all that it started, when run rejects on abort', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const started = performance.now();
    let pid = 0;
    const onLine = (first: string): void => {
      pid = Number(first);
      controller.abort(reason);
    };
    expect(await failure(runner.run(argv, { signal: controller.signal, onLine }))).toBe(reason);
    expect(pid).toBeGreaterThan(1);
    expect(await alive(pid)).toBe(false);
    expect(performance.now() - started).toBeLessThan(withinMs);
  });
});

test('lets a command clean up on abort', async () => {
  const controller = new AbortController();
  const lines: string[] = [];
  const line = 'trap "echo bye; exit" TERM; echo started; while :; do sleep 0.05; done';
  const onLine = (one: string): void => {
    lines.push(one);
    controller.abort(new Error('cancelled'));
  };
  await failure(runner.run(['sh', '-c', line], { signal: controller.signal, onLine }));
  // The shell may still tell of the `sleep` that the same signal ended.
  expect(lines).toContain('bye');
});

describe('a stream', () => {
  test('ends with the command', async () => {
    const stream = await runner.open(['sh', '-c', 'read line; echo "got $line"']);
    stream.write('hello\n');
    expect(await text(stream)).toBe('got hello\n');
  });

  test('breaks with the error of the command', async () => {
    const stream = await runner.open(['sh', '-c', 'echo part; echo no access >&2; exit 4']);
    expect(describeError(await failure(text(stream)))).toMatch(/exit code 4: .*\n {2}no access$/);
  });

  test('ends the command when it is destroyed', async () => {
    const stream = await runner.open(['sh', '-c', 'echo $$; sleep 4714; :']);
    const pid = Number(await new Promise((resolve) => stream.once('data', resolve)));
    expect(await alive(pid)).toBe(true);
    stream.destroy();
    // Nobody waits for it, so it may take a moment.
    const until = performance.now() + 2_000;
    while ((await alive(pid)) && performance.now() < until);
    expect(await alive(pid)).toBe(false);
  });
});

test('ssh-keygen reads the keys that we make', async () => {
  const { privateKey, publicKey } = generateKeyPair('a comment');
  const { stdout } = await runner.run(
    ['sh', '-c', 'umask 077; f=$(mktemp); cat >"$f"; ssh-keygen -y -f "$f"; rm "$f"'],
    { stdin: privateKey },
  );
  expect(stdout.trim()).toBe(publicKey);
});
