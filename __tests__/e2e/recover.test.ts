import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { shim } from '../support/clients.ts';
import { testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import { containersOf, IDLE, runs } from '../support/stages.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const SWARM_ONLY = { nodes: '1', 'compose-file': '-' };

test('each run goes on where the one before it was killed', async () => {
  await using cluster = testCluster('half');
  cluster.write('compose.yaml', IDLE);
  const inputs = { nodes: '2', images: HELLO_IMAGE, 'stack-name': 'idle' };
  const killedAt = async (script: string) => {
    const run = await cluster.up(inputs, shim('docker', cluster.workspace, script));
    expect(run.signal).toBe('SIGKILL');
  };
  const killedOnceSeen = async (pattern: RegExp) => {
    const main = cluster.start(inputs);
    await main.seen(pattern);
    process.kill(main.pid, 'SIGKILL');
    await main.result;
  };
  const nodes = [`${cluster.name}-1`, `${cluster.name}-2`];
  const inspected = (format: string) =>
    docker('container', 'inspect', '--format', format, ...nodes);

  await killedAt('[ "$1" = create ] && { kill_main; exit 1; }');
  expect(await engineState(cluster.name)).toEqual({ ...NOTHING, networks: [cluster.name] });

  await killedAt(`[ "$1" = start ] && {
    until "$program" inspect ${nodes.join(' ')} >/dev/null 2>&1; do sleep 0.05; done
    kill_main; exit 1
  }`);
  expect(await inspected('{{.State.Status}}')).toBe('created\ncreated');

  await killedOnceSeen(/Forming the swarm/);
  expect(await inspected('{{.State.Status}}')).toBe('running\nrunning');
  const made = await inspected('{{.Id}}');

  await cluster.on(
    1,
    "docker swarm leave --force; docker swarm init --advertise-addr $(hostname -i | cut -d' ' -f1)",
  );
  await cluster.on(2, 'docker swarm leave --force');
  await killedOnceSeen(/Deploying stack/);
  expect(await cluster.docker('node', 'ls', '--format', '{{.Hostname}} {{.Status}}')).toBe(
    nodes.map((node) => `${node} Ready`).join('\n'),
  );

  // As a person would: "Re-run failed jobs". The lock of the first attempt is known to be nobody's.
  const run = await cluster.up(inputs, { GITHUB_RUN_ATTEMPT: '2' });
  expect(run.outputs.status).toBe('converged');
  expect(await inspected('{{.Id}}')).toBe(made);
  expect(await cluster.docker('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toContain(
    'idle_idle 2/2',
  );

  const post = await cluster.post(run);
  expect(post.conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 180_000);

test('post has nothing to do where main failed before it created anything', async () => {
  await using cluster = testCluster('nothing');
  const run = await cluster.up({ nodes: '0' });
  expect(run.conclusion).toBe('failure');
  const post = await cluster.post(run);
  expect(text(post)).toContain('The main step created nothing, so there is nothing to remove.');
  expect(post.conclusion).toBe('success');
}, 60_000);

test('post says what it could not remove, the next one removes it, the one after has nothing to do', async () => {
  await using cluster = testCluster('stuck');
  const run = await cluster.up(SWARM_ONLY);
  const [id = ''] = (await docker('ps', '--quiet', '--filter', `name=${cluster.name}-1`)).split(
    '\n',
  );
  const env = shim(
    'docker',
    cluster.workspace,
    '[ "$1" = rm ] && { echo "could not kill: device or resource busy" >&2; exit 1; }',
  );

  const failed = await cluster.post(run, {}, 'success', env);
  expect(failed.exitCode).toBe(1);
  const said = failed.annotations.map(({ message }) => message).join('\n');
  expect(said).toContain(
    `Cluster ${cluster.name} could not be removed completely: container ${id}`,
  );
  expect(said).toContain('could not kill: device or resource busy');
  expect(said).toContain(`label=swarm-up.cluster=${cluster.name}`);
  expect(await runs(`${cluster.name}-1`)).toBe(true);

  for (const _again of [1, 2]) {
    const post = await cluster.post(run);
    expect(post.conclusion).toBe('success');
    expect(await engineState(cluster.name)).toEqual(NOTHING);
  }
}, 60_000);

test('removed by hand already is success', async () => {
  await using cluster = testCluster('by-hand');
  const run = await cluster.up(SWARM_ONLY);
  await docker('rm', '--force', '--volumes', ...(await containersOf(cluster.name)));
  await docker('network', 'rm', cluster.name);
  const post = await cluster.post(run);
  expect(text(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(post.conclusion).toBe('success');
}, 60_000);

test.each([
  ['cut', '{"driver":"docker","clus'],
  ['of another version', '{"version":2}'],
])(
  'state that is %s: post fails and says how to remove the cluster all the same',
  async (_name, state) => {
    await using cluster = testCluster('state');
    const post = await cluster.post({ state: { 'swarm-up': state }, conclusion: 'success' });
    expect(post.exitCode).toBe(1);
    expect(post.annotations.map(({ message }) => message).join('\n')).toMatch(
      /cannot be read[\s\S]*Remove the cluster with a step that has `command: down`/,
    );
  },
  60_000,
);

function text(run: ActionRun): string {
  return run.lines.join('\n');
}
