import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { testCluster } from '../support/cluster.ts';
import { engineState, NOTHING } from '../support/engine.ts';

const NAME = 'swarm-up-ssh-0123abcd';

/** Holds the folder of temporary files, and one of somebody else with a file in it. */
let root: string;
let temp: string;
let victim: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ssh-folder-'));
  temp = join(root, 'temp');
  victim = join(root, 'victim');
  for (const folder of [temp, victim, join(victim, NAME)]) mkdirSync(folder);
  writeFileSync(join(victim, 'kept'), '');
  writeFileSync(join(victim, NAME, 'kept'), '');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** The post step of a main that has left this folder, and a cluster of which nothing is there. */
async function postWith(sshFolder: string, runnerTemp = temp) {
  await using cluster = testCluster('ssh-folder');
  const state = {
    driver: 'docker',
    cluster: cluster.name,
    teardown: 'always',
    sshFolder,
    made: true,
    stage: 'failed',
  };
  const main = { state: { 'swarm-up': JSON.stringify(state) }, conclusion: 'failure' as const };
  const run = await cluster.post(main, {}, 'failure', { RUNNER_TEMP: runnerTemp });
  // Whatever becomes of the folder, the cluster goes.
  expect(run.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(await engineState(cluster.name)).toEqual(NOTHING);
  return run;
}

test.each([
  ['a folder elsewhere', () => victim, 'Its name is not'],
  ['a folder elsewhere of the right name', () => join(victim, NAME), 'It is not in RUNNER_TEMP'],
  ['the folder of temporary files itself', () => temp, 'Its name is not'],
  ['a folder in it of another name', () => join(temp, 'other'), 'Its name is not'],
  ['a folder below one in it', () => join(temp, 'other', NAME), 'It is not in RUNNER_TEMP'],
  ['a way out of it', () => `${temp}/../victim/${NAME}`, 'It is not in RUNNER_TEMP'],
  ['a longer name', () => join(temp, `${NAME}0`), 'Its name is not'],
  ['a link to a folder', () => join(temp, 'swarm-up-ssh-00000001'), 'It is a link.'],
  ['a link with a slash', () => `${join(temp, 'swarm-up-ssh-00000001')}/`, 'It is a link.'],
  ['a file', () => join(temp, 'swarm-up-ssh-00000002'), 'It is no folder.'],
  ['nothing', () => '', 'Its name is not'],
  ['a folder below a link', () => join(temp, 'link', NAME), 'It is not in RUNNER_TEMP'],
])(
  'post leaves %s',
  async (_name, path, reason) => {
    mkdirSync(join(temp, 'other', NAME), { recursive: true });
    writeFileSync(join(temp, 'swarm-up-ssh-00000002'), '');
    mkdirSync(join(temp, `${NAME}0`));
    symlinkSync(join(victim, NAME), join(temp, 'swarm-up-ssh-00000001'));
    symlinkSync(victim, join(temp, 'link'));
    const before = readdirSync(root, { recursive: true }).sort();
    const run = await postWith(path());
    expect(readdirSync(root, { recursive: true }).sort()).toEqual(before);
    expect(run.exitCode).toBe(1);
    const [error, ...more] = run.annotations.filter(({ level }) => level === 'error');
    expect(more).toEqual([]);
    expect(error?.message).toContain(
      `The folder of the SSH files is not the one that the main step made: ${path()}`,
    );
    expect(error?.message).toContain(reason);
  },
  60_000,
);

test('post removes the folder that main has made, also below a link to RUNNER_TEMP', async () => {
  const link = join(root, 'link');
  symlinkSync(temp, link);
  for (const [folder, runnerTemp] of [
    [join(temp, NAME), temp],
    [join(link, NAME), link],
    [join(temp, NAME), link],
    [join(link, NAME), temp],
  ] as const) {
    mkdirSync(join(temp, NAME));
    writeFileSync(join(temp, NAME, 'key-1'), '');
    symlinkSync(victim, join(temp, NAME, 'inside'));
    const run = await postWith(folder, runnerTemp);
    expect(run.conclusion).toBe('success');
    expect(existsSync(join(temp, NAME))).toBe(false);
    expect(existsSync(join(victim, 'kept'))).toBe(true);
  }
}, 120_000);

test('a folder that main has not come to make is no failure', async () => {
  expect((await postWith(join(temp, NAME))).conclusion).toBe('success');
}, 60_000);
