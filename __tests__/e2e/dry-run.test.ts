import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { buildBareHost } from '../support/bare-host.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { fakeGitHub } from '../support/github.ts';
import { startHosts } from '../support/hosts.ts';
import { expectConclusion } from '../support/stacks.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const stack = (version: string) =>
  `services: {web: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s, environment: {VERSION: ${version}}}}\n`;

const FORMAT = '{{.Type}} {{.Action}}';

/**
 * What an engine tells that it has done while something ran; `ask` runs docker where that engine
 * is.
 */
async function eventsDuring(
  ask: (...args: string[]) => Promise<string>,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const now = async () => String(Date.now() / 1000);
  const since = await now();
  await work();
  const until = await now();
  const events = await ask('events', '--since', since, '--until', until, '--format', FORMAT);
  return events.split('\n').filter(Boolean);
}

/**
 * A command in a container is none of its engine's state, and it has to run for a question to a
 * node.
 */
const changes = (events: readonly string[]) =>
  events.filter((event) => !/^container exec_/.test(event));

function expectPlanned(run: ActionRun): void {
  expectConclusion(run, 'success');
  expect(run.outputs.status).toBe('planned');
  expect(run.state).toEqual({});
  expect(run.env).toEqual({});
}

test('driver docker: machines, their engine, their keys and GitHub are after a dry run what they were', async () => {
  await using github = await fakeGitHub();
  await using cluster = testCluster('dry-docker');
  cluster.write('event.json', JSON.stringify({ pull_request: { number: 3 } }));
  const env = {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(cluster.workspace, 'event.json'),
  };
  const told = { comment: 'true', deployment: 'true', 'github-token': 'ghs_secret' };
  const inputs = { nodes: '1', images: HELLO_IMAGE, 'stack-name': 'shop', verify: '-' };
  cluster.write('compose.yaml', stack('one'));
  const made = await cluster.up(inputs, env);
  expect(made.conclusion).toBe('success');
  const files = () =>
    cluster.on(
      1,
      'find / -xdev -newer /root/.ssh/authorized_keys -type f -path "/root/*"; cat /root/.ssh/authorized_keys',
    );
  const filter = `--filter=label=swarm-up.cluster=${cluster.name}`;
  const outside = async (...args: string[]) => docker(...args, filter);
  const before = await files();

  cluster.write('compose.yaml', stack('two'));
  let run: ActionRun | undefined;
  const dry = {
    ...inputs,
    ...told,
    nodes: '2',
    'dry-run': 'true',
    'docker-host': 'true',
    ttl: '1h',
  };
  let within: readonly string[] = [];
  const around = await eventsDuring(outside, async () => {
    within = await eventsDuring(cluster.docker, async () => {
      run = await cluster.up(dry, env);
    });
  });
  if (!run) throw new Error('it ran');
  expectPlanned(run);
  expect(run.lines.join('\n')).toContain(`${cluster.name}-2: made by driver docker`);
  expect(run.summary).toContain('environment: VERSION (changed)');
  expect(changes(within)).toEqual([]);
  expect(changes(around)).toEqual([]);
  expect(await files()).toBe(before);

  // One that fails tells nobody either, and leaves nothing to tell for post.
  const failed = await cluster.up({ ...dry, verify: '9999/' }, env);
  expect(failed.conclusion).toBe('failure');
  expect(failed.state).toEqual({});
  await cluster.post(failed, dry, 'failure', env);
  expect(github.requests).toEqual([]);

  const post = await cluster.post(made, inputs, 'success', env);
  expect(post.conclusion).toBe('success');
}, 180_000);

