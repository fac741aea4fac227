import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { runner } from '../../src/exec/runner.ts';
import { privilegeFlags } from '../../src/machines/docker/commands.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { NODE_IMAGE } from '../support/sshd.ts';
import { until } from '../support/until.ts';

// The bundle with a program that makes host containers.

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const LATER = { GITHUB_RUN_ID: '2' };
const PROGRAM = [process.execPath, join(import.meta.dirname, '../support/host-cloud.ts')];
const FLAGS = ['--tmpfs=/run', '--tmpfs=/tmp:exec', '--volume=/var/lib/docker'];

/** The folder of a cloud of host containers, and what a step needs to make machines there. */
function hostCloud() {
  const folder = mkdtempSync(join(tmpdir(), 'host-cloud-'));
  const calls = ['create', 'list', 'destroy', 'prepare', 'cleanup', 'renew'];
  const options = Object.fromEntries(calls.map((call) => [call, PROGRAM]));
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return {
    folder,
    options,
    inputs: { driver: 'command', 'driver-options': JSON.stringify(options) },
    env: {
      ...{ HOST_CLOUD: folder, HOST_CLOUD_IMAGE: NODE_IMAGE },
      HOST_CLOUD_FLAGS: JSON.stringify([...privilegeFlags('capabilities'), ...FLAGS]),
    },
    ports: (): unknown => read('ports'),
    expiry: (name: string): string => read(`${name}.shared`)['swarm-up.expires'],
    /** Machines, and what they share. */
    all: async () => {
      const filter = `--filter=label=host-cloud=${basename(folder)}`;
      const containers = await docker('ps', '--all', filter, '--format={{.Names}}');
      const shared = readdirSync(folder).filter((file) => file.endsWith('.shared'));
      return [...containers.split('\n').filter(Boolean), ...shared];
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function textOf(run: ActionRun): string {
  const text = run.lines.join('\n');
  if (process.env.SHOW_LOG) console.log(`${text}\n--- summary\n${run.summary}`);
  return text;
}

test('a preview that stays: planned, made, found and scaled by another run, swept', async () => {
  await using cluster = testCluster('cmd');
  using cloud = hostCloud();
  const { env } = cloud;
  const later = { ...env, ...LATER };
  const key = generateKeyPair('');
  const found = { ...cloud.inputs, 'ssh-private-key': key.privateKey };
  const given = { ...found, images: HELLO_IMAGE, nodes: '2', teardown: 'never', ttl: '72h' };
  const machine = (index: number) => `su-4711-${cluster.name}-${index}`;
  const ids = async () =>
    (await docker('inspect', '--format={{.Id}}', machine(1), machine(2))).split('\n');
  cluster.write(
    'compose.yaml',
    `name: shop\nservices: {web: {image: ${HELLO_IMAGE}, stop_grace_period: 0s, ports: [{target: 8080, published: 8080, mode: host}], deploy: {mode: global}}}\n`,
  );

  const unkeyed = await cluster.up({ ...given, 'ssh-private-key': '' }, env);
  expect(textOf(unkeyed)).toContain('A cluster with a `ttl` needs `ssh-private-key`');
  const planned = await cluster.up({ ...given, 'dry-run': 'true' }, env);
  expect(textOf(planned)).toContain(`2 × ${process.execPath}`);
  expect(planned.conclusion).toBe('success');
  expect(await cloud.all()).toEqual([]);

  const made = await cluster.up({ ...given, verify: '8080/' }, env);
  expect(textOf(made)).toMatch(/web {2}8080 .*answers/);
  expect(textOf(made)).toContain(`create ${machine(1)}: It is said here what a program does.`);
  expect(cloud.ports()).toEqual([{ port: 8080, protocol: 'tcp' }]);
  expect(textOf(await cluster.post(made, given, 'success', env))).toContain('`teardown: never`');
  const first = await ids();

  // Another run, which has the key and the programs, and nothing else.
  const status = await cluster.up({ ...found, command: 'status' }, later);
  expect(textOf(status)).toMatch(/2 nodes/);
  const expired = cloud.expiry(`su-4711-${cluster.name}`);
  const again = await cluster.up({ ...given, nodes: '3', ttl: '1s' }, later);
  expect(textOf(again)).toContain(`${cluster.name}-1`);
  expect(again.conclusion).toBe('success');
  expect(await ids()).toEqual(first);
  expect(cloud.expiry(`su-4711-${cluster.name}`) < expired).toBe(true);
  expect(await cloud.all()).toHaveLength(4);

  const swept = await cluster.up({ ...cloud.inputs, command: 'sweep' }, later);
  expect(textOf(swept)).toContain(`Cluster ${cluster.name} was removed: ttl ended`);
  expect(swept.conclusion).toBe('success');
  expect(await cloud.all()).toEqual([]);
}, 300_000);

test('without a key the cluster is for this step; another run removes it, and post finds nothing', async () => {
  await using cluster = testCluster('cmd-key');
  using cloud = hostCloud();
  const given = { ...cloud.inputs, nodes: '1', 'compose-file': '-' };
  const made = await cluster.up(given, cloud.env);
  expect(made.conclusion).toBe('success');
  const other = await cluster.up(given, { ...cloud.env, ...LATER });
  expect(textOf(other)).toContain('A machine lets in the `ssh-private-key` of the step that made');
  const later = { ...cloud.env, ...LATER };
  const down = await cluster.up({ ...cloud.inputs, command: 'down' }, later);
  expect(textOf(down)).toContain(`machine su-4711-${cluster.name}-1`);
  expect(await cloud.all()).toEqual([]);
  const post = await cluster.post(made, given, 'success', cloud.env);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(post.conclusion).toBe('success');
}, 120_000);

test('main is killed while `create` is at work: post removes what the program makes afterwards', async () => {
  await using cluster = testCluster('cmd-kill');
  using cloud = hostCloud();
  const given = { ...cloud.inputs, nodes: '1', 'compose-file': '-' };
  writeFileSync(join(cloud.folder, 'hold'), '');
  const main = cluster.start(given, cloud.env);
  await until('`create` is at work', () => existsSync(join(cloud.folder, 'held')));
  main.kill();
  const ended = await main.result;
  rmSync(join(cloud.folder, 'hold'));
  const post = await cluster.post(ended, given, 'failure', cloud.env);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(post.conclusion).toBe('success');
  expect(await cloud.all()).toEqual([]);
}, 120_000);

test('`script/check-command` finds these programs right, and tells what is wrong with others', async () => {
  using cloud = hostCloud();
  const options = join(cloud.folder, 'options.yaml');
  const checkCommand = join(import.meta.dirname, '../../script/check-command');
  const check = async (given: object) => {
    writeFileSync(options, JSON.stringify(given));
    const argv = [checkCommand, options, '--interrupt', '300ms'] as const;
    return await runner.run(argv, { env: cloud.env, anyExitCode: true });
  };
  const right = cloud.options;
  const passed = await check(right);
  expect(passed.stdout).toMatch(/✓ The machine lets in the key of the request/);
  expect(passed.stdout).toContain('All checks passed.');
  expect(passed.exitCode).toBe(0);
  expect(await cloud.all()).toEqual([]);

  const failed = await check({ ...right, list: ['true'] });
  expect(failed.stdout).toContain('`machines`: expected a list of machines');
  expect(failed.stdout).toContain('2 failed.');
  expect(failed.exitCode).toBe(1);
}, 120_000);
