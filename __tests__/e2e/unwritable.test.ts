import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { engineState, NOTHING } from '../support/engine.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unwritable-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'] as const;

/** What cannot be written, and what is said of it: the system's words, and what to do. */
const WAYS: readonly { how: string; path(): string; says: readonly (string | RegExp)[] }[] = [
  {
    how: 'full',
    path: () => '/dev/full',
    says: ['ENOSPC: no space left on device', 'Free space there'],
  },
  {
    how: 'gone, with its folder',
    path: () => join(folder, 'gone', 'file'),
    says: [/ENOENT: no such file|Missing file/, 'An earlier step of the job has removed it'],
  },
  {
    how: 'a folder',
    path: () => {
      mkdirSync(join(folder, 'it'));
      return join(folder, 'it');
    },
    says: ['EISDIR', 'has put something else in its place'],
  },
  {
    how: 'below a file',
    path: () => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file', 'it');
    },
    says: [/ENOTDIR|Missing file/],
  },
  // Root may write to a file of mode 0444, but not there.
  { how: 'read-only', path: () => '/proc/version', says: [/E(ACCES|PERM|ROFS|IO)/] },
];

const COMPOSE = `services: {web: {image: ${HELLO_IMAGE}}}\n`;

function errorsOf(run: ActionRun) {
  return run.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

function expectNoTrace(run: ActionRun): void {
  expect(run.lines.join('\n')).not.toMatch(
    /\n\s+at .*\.js:\d|^Node\.js v|triggerUncaughtException/m,
  );
}

/**
 * Runs main with the file elsewhere, and post; nothing may be left, and nothing may have been made.
 */
async function upWith(
  cluster: Cluster,
  file: string,
  path: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<ActionRun> {
  cluster.write('compose.yaml', COMPOSE);
  const run = await cluster.up({ nodes: '1', ...inputs }, { [file]: path });
  expectNoTrace(run);
  return run;
}

describe.each(WAYS)('$how', ({ path, says }) => {
  test.each(FILES.slice(0, 3))(
    '%s ends the step before anything is created',
    async (file) => {
      await using cluster = testCluster('unwritable');
      const given = path();
      const run = await upWith(cluster, file, given, { 'docker-host': 'true' });
      expect(run.exitCode).toBe(1);
      const errors = errorsOf(run);
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(`${file} cannot be written on the runner: ${given}`);
      for (const words of says) expect(errors[0]).toMatch(words);
      expect(run.state).toEqual({});
      expect(run.summary).toContain(`${file} cannot be written on the runner`);
      expect(run.outputs.status).toBe(file === 'GITHUB_OUTPUT' ? undefined : 'failed');
      expect(await engineState(cluster.name)).toEqual(NOTHING);
      expect((await cluster.post(run)).conclusion).toBe('success');
    },
    60_000,
  );

  test('RUNNER_TEMP ends a step that needs it before anything is created', async () => {
    await using cluster = testCluster('unwritable');
    const given = path();
    // A folder is what it should be, and no file of it can be a folder below a device.
    if (given === join(folder, 'it')) return;
    const run = await upWith(cluster, 'RUNNER_TEMP', given, { 'docker-host': 'true' });
    expect(run.exitCode).toBe(1);
    expect(errorsOf(run)).toEqual([
      expect.stringContaining(`RUNNER_TEMP cannot be written on the runner: ${given}`),
    ]);
    expect(run.state).toEqual({});
    expect(await engineState(cluster.name)).toEqual(NOTHING);
  }, 60_000);
});

test.each(['up', 'down', 'sweep'])(
  'GITHUB_OUTPUT, inputs that are not right and `command: %s`: both are said',
  async (command) => {
    await using cluster = testCluster('unwritable');
    const run = await upWith(cluster, 'GITHUB_OUTPUT', '/dev/full', { command, driver: 'dokcer' });
    expect(run.exitCode).toBe(1);
    const errors = errorsOf(run);
    expect(errors).toHaveLength(2);
    expect(errors[0]).toContain('driver: "dokcer"');
    expect(errors[1]).toContain('GITHUB_OUTPUT cannot be written on the runner');
  },
  60_000,
);

test.each(['down', 'sweep'])(
  'GITHUB_OUTPUT lets `command: %s` do its work and fail',
  async (command) => {
    await using cluster = testCluster('unwritable');
    const run = await upWith(cluster, 'GITHUB_OUTPUT', '/dev/full', { command });
    expect(run.exitCode).toBe(1);
    expect(errorsOf(run)).toEqual([
      expect.stringContaining('GITHUB_OUTPUT cannot be written on the runner'),
    ]);
    expect(run.summary).not.toBe('');
  },
  60_000,
);

test.each(WAYS)(
  'a summary that is $how is a warning, and nothing else',
  async ({ path, says }) => {
    await using cluster = testCluster('unwritable');
    const given = path();
    const run = await upWith(cluster, 'GITHUB_STEP_SUMMARY', given, { 'dry-run': 'true' });
    expect(errorsOf(run)).toEqual([]);
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'planned' } });
    const warnings = run.annotations.filter(({ level }) => level === 'warning');
    const [warning] = warnings.filter(({ message }) => message.includes('GITHUB_STEP_SUMMARY'));
    expect(warning?.message).toContain(
      `GITHUB_STEP_SUMMARY cannot be written on the runner: ${given}`,
    );
    for (const words of says) expect(warning?.message).toMatch(words);
    expect(existsSync(join(folder, 'gone'))).toBe(false);
  },
  60_000,
);

test('a summary that is full fails no deployment', async () => {
  await using cluster = testCluster('unwritable');
  const run = await upWith(cluster, 'GITHUB_STEP_SUMMARY', '/dev/full', { images: HELLO_IMAGE });
  expect(errorsOf(run)).toEqual([]);
  expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'converged' } });
  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);

test('files that go while the step works fail it, with a summary, and post removes all', async () => {
  await using cluster = testCluster('unwritable');
  cluster.write('compose.yaml', COMPOSE);
  const [output, variables] = [join(folder, 'output'), join(folder, 'env')];
  for (const file of [output, variables]) writeFileSync(file, '');
  const main = cluster.start(
    { nodes: '1', images: HELLO_IMAGE, 'docker-host': 'true' },
    { GITHUB_OUTPUT: output, GITHUB_ENV: variables },
  );
  await main.seen(/Handing the engine of/);
  for (const file of [output, variables]) rmSync(file);
  const run = await main.result;
  expectNoTrace(run);
  expect(run.exitCode).toBe(1);
  expect(errorsOf(run)).toEqual([
    expect.stringContaining(`GITHUB_ENV cannot be written on the runner: ${variables}`),
    expect.stringContaining(`GITHUB_OUTPUT cannot be written on the runner: ${output}`),
  ]);
  expect(run.summary).toContain('GITHUB_ENV cannot be written on the runner');
  expect(JSON.parse(run.state['swarm-up'] ?? '')).toMatchObject({ stage: 'failed' });
  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);
