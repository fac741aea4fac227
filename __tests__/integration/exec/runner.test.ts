import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { CommandError } from '../../../src/exec/executor.ts';
import { runner } from '../../../src/exec/runner.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';

jest.setTimeout(30_000);

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It should have failed.');
};

/**
 * Whether a process of the group runs. One that has ended, but whose end init has not noticed yet,
 * does not.
 */
const alive = async (group: number): Promise<boolean> => {
  const { stdout } = await runner.run(['ps', '-A', '-o', 'pgid=,stat=']);
  return stdout.split('\n').some((line) => new RegExp(`^ *${group} +[^Z]`).test(line));
};

test('keeps both streams apart and the exit code', async () => {
  const argv = ['sh', '-c', 'echo out; echo err >&2; exit 3'] as const;
  expect(await runner.run(argv, { anyExitCode: true })).toEqual({
    exitCode: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  });
  const error = await failure(runner.run(argv));
  expect(error).toBeInstanceOf(CommandError);
  expect(error.message).toBe(
    `Command failed on the runner with exit code 3: sh -c 'echo out; echo err >&2; exit 3'`,
  );
});

test('passes arguments as they are and sets the environment', async () => {
  const words = [`it's "here"`, '$HOME', 'line\nbreak', ''];
  const { stdout } = await runner.run(['printf', '%s\\0', ...words]);
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
  const env = { SWARM_UP_TEST: 'a b' };
  expect((await runner.run(['sh', '-c', 'echo "$SWARM_UP_TEST:$PATH"'], { env })).stdout).toBe(
    `a b:${process.env.PATH}\n`,
  );
});

test.each([
  ['docker-nowhere', 'Install docker-nowhere on the runner, or add its folder to PATH.'],
  ['/no/such/folder/docker', 'Install /no/such/folder/docker on the runner'],
])('says that %s is missing and what to do', async (program, hint) => {
  for (const promise of [runner.run([program, '--version']), runner.open([program])]) {
    const error = await failure(promise);
    expect(error).toBeInstanceOf(ActionError);
    expect(describeError(error)).toMatch(`Program not found on the runner: ${program}\n`);
    expect(describeError(error)).toContain(hint);
  }
});

test('says that a program may not be run', async () => {
  expect((await failure(runner.run(['/etc/passwd']))).message).toBe(
    'Program could not be started on the runner: /etc/passwd',
  );
});

test('says which signal ended a command', async () => {
  const error = await failure(runner.run(['sh', '-c', 'kill -KILL $$'], { anyExitCode: true }));
  expect(error.message).toBe(`Command was ended by SIGKILL on the runner: sh -c 'kill -KILL $$'`);
});

test('sends and reads much, unchanged', async () => {
  const bytes = randomBytes(20_000_000);
  const sum = createHash('sha256').update(bytes).digest('hex');
  for (const stdin of [bytes, Readable.from([bytes.subarray(0, 9), bytes.subarray(9)])]) {
    expect((await runner.run(['sha256sum'], { stdin })).stdout).toBe(`${sum}  -\n`);
  }
  const { stdout } = await runner.run(['sh', '-c', 'yes 0123456789abcde | head -c 20971520']);
  expect(stdout).toHaveLength(20 * 1024 * 1024);
});

test('does not mind a command that stops reading', async () => {
  const stdin = new Readable({
    read() {
      this.push(Buffer.alloc(65_536));
    },
  });
  expect((await runner.run(['head', '-c', '2'], { stdin })).stdout).toBe('\0\0');
  expect(stdin.destroyed).toBe(true);
  expect((await runner.run(['true'], { stdin: Buffer.alloc(5_000_000) })).exitCode).toBe(0);
});

test('ends a command whose input breaks off', async () => {
  const broken = new Error('disk read error');
  const stdin = new Readable({
    read() {
      this.destroy(broken);
    },
  });
  expect(await failure(runner.run(['cat'], { stdin }))).toBe(broken);
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

test('ends a command at its time limit and shows what it said so far', async () => {
  const argv = ['sh', '-c', 'echo pulling; sleep 4712'] as const;
  // Long enough for the shell of a busy runner to say its first word.
  expect(describeError(await failure(runner.run(argv, { timeoutMs: 2_000 })))).toBe(
    `Command did not end within 2.0 s on the runner: sh -c 'echo pulling; sleep 4712'\n  pulling`,
  );
});

test('runs nothing under a signal that is aborted already', async () => {
  const reason = new Error('cancelled');
  const signal = AbortSignal.abort(reason);
  expect(await failure(runner.run(['no-such-program'], { signal }))).toBe(reason);
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
