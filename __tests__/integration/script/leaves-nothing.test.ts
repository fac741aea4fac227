import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startAction } from '../../../script/action-runner.ts';

const action = resolve(import.meta.dirname, '../../../.github/actions/leaves-nothing');
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'leaves-nothing-test-'));
  mkdirSync(join(directory, 'bin'));
  const docker = join(directory, 'bin/docker');
  // Stands for the engine, so that what other tests do on it meanwhile is not seen here.
  writeFileSync(
    docker,
    `#!/bin/sh\ncase $1 in ps) f=container ;; *) f=$1 ;; esac\ncat "${directory}/$f"\n`,
  );
  chmodSync(docker, 0o755);
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function engineHas(lists: { container?: string; network?: string; volume?: string }): void {
  for (const kind of ['container', 'network', 'volume'] as const) {
    writeFileSync(join(directory, kind), lists[kind] ?? '');
  }
}

async function stage(name: 'main' | 'post', state = {}) {
  const env = { PATH: `${directory}/bin:${process.env.PATH}` };
  return startAction({
    stage: name,
    inputs: {},
    workspace: directory,
    directory,
    action,
    env,
    state,
  }).result;
}

test('what was there before may go or stay', async () => {
  engineHas({ container: 'db\nold\n', network: 'bridge\n' });
  const main = await stage('main');
  engineHas({ container: 'db\n', network: 'bridge\n' });
  expect(await stage('post', main.state)).toMatchObject({ conclusion: 'success', annotations: [] });
});

test.each([
  ['container', { container: 'db\ndemo-1\n' }, 'container demo-1 was left'],
  ['network', { container: 'db\n', network: 'demo\n' }, 'network demo was left'],
  ['volume', { container: 'db\n', volume: 'demo-1\n' }, 'volume demo-1 was left'],
])('a %s that is new fails the job', async (_kind, after, message) => {
  engineHas({ container: 'db\n' });
  const main = await stage('main');
  engineHas(after);
  expect(await stage('post', main.state)).toMatchObject({
    conclusion: 'failure',
    annotations: [{ level: 'error', message: expect.stringContaining(message) }],
  });
});
