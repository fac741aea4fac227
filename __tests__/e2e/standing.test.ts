import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { startHosts } from '../support/hosts.ts';
import { expectConclusion, filesBelow } from '../support/stacks.ts';
import { until } from '../support/until.ts';

// Commands for a stack that stays on one cluster of real engines, each as a step of a later run.

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const LATER = { GITHUB_RUN_ID: '2', GITHUB_JOB: 'look', GITHUB_ACTION: 'later' };
const THEIRS = { ...LATER, GITHUB_REPOSITORY_ID: '815' };

const stackOf = (image: string, version: number, extra = '') => `services:
  web:
    image: ${image}
    environment: {VERSION: '${version}'}
    ports: [8080:8080]
    stop_grace_period: 0s
    deploy: {replicas: 2, update_config: {monitor: 1s, delay: 0s, parallelism: 0}}
  talk:
    image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, 'echo said ${version}; echo ::error::not a command >&2; exec sleep 3600']
    stop_grace_period: 0s
${extra}`;

const FRESH = `  fresh:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
`;

/** An image of this name, which has another content for each version. */
async function build(name: string, version: string): Promise<void> {
  const container = await docker('create', HELLO_IMAGE);
  await docker('commit', '--change', `ENV BUILT=${version}`, container, name);
  await docker('rm', container);
}

test('a later step looks at a stack of hosts, reads its logs and takes it back', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('standing');
  const image = `localhost/${cluster.name}`;
  await build(image, '1');
  const given = {
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
    'stack-name': 'shop',
  };
  const later = (command: string, inputs = {}, env = LATER) =>
    cluster.up({ ...given, command, ...inputs }, env);
  const deploy = { ...given, images: `${HELLO_IMAGE}\n${image}`, 'stable-for': '0s', ttl: '3h' };
  cluster.write('compose.yaml', stackOf(image, 1));
  expectConclusion(await cluster.up(deploy), 'success');

  const state =
    "docker config ls -q; docker service inspect --format '{{.ID}} {{.Version.Index}}' $(docker service ls -q); docker volume ls -q";
  const before = await hosts.on(1, state);
  const [first = ''] = hosts.addresses;
  const looked = await later('status', { hosts: first });
  expectConclusion(looked, 'success');
  expect(looked.outputs).toMatchObject({ status: 'converged', 'stack-name': 'shop' });
  expect(JSON.parse(looked.outputs.nodes ?? '')).toMatchObject([
    { name: hosts.names[0], address: first, role: 'manager', state: 'ready' },
    { name: hosts.names[1], address: hosts.addresses[1], role: 'worker', state: 'ready' },
  ]);
  const log = looked.lines.join('\n');
  expect(log).toContain(`Cluster         ${cluster.name}\n`);
  expect(log).toMatch(/Deployed by {5}1\/local\/up .*\/actions\/runs\/1\)/);
  expect(log).toContain('time left: 2 h 59 min');
  expect(log).toContain('Lock            free');
  expect(looked.summary).toContain('## ✅ `shop` runs on 2 nodes');
  expect(looked.summary).toContain('| `web` | 2/2 running |');
  const theirs = await later('status', {}, THEIRS);
  expectConclusion(theirs, 'failure');
  expect(theirs.lines.join('\n')).toContain('Stack shop belongs to another repository (id 4711).');
  expect(await hosts.on(1, state)).toBe(before);

  const read = await later('logs', { tail: '5', since: '10m' });
  expectConclusion(read, 'success');
  expect(read.outputs.status).toBe('read');
  const inGroup = read.lines.join('\n');
  expect(inGroup).toMatch(/▶ talk \(2 lines\)\n.*\n?/);
  expect(inGroup).toMatch(/Z {2}talk\.1 \(\w{12}\) on hosts-\w+-\d {2}said 1/);
  expect(read.annotations).toEqual([]);
  expect(inGroup).toContain('not a command');
  const saved = filesBelow(read.outputs.diagnostics ?? '');
  expect([...saved.keys()].sort()).toEqual(['logs/talk.txt', 'logs/web.txt']);
  expect(saved.get('logs/talk.txt')).toContain('said 1\n');
  expect(read.summary).toContain('| `talk` | 2 | 1 |');
  const wrong = await later('logs', { services: 'tolk' });
  expectConclusion(wrong, 'failure');
  expect(wrong.lines.join('\n')).toContain('Stack shop has no service tolk.');
  expect(await hosts.on(1, state)).toBe(before);

  const spec = `docker service inspect --format '{{json .Spec}}' shop_web shop_talk`;
  const original = await hosts.on(1, spec);
  await build(image, '2');
  cluster.write('compose.yaml', stackOf(image, 2, FRESH));
  expectConclusion(await cluster.up(deploy), 'success');
  const second = await hosts.on(1, state);
  const planned = await later('rollback', { 'dry-run': 'true' });
  expectConclusion(planned, 'success');
  expect(planned.outputs.status).toBe('planned');
  expect(planned.summary).toContain('- service fresh');
  expect(planned.summary).toContain(`!     image: ${image}:latest (rebuilt)`);
  expect(await hosts.on(1, state)).toBe(second);
  const refused = await later('rollback', {}, THEIRS);
  expectConclusion(refused, 'failure');
  expect(await hosts.on(1, state)).toBe(second);

  const back = await later('rollback', { 'stable-for': '0s' });
  expectConclusion(back, 'success');
  expect(back.outputs.status).toBe('converged');
  expect(await hosts.on(1, spec)).toBe(original);
  expect(await hosts.on(1, "docker service ls --format '{{.Name}}'")).toBe('shop_talk\nshop_web');
  expect(await hosts.on(1, "docker config ls --format '{{.Name}}'")).toBe('shop_swarm-up');
  expect(back.summary).toContain('- service fresh');
  expect(back.summary).toContain('| Lock | free |');
  expect(back.lines).toContain(
    'Stack shop was rolled back to what it was before its last deployment.',
  );
  expect(back.lines.join('\n')).toContain('shop_fresh was new and is removed');
  const env = "docker ps -q | xargs docker inspect --format '{{.Config.Env}}'";
  const running = await Promise.all([1, 2].map((host) => hosts.on(host, env)));
  expect(
    running
      .join('\n')
      .match(/VERSION=\d|BUILT=\d/g)
      ?.sort(),
  ).toEqual([...['BUILT=1', 'BUILT=1', 'VERSION=1', 'VERSION=1']]);
  const again = await later('rollback');
  expectConclusion(again, 'failure');
  expect(again.lines.join('\n')).toContain('Stack shop is what it was before its last deployment.');
  expect((await later('status')).lines.join('\n')).toMatch(/Deployed by {5}2\/look\/later/);

  await hosts.on(1, `docker service update --detach --entrypoint 'sh -c "exit 3"' shop_talk`);
  await until('talk has failed a few times', async () => {
    const tasks = await hosts.on(1, "docker service ps --format '{{.CurrentState}}' shop_talk");
    return tasks.split('Failed').length > 3;
  });
  const bad = await later('status');
  expectConclusion(bad, 'failure');
  expect(['crash-loop', 'paused']).toContain(bad.outputs.status);
  expect(bad.lines.join('\n')).toMatch(/Not all of stack shop runs: talk \((crash-loop|paused)\)/);
  await docker('image', 'rm', '--force', image);
}, 300_000);
