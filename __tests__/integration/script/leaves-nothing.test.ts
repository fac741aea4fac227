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
  // They stand for what is on the machine, so that what other tests do there meanwhile is not seen
  // here.
  const programs = {
    docker: 'case $1 in ps) f=container ;; *) f=$1 ;; esac',
    ip: 'f=namespace',
    ps: 'f=process',
  };
  for (const [name, file] of Object.entries(programs)) {
    const path = join(directory, 'bin', name);
    writeFileSync(path, `#!/bin/sh\n${file}\ncat "${directory}/$f"\n`);
    chmodSync(path, 0o755);
  }
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const KINDS = ['container', 'network', 'volume', 'namespace', 'process'] as const;

function machineHas(lists: Partial<Record<(typeof KINDS)[number], string>>): void {
  for (const kind of KINDS) {
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
  machineHas({ container: 'db\nold\n', network: 'bridge\n' });
  const main = await stage('main');
  machineHas({ container: 'db\n', network: 'bridge\n' });
  expect(await stage('post', main.state)).toMatchObject({ conclusion: 'success', annotations: [] });
});

test.each([
  ['container', { container: 'db\ndemo-1\n' }, 'container demo-1 was left'],
  ['network', { container: 'db\n', network: 'demo\n' }, 'network demo was left'],
  ['volume', { container: 'db\n', volume: 'demo-1\n' }, 'volume demo-1 was left'],
  [
    'network namespace',
    { container: 'db\n', namespace: 'demo (id: 1)\n' },
    'network namespace demo (id: 1) was left',
  ],
  [
    'virtual machine',
    { container: 'db\n', process: '    1 systemd\n   77 qemu-system-x86\n' },
    'virtual machine 77 qemu-system-x86 was left',
  ],
])('a %s that is new fails the job', async (_kind, after, message) => {
  machineHas({ container: 'db\n' });
  const main = await stage('main');
  machineHas(after);
  expect(await stage('post', main.state)).toMatchObject({
    conclusion: 'failure',
    annotations: [{ level: 'error', message: expect.stringContaining(message) }],
  });
});
