import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { docker, engineState, NOTHING } from '../support/engine.ts';
import { IDLE } from '../support/stages.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const STACK = { images: HELLO_IMAGE, 'stack-name': 'idle' };

test('of three managers one, the leader, and two at once are killed: up completes the swarm each time', async () => {
  await using cluster = testCluster('managers');
  cluster.write('compose.yaml', IDLE);
  const inputs = { ...STACK, nodes: '3', managers: '3' };
  const names = [1, 2, 3].map((index) => `${cluster.name}-${index}`);
  const completed = async () => {
    const run = await cluster.up(inputs);
    expect(run.outputs.status).toBe('converged');
    expect(await nodesOf(cluster)).toEqual(names.map((name) => `${name} Ready Reachable`));
    expect(await tasksOf(cluster)).toEqual(names);
    return run;
  };
  await completed();

  const leader = await leaderOf(cluster, names);
  const follower = names.find((name) => name !== leader) ?? '';
  await docker('kill', follower);
  expect((await completed()).lines.join('\n')).toContain(
    `${follower} is stopped or half made, so it is made anew`,
  );

  await docker('kill', await leaderOf(cluster, names));
  expect((await completed()).annotations).not.toContainEqual(lostMajority);

  await docker('kill', ...names.slice(0, 2));
  const run = await completed();
  expect(run.annotations).toContainEqual(lostMajority);

  expect((await cluster.post(run)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 300_000);

test('a worker removed by hand, one stopped, the only manager removed: made anew, the other node stays', async () => {
  await using cluster = testCluster('node');
  cluster.write('compose.yaml', IDLE);
  const inputs = { ...STACK, nodes: '2' };
  const names = [1, 2].map((index) => `${cluster.name}-${index}`);
  const [manager = '', worker = ''] = names;
  const idOf = (name: string) => docker('container', 'inspect', '--format', '{{.Id}}', name);
  const completedAfter = async (lost: string, stays: string, ...command: string[]) => {
    const [lostId, staysId] = [await idOf(lost), await idOf(stays)];
    await docker(...command, lost);
    const run = await cluster.up(inputs);
    expect(run.outputs.status).toBe('converged');
    expect(await idOf(lost)).not.toBe(lostId);
    expect(await idOf(stays)).toBe(staysId);
    expect(await tasksOf(cluster)).toEqual(names);
    expect(await nodesOf(cluster)).toEqual([`${manager} Ready Reachable`, `${worker} Ready`]);
  };

  const first = await cluster.up(inputs);
  await completedAfter(worker, manager, 'rm', '--force', '--volumes');
  await completedAfter(worker, manager, 'stop', '--time=1');
  await completedAfter(manager, worker, 'rm', '--force', '--volumes');

  expect((await cluster.post(first)).conclusion).toBe('success');
  expect(await engineState(cluster.name)).toEqual(NOTHING);
}, 180_000);

const lostMajority = expect.objectContaining({
  level: 'warning',
  message: expect.stringContaining('has lost the majority of its managers'),
});

/** Every node that the swarm knows, dead ones too; that one of them leads is left out. */
async function nodesOf(cluster: Cluster): Promise<string[]> {
  const format = '{{.Hostname}} {{.Status}} {{.ManagerStatus}}';
  const nodes = await cluster.docker('node', 'ls', '--format', format);
  return nodes
    .split('\n')
    .map((line) => line.replace('Leader', 'Reachable').trim())
    .sort();
}

async function leaderOf(cluster: Cluster, names: readonly string[]): Promise<string> {
  const nodes = await cluster.docker('node', 'ls', '--format', '{{.Hostname}} {{.ManagerStatus}}');
  const leader = names.find((name) => nodes.includes(`${name} Leader`));
  if (leader === undefined) throw new Error(`No leader among\n${nodes}`);
  return leader;
}

/** The nodes on which a task of the stack runs. */
async function tasksOf(cluster: Cluster): Promise<string[]> {
  const tasks = await cluster.docker(
    'stack',
    'ps',
    '--filter=desired-state=running',
    '--format',
    '{{.Node}} {{.CurrentState}}',
    'idle',
  );
  return tasks
    .split('\n')
    .filter((line) => line.includes(' Running'))
    .map((line) => line.split(' ')[0] ?? '')
    .sort();
}