test('driver docker: a sweep that only lists changes nothing, and asks GitHub only', async () => {
  await using github = await fakeGitHub();
  await using cluster = testCluster('dry-sweep', { expectEmpty: false });
  const own = { GITHUB_REPOSITORY_ID: String(Date.now()), GITHUB_API_URL: github.apiUrl };
  const later = { ...own, GITHUB_REPOSITORY: 'acme/shop' };
  const name = `${cluster.name}-pr-3`;
  const labels = ['cluster', 'repository', 'run', 'pull-request', 'expires'].map(
    (key, at) =>
      `--label=swarm-up.${key}=${[name, own.GITHUB_REPOSITORY_ID, '1', '3', '2020-01-01T00:00:00Z'][at]}`,
  );
  await docker('network', 'create', ...labels, name);
  try {
    const asked = { comment: 'true', deployment: 'true', 'github-token': 'ghs_secret' };
    const inputs = {
      command: 'sweep',
      'dry-run': 'true',
      'closed-pull-requests': 'true',
      ...asked,
    };
    const outside = async (...args: string[]) =>
      docker(...args, `--filter=label=swarm-up.cluster=${name}`);
    let run: ActionRun | undefined;
    const events = await eventsDuring(outside, async () => {
      run = await cluster.up(inputs, later);
    });
    expect(run?.conclusion).toBe('success');
    expect(run?.outputs.status).toBe('listed');
    expect(run?.lines.join('\n')).toContain(`${name}  would be removed: ttl ended`);
    expect(events).toEqual([]);
    expect(github.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  } finally {
    expect(await docker('network', 'rm', name)).toBe(name);
  }
}, 60_000);

test('hosts that stay: nothing of engine, swarm and files changes, by a sweep neither', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('dry-hosts');
  const [first, second] = hosts.addresses;
  const given = {
    driver: 'ssh',
    hosts: `${first} manager\ndeploy@${second} worker`,
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
    'stack-name': 'shop',
    'stable-for': '0s',
  };
  const loaded = { ...given, images: HELLO_IMAGE };
  await hosts.on(1, 'docker volume create theirs');
  cluster.write('compose.yaml', stack('one'));
  const states = () => Promise.all([1, 2].map((host) => hosts.state(host)));
  const watched = async (work: () => Promise<ActionRun>): Promise<ActionRun> => {
    let run: ActionRun | undefined;
    const on =
      (host: number) =>
      (...args: string[]) =>
        hosts.on(host, ['docker', ...args].map((word) => `'${word}'`).join(' '));
    const before = await states();
    let others: readonly string[] = [];
    const events = await eventsDuring(on(1), async () => {
      others = await eventsDuring(on(2), async () => {
        run = await work();
      });
    });
    expect([...events, ...others]).toEqual([]);
    expect(await states()).toEqual(before);
    if (!run) throw new Error('it ran');
    return run;
  };

  const dry = {
    ...loaded,
    'dry-run': 'true',
    'docker-host': 'true',
    ttl: '1h',
    'port-offset': 'auto',
  };
  const fresh = await watched(() => cluster.up(dry));
  expectPlanned(fresh);
  expect(fresh.lines.join('\n')).toContain('a swarm of 2 nodes is formed');

  const made = await cluster.up({ ...loaded, ttl: '1s' });
  expect(made.lines.join('\n')).toContain('shop runs on 2 nodes');
  cluster.write('compose.yaml', stack('two'));
  const next = await watched(() => cluster.up(dry));
  expectPlanned(next);
  expect(next.summary).toContain('environment: VERSION (changed)');

  const swept = await watched(() => cluster.up({ ...given, command: 'sweep', 'dry-run': 'true' }));
  expect(swept.outputs.status).toBe('listed');
  expect(swept.lines.join('\n')).toContain(`${cluster.name}  would be removed: ttl ended`);

  const down = await cluster.up({ ...given, 'stack-name': '', command: 'down' });
  expect(down.conclusion).toBe('success');
}, 240_000);

test('a host without docker is told what it would get, and gets nothing', async () => {
  await using hosts = await startHosts(1, await buildBareHost());
  await using cluster = testCluster('dry-install');
  cluster.write('compose.yaml', stack('one'));
  const packages = () =>
    hosts.on(1, 'dpkg-query -W; ls -lR --full-time /etc /var/lib/apt /var/cache/apt');
  const before = await packages();
  for (const [user, source, from] of [
    ['root', 'distribution', ' from the repositories of its distribution'],
    ['ops', 'docker', " from Docker's repository"],
    ['deploy', 'true', ''],
  ] as const) {
    const run = await cluster.up({
      driver: 'ssh',
      hosts: `${user}@${hosts.addresses[0]}`,
      'driver-options': `install-engine: ${source}`,
      'ssh-private-key': hosts.privateKey,
      'ssh-known-hosts': hosts.knownHosts,
      'stack-name': 'shop',
      images: HELLO_IMAGE,
      'dry-run': 'true',
    });
    expectPlanned(run);
    expect(run.summary).toContain(
      `! ${hosts.addresses[0]}: Docker Engine is installed${from}\n! a swarm of 1 node is formed`,
    );
    expect(run.summary).toContain('+ service web');
  }
  expect(await packages()).toBe(before);
}, 120_000);

test('driver qemu: no program is installed, no image is loaded, no folder is made', async () => {
  await using cluster = testCluster('dry-qemu');
  const home = mkdtempSync(join(tmpdir(), 'dry-qemu-home-'));
  try {
    cluster.write('compose.yaml', stack('one'));
    const env = { XDG_STATE_HOME: home, XDG_CACHE_HOME: home, RUNNER_TOOL_CACHE: '' };
    const options = 'install: true\nnetwork: user';
    const inputs = { driver: 'qemu', 'driver-options': options, nodes: '2', 'dry-run': 'true' };
    const run = await cluster.up({ ...inputs, 'stack-name': 'shop', images: HELLO_IMAGE }, env);
    expectPlanned(run);
    expect(run.lines.join('\n')).toContain(`${cluster.name}-2: made by driver qemu`);
    const swept = await cluster.up({ driver: 'qemu', command: 'sweep', 'dry-run': 'true' }, env);
    expect(swept.outputs.status).toBe('listed');
    expect(readdirSync(home)).toEqual([]);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}, 60_000);
