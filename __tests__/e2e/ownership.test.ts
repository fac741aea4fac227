import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker, engineState, inspect, NOTHING } from '../support/engine.ts';
import { containersOf } from '../support/stages.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const ONE_NODE = { nodes: '1', 'compose-file': '-' };

const NO_SUCH_IMAGE = `services:
  web:
    image: localhost/swarm-up-e2e-no-such-image
`;

test('a cluster of another step stays, unless `always` says otherwise', async () => {
  await using cluster = testCluster('found');
  const one = [`${cluster.name}-1`];
  const staysAfter = async (
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
    reason: string,
  ) => {
    const run = await cluster.up({ ...ONE_NODE, ...inputs }, env);
    expect(run.conclusion).toBe('success');
    const post = await cluster.post(run);
    expect(text(post)).toContain(`Cluster ${cluster.name} stays: ${reason}`);
    expect(post.conclusion).toBe('success');
    expect(await containersOf(cluster.name)).toEqual(one);
  };
  const id = () => docker('container', 'inspect', '--format', '{{.Id}}', ...one);

  await staysAfter({ teardown: 'never' }, {}, '`teardown: never`');
  const made = await id();
  const found = 'it was there before this step';
  await staysAfter({}, { GITHUB_RUN_ID: '2' }, found);
  await staysAfter({}, { GITHUB_ACTION: 'other' }, found);
  await staysAfter({ teardown: 'on-success' }, { GITHUB_RUN_ID: '2' }, found);
  expect(await id()).toBe(made);

  const run = await cluster.up({ ...ONE_NODE, teardown: 'always' }, { GITHUB_RUN_ID: '2' });
  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);

test('`on-success` keeps what a failed job leaves', async () => {
  await using cluster = testCluster('on-success');
  const inputs = { ...ONE_NODE, teardown: 'on-success' };
  const kept = '`teardown: on-success`, and the job did not succeed';

  const good = await cluster.up(inputs);
  const post = text(await cluster.post(good, {}, 'failure'));
  expect(post).toContain(kept);
  expect(post).toContain(`Look into it on this runner: docker exec -it ${cluster.name}-1 sh`);
  expect(post).toContain(`\`driver: docker\` and \`cluster: ${cluster.name}\``);
  expect(await containersOf(cluster.name)).toHaveLength(1);

  cluster.write('compose.yaml', NO_SUCH_IMAGE);
  const bad = await cluster.up({ ...inputs, 'compose-file': '' });
  expect(bad.conclusion).toBe('failure');
  expect(text(await cluster.post(bad))).toContain(kept);
  expect(await containersOf(cluster.name)).toHaveLength(1);

  expect((await cluster.post(good, {}, 'success')).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);

test('the first of two steps of a job removes what both made', async () => {
  await using cluster = testCluster('two-steps');
  const first = await cluster.up(ONE_NODE);
  const second = await cluster.up({ ...ONE_NODE, nodes: '2' }, { GITHUB_ACTION: 'up2' });
  expect(second.conclusion).toBe('success');
  await cluster.post(second);
  expect(await containersOf(cluster.name)).toHaveLength(2);
  expect((await cluster.post(first)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);

test('a second attempt of a run that was killed removes what the first one left', async () => {
  await using cluster = testCluster('attempt');
  const main = cluster.start(ONE_NODE, { GITHUB_RUN_ATTEMPT: '1' });
  await main.seen(/Forming the swarm/);
  main.kill();
  await main.result;
  const run = await cluster.up(ONE_NODE, { GITHUB_RUN_ATTEMPT: '2' });
  expect(run.conclusion).toBe('success');
  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 120_000);

test('what has another label, or only a similar name, is not touched', async () => {
  await using cluster = testCluster('foreign', { expectEmpty: false });
  const { name } = cluster;
  const other = `--label=swarm-up.cluster=${name}-other`;
  await docker('create', `--name=${name}-1-foreign`, other, HELLO_IMAGE);
  await docker('network', 'create', `${name}-foreign`);
  await docker('volume', 'create', other, `${name}-foreign`);
  const look = async () => ({
    container: await inspect('container', `${name}-1-foreign`),
    network: await inspect('network', `${name}-foreign`),
    volume: await inspect('volume', `${name}-foreign`),
  });
  const before = await look();
  try {
    const run = await cluster.up(ONE_NODE);
    expect(run.conclusion).toBe('success');
    expect((await cluster.post(run)).conclusion).toBe('success');
    expect(await look()).toEqual(before);
    expect(await containersOf(name)).toEqual([]);
  } finally {
    await docker('rm', '--volumes', `${name}-1-foreign`);
    await docker('network', 'rm', `${name}-foreign`);
    await docker('volume', 'rm', `${name}-foreign`);
  }
  expect(await engineState(name)).toEqual(NOTHING);
}, 60_000);

test.each([
  {
    kind: 'container' as const,
    object: (name: string) => `${name}-2`,
    create: (name: string) => ['create', `--name=${name}-2`, HELLO_IMAGE],
    remove: ['rm', '--volumes'],
  },
  {
    kind: 'network' as const,
    object: (name: string) => name,
    create: (name: string) => ['network', 'create', name],
    remove: ['network', 'rm'],
  },
])(
  'a foreign $kind that has our name is refused and stays',
  async (foreign) => {
    await using cluster = testCluster('taken', { expectEmpty: false });
    const object = foreign.object(cluster.name);
    await docker(...foreign.create(cluster.name));
    const look = () => inspect(foreign.kind, object);
    const before = await look();
    try {
      const run = await cluster.up({ ...ONE_NODE, nodes: '2' });
      expect(run.conclusion).toBe('failure');
      const said = run.annotations.map(({ message }) => message).join('\n');
      expect(said).toContain(
        `The ${foreign.kind} ${object} exists on the engine of the runner and is not of this cluster.`,
      );
      expect(said).toContain('give this step another `cluster`');
      expect((await cluster.post(run)).conclusion).toBe('success');
      expect(await look()).toEqual(before);
      expect(await containersOf(cluster.name)).toEqual([]);
    } finally {
      await docker(...foreign.remove, object);
    }
    expect(await engineState(cluster.name)).toEqual(NOTHING);
  },
  60_000,
);

test('the cluster of another repository is refused and stays, also with `teardown: always`', async () => {
  await using cluster = testCluster('repository');
  const theirs = { GITHUB_REPOSITORY_ID: '815' };
  const first = await cluster.up(ONE_NODE, theirs);
  expect(first.conclusion).toBe('success');
  const look = () => inspect('container', `${cluster.name}-1`);
  const before = await look();

  const run = await cluster.up({ ...ONE_NODE, teardown: 'always' });
  expect(run.conclusion).toBe('failure');
  expect(run.annotations.map(({ message }) => message).join('\n')).toContain(
    `Cluster ${cluster.name} belongs to another repository (id 815).`,
  );
  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await look()).toEqual(before);

  expect((await cluster.post(first, {}, 'success', theirs)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 60_000);

test('two clusters side by side do not meet', async () => {
  await using left = testCluster('left');
  await using right = testCluster('right');
  const both = [left, right];
  const runs = await Promise.all(both.map((cluster) => cluster.up(ONE_NODE)));
  expect(runs.map(({ conclusion }) => conclusion)).toEqual(['success', 'success']);
  for (const cluster of both) {
    expect(await cluster.docker('node', 'ls', '--format', '{{.Hostname}}')).toBe(
      `${cluster.name}-1`,
    );
  }
  const [first, second] = runs;
  if (!first || !second) throw new Error('two runs');
  expect((await left.post(first)).conclusion).toBe('success');
  expect(await engineState(left.name)).toEqual(NOTHING);
  expect(await right.docker('node', 'ls', '--format', '{{.Status}}')).toBe('Ready');
  expect((await right.post(second)).conclusion).toBe('success');
  expect(await engineState(right.name)).toEqual(NOTHING);
}, 120_000);

function text(run: ActionRun): string {
  return run.lines.join('\n');
}
