import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CommandError, CommandTimeout, type RunOptions } from '../../../src/exec/executor.ts';
import { runner } from '../../../src/exec/runner.ts';
import { until } from '../../support/until.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outliving-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

/** Runs these lines of a shell, which find the folder in `$FOLDER`. */
function run(lines: string, options: RunOptions = {}, stopMs = { aborted: 50, timedOut: 50 }) {
  return runner.run(['sh', '-c', lines], {
    ...{ env: { FOLDER: folder }, outlives: { folder, stopMs } },
    ...options,
  });
}

const failure = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

/** Counts its signals, and goes on until it may end. */
const STUBBORN = `trap 'echo int >>"$FOLDER/signals"' INT; trap 'echo term >>"$FOLDER/signals"' TERM
touch "$FOLDER/started"; until [ -e "$FOLDER/go" ]; do sleep 0.05; done; echo late; touch "$FOLDER/ended"`;

test('streams, lines as they come, and the exit code', async () => {
  const lines: string[] = [];
  const result = await run('echo a; echo e >&2; printf b; exit 3', {
    anyExitCode: true,
    onLine: (line) => lines.push(line),
  });
  expect(result).toEqual({ exitCode: 3, stdout: 'a\nb', stderr: 'e\n' });
  expect(lines.toSorted()).toEqual(['a', 'b', 'e']);
  expect(statSync(at('stdout')).mode & 0o777).toBe(0o600);
  await expect(run('exit 3')).rejects.toThrow(CommandError);
});

test('a line is told while the command runs', async () => {
  const lines: string[] = [];
  const ending = run('echo first; until [ -e "$FOLDER/go" ]; do sleep 0.05; done', {
    onLine: (line) => lines.push(line),
  });
  await until('it is told', () => lines.includes('first'));
  writeFileSync(at('go'), '');
  await ending;
});

test('on abort it is asked once to stop, and left behind if it goes on', async () => {
  const stop = new AbortController();
  const ending = failure(run(STUBBORN, { signal: stop.signal }));
  await until('it runs', () => existsSync(at('started')));
  const reason = new Error('cancelled');
  stop.abort(reason);
  expect(await ending).toBe(reason);
  expect(existsSync(at('ended'))).toBe(false);
  writeFileSync(at('go'), '');
  // It can still write, since nobody has closed a pipe.
  await until('it has ended by itself', () => existsSync(at('ended')));
  expect(readFileSync(at('signals'), 'utf8')).toBe('int\n');
  expect(readFileSync(at('stdout'), 'utf8')).toBe('late\n');
});

test('one that stops is waited for', async () => {
  const stop = new AbortController();
  const lines = `trap 'touch "$FOLDER/saved"; exit 1' INT
    touch "$FOLDER/started"; while :; do sleep 0.05; done`;
  const stopMs = { aborted: 20_000, timedOut: 0 };
  const ending = failure(run(lines, { signal: stop.signal }, stopMs));
  await until('it runs', () => existsSync(at('started')));
  stop.abort(new Error('cancelled'));
  expect(await ending).toEqual(new Error('cancelled'));
  expect(existsSync(at('saved'))).toBe(true);
});

test('at the time limit it is asked to stop, too', async () => {
  const ending = failure(run(`echo begun; ${STUBBORN}`, { timeoutMs: 1_000 }));
  const error = await ending;
  expect(error).toBeInstanceOf(CommandTimeout);
  expect(error instanceof CommandTimeout && error.output.stdout).toBe('begun\n');
  writeFileSync(at('go'), '');
  await until('it has ended by itself', () => existsSync(at('ended')));
  expect(readFileSync(at('signals'), 'utf8')).toBe('int\n');
});

test('nothing is started after an abort, and a program that is missing is named', async () => {
  const signal = AbortSignal.abort(new Error('cancelled'));
  await expect(run('touch "$FOLDER/started"', { signal })).rejects.toThrow('cancelled');
  expect(existsSync(at('started'))).toBe(false);
  const outlives = { folder, stopMs: { aborted: 0, timedOut: 0 } };
  await expect(runner.run(['/nowhere/x'], { outlives })).rejects.toThrow('Program not found');
});

test('it goes on if the process that has started it is killed', async () => {
  const own = join(import.meta.dirname, '../../../src/exec/runner.ts');
  const outlives = { folder, stopMs: { aborted: 0, timedOut: 0 } };
  const code = `const { runner } = await import(${JSON.stringify(own)});
    await runner.run(['sh', '-c', ${JSON.stringify(STUBBORN)}], { outlives: ${JSON.stringify(outlives)} });`;
  const argv = [process.execPath, '--input-type=module', '--eval', code] as const;
  const stop = new AbortController();
  const ending = failure(runner.run(argv, { env: { FOLDER: folder }, signal: stop.signal }));
  await until('it runs', () => existsSync(at('started')));
  stop.abort(new Error('killed'));
  await ending;
  writeFileSync(at('go'), '');
  await until('it has ended by itself', () => existsSync(at('ended')));
  expect(existsSync(at('signals'))).toBe(false);
  expect(readFileSync(at('stdout'), 'utf8')).toBe('late\n');
});
