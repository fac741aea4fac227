import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { startHosts } from '../support/hosts.ts';
import { expectConclusion } from '../support/stacks.ts';
import { untilTtlIsOver } from '../support/until.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const said = ({ annotations }: ActionRun) => annotations.map(({ message }) => message).join('\n');

test('on hosts that are shared, no run takes the stack of another cluster by a name that it derived, and no expiry moves', async () => {
  await using hosts = await startHosts(1);
  await using cluster = testCluster('names');
  cluster.write(
    'compose.yaml',
    `name: shop\nservices: {web: {image: ${HELLO_IMAGE}, command: [sleep, '600'], stop_grace_period: 0s}}\n`,
  );
  const given = {
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  const deploy = { ...given, images: HELLO_IMAGE, 'stable-for': '0s', teardown: 'never' };
  const production = { ...deploy, cluster: 'production' };
  const event = (name: string, payload: object) => {
    cluster.write('event.json', JSON.stringify(payload));
    return {
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: join(cluster.workspace, 'event.json'),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_RUN_ID: '77',
    };
  };
  const owner = () =>
    hosts.on(
      1,
      `docker config inspect shop_swarm-up --format '{{index .Spec.Labels "swarm-up.cluster"}} {{index .Spec.Labels "swarm-up.expires"}}'`,
    );
  const task = () => hosts.on(1, 'docker service ps -q --no-trunc shop_web');

  expectConclusion(await cluster.up(production, event('push', {})), 'success');
  const before = await task();

  const fork = event('workflow_run', {
    workflow_run: { event: 'pull_request', head_sha: 'c'.repeat(40), pull_requests: [] },
  });
  const preview = await cluster.up({ ...deploy, cluster: '', ttl: '1s' }, fork);
  expect(preview.conclusion).toBe('failure');
  expect(said(preview)).toContain('the event `workflow_run` may be about a pull request');
  for (const more of [{}, { 'dry-run': 'true' }]) {
    const unnamed = await cluster.up(
      { ...deploy, cluster: '', ttl: '1s', ...more },
      event('repository_dispatch', { client_payload: {} }),
    );
    expect(unnamed.conclusion).toBe('failure');
    expect(said(unnamed)).toContain('Stack shop belongs to cluster production');
  }
  expect(await task()).toBe(before);
  expect(await owner()).toBe('production');

  // By its name it is taken, and that is said. What it was to live goes back with it.
  const taken = await cluster.up(
    { ...deploy, cluster: 'other', 'stack-name': 'shop', ttl: '1s' },
    event('push', {}),
  );
  expectConclusion(taken, 'success');
  expect(said(taken)).toContain('Stack shop was of cluster production and is now of cluster other');
  expect(await owner()).toMatch(/^other 20/);
  const back = await cluster.up({ ...production, 'stack-name': 'shop' }, event('push', {}));
  expect(said(back)).toContain('Stack shop was of cluster other and is now of cluster production');
  expect(await owner()).toBe('production');

  // Of two stacks of one cluster the expiry of one is not that of the other.
  const blog = { ...production, 'stack-name': 'blog', ttl: '1s' };
  expectConclusion(await cluster.up(blog, event('push', {})), 'success');
  await untilTtlIsOver();
  const swept = await cluster.up({ ...given, command: 'sweep' }, event('schedule', {}));
  expectConclusion(swept, 'success');
  expect(said(swept)).not.toContain('Cluster production was removed');
  expect(swept.lines.join('\n')).toContain('but of stack shop nothing says so');
  expect(await hosts.on(1, "docker stack ls --format '{{.Name}}'")).toBe('shop');
  expect(await task()).toBe(before);

  const deleted = event('delete', { ref: 'feature/login', ref_type: 'branch' });
  const down = await cluster.up({ ...given, cluster: '', command: 'down' }, deleted);
  expect(down.conclusion).toBe('failure');
  expect(said(down)).toContain('the event `delete` names no pull request');
  const named = { ...given, cluster: '', command: 'down', 'stack-name': 'shop' };
  const byName = await cluster.up(named, deleted);
  expectConclusion(byName, 'success');
  expect(said(byName)).toContain('Stack shop is of cluster production; it is removed by its name.');
}, 300_000);

test('who has no id is nobody else: neither another repository nor a run that does not say', async () => {
  await using cluster = testCluster('nobody', { expectEmpty: false });
  const nothing = { GITHUB_REPOSITORY_ID: '', GITHUB_SERVER_URL: '', GITHUB_REPOSITORY: '' };
  const blog = {
    GITHUB_REPOSITORY_ID: '',
    GITHUB_SERVER_URL: 'https://git.test',
    GITHUB_REPOSITORY: 'friend/blog',
  };
  const network = async (name: string, repository: string) =>
    docker(
      ...['network', 'create', `--label=swarm-up.cluster=${name}`, '--label=swarm-up.run=1'],
      ...[
        `--label=swarm-up.repository=${repository}`,
        '--label=swarm-up.expires=2020-01-01T00:00:00Z',
      ],
      name,
    );
  const names = ['0', '99', ''].map((repository) => `${cluster.name}-${repository || 'none'}`);
  for (const [at, name] of names.entries()) await network(name, ['0', '99', ''][at] ?? '');
  const own = `${cluster.name}-own`;
  try {
    await network(own, 'https://git.test/friend/blog');
    for (const inputs of [{ command: 'sweep' }, { command: 'down' }]) {
      const run = await cluster.up(inputs, nothing);
      expect(run.conclusion).toBe('failure');
      expect(said(run)).toContain('Which repository this step is of is not known');
    }
    const swept = await cluster.up({ command: 'sweep' }, blog);
    expectConclusion(swept, 'success');
    expect(swept.lines.join('\n')).toContain(`${own}  removed`);
    expect(await docker('network', 'ls', '-q', `--filter=name=${own}`)).toBe('');
    // What nobody can be told to own is named, and stays.
    expect(swept.lines.join('\n')).toContain(`The network ${names[2]} has labels of Swarm Up`);
    const others = swept.lines.filter((line) => !line.includes('it is ignored, and stays'));
    for (const name of names) {
      expect(others.join('\n')).not.toContain(name);
      expect(await docker('network', 'ls', '-q', `--filter=name=${name}`)).not.toBe('');
    }

    // By the id that the event has.
    cluster.write('event.json', JSON.stringify({ repository: { id: 99 } }));
    const path = join(cluster.workspace, 'event.json');
    const by = await cluster.up({ command: 'sweep' }, { ...blog, GITHUB_EVENT_PATH: path });
    expect(by.lines.join('\n')).toContain(`${cluster.name}-99  removed`);
    await network(`${cluster.name}-99`, '99');

    const made = await cluster.up({ nodes: '1', 'compose-file': '-' }, nothing);
    expectConclusion(made, 'success');
    expect(said(made)).toContain('only its own post step can remove what it makes');
    const again = await cluster.up({ nodes: '1', 'compose-file': '-' }, nothing);
    expect(said(again)).toContain('belongs to another repository');
    const post = await cluster.post(made, {}, 'success', nothing);
    expect(post.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left`);
  } finally {
    await docker('network', 'rm', ...names);
  }
}, 180_000);
