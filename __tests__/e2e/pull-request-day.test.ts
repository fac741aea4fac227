import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { startHosts } from '../support/hosts.ts';
import { expectConclusion } from '../support/stacks.ts';
import { untilTtlIsOver } from '../support/until.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

/** `mode: ingress`, of which the swarm lets no two services have one port. */
const COMPOSE = `name: shop
services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    environment: {VERSION: "\${VERSION}"}
    ports: ["8080:8080"]
`;

/** The environment of the runs of pull requests, each run with an id of its own. */
function eventsOf(site: Cluster, repository = 'acme/shop') {
  let runs = 0;
  return (number: number) => {
    site.write(`event-${number}.json`, JSON.stringify({ pull_request: { number } }));
    runs += 1;
    return {
      GITHUB_REPOSITORY: repository,
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: join(site.workspace, `event-${number}.json`),
      GITHUB_RUN_ID: String(runs),
    };
  };
}

test('a day of previews on a shared swarm: each has its name and its ports, and at its end nothing of them is left', async () => {
  await using hosts = await startHosts(1);
  await using site = testCluster('day');
  site.write('compose.yaml', COMPOSE);
  const given = {
    // As nobody has named them.
    cluster: '',
    driver: 'ssh',
    hosts: hosts.addresses.join('\n'),
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  const event = eventsOf(site);
  const deployment = (version: string, ttl = '24h') => ({
    ...given,
    ...{ 'port-offset': 'auto', images: HELLO_IMAGE, env: `VERSION=${version}`, ttl },
  });
  const push = (number: number, version: string, ttl?: string) =>
    site.up(deployment(version, ttl), event(number));
  const close = (number: number) => site.up({ ...given, command: 'down' }, event(number));
  const portOf = (run: ActionRun) => {
    expectConclusion(run, 'success');
    return (JSON.parse(run.outputs.endpoints ?? '[]') as { port: number }[]).map(
      ({ port }) => port,
    );
  };
  const services = () =>
    hosts.on(1, "docker service ls --format '{{.Name}} {{.Ports}}' | sort | sed 's/->.*//'");
  const objects = () =>
    hosts.on(1, 'for kind in service config secret network; do docker $kind ls -q; done');

  // Of somebody else, at a port that the first preview would have had.
  await hosts.theirSwarm(1, '--publish 18080:80');
  const before = await objects();

  // Opened in the same minute, and deployed at the same time.
  const opened = await Promise.all([push(1, 'a'), push(2, 'a')]);
  expect(opened.map(({ outputs }) => outputs['stack-name'])).toEqual(['shop-pr-1', 'shop-pr-2']);
  const [first, second] = opened.map(portOf);
  expect([first, second].flat().sort()).toEqual([18_180, 18_280]);

  // Three pushes, of which the second is overtaken.
  expect(portOf(await push(1, 'b'))).toEqual(first);
  const overtaken = site.start(deployment('c'), event(1));
  await overtaken.seen(/Deploying stack shop-pr-1/);
  overtaken.cancel();
  const cancelled = await overtaken.result;
  expect(cancelled.conclusion).toBe('cancelled');
  expectConclusion(await site.post(cancelled, given, 'cancelled', event(1)), 'success');
  const last = await push(1, 'd');
  expect(portOf(last)).toEqual(first);
  expect(last.summary).toContain('### All previews of this repository here');
  expect(last.summary).toContain('`shop-pr-2`');
  expect(await hosts.on(1, 'docker service inspect shop-pr-1_web')).toContain('VERSION=d');

  // Closed: it goes alone, and the next one gets its ports.
  expectConclusion(await close(1), 'success');
  expect(await services()).toBe(`shop-pr-2_web *:${second}\ntheirs *:18080`);
  expect(portOf(await push(3, 'a'))).toEqual(first);

  // Forgotten, as with a merge conflict: no run removes it but the sweep.
  expect(portOf(await push(2, 'b', '1s'))).toEqual(second);
  await untilTtlIsOver();
  const swept = await site.up({ ...given, command: 'sweep' }, { GITHUB_RUN_ID: '99' });
  expectConclusion(swept, 'success');
  expect(await services()).toBe(`shop-pr-3_web *:${first}\ntheirs *:18080`);

  expectConclusion(await close(3), 'success');
  const again = await close(3);
  expect(again.lines.join('\n')).toContain('nothing to remove');
  expect(await objects()).toBe(before);
}, 300_000);

test('previews with ports of mode `host` that are opened at the same moment have ports of their own', async () => {
  await using hosts = await startHosts(1);
  await using site = testCluster('moment');
  site.write(
    'compose.yaml',
    COMPOSE.replace('["8080:8080"]', '[{target: 8080, published: 8080, mode: host}]'),
  );
  const given = {
    ...{ cluster: '', driver: 'ssh', hosts: hosts.addresses.join('\n') },
    ...{ 'ssh-private-key': hosts.privateKey, 'ssh-known-hosts': hosts.knownHosts },
  };
  const event = eventsOf(site);
  const inputs = { ...given, 'port-offset': 'auto', images: HELLO_IMAGE, env: 'VERSION=a' };
  await hosts.theirSwarm(1);
  const opened = await Promise.all([1, 2, 3].map((number) => site.up(inputs, event(number))));
  for (const run of opened) expectConclusion(run, 'success');
  expect(opened.map(({ outputs }) => outputs.url).toSorted()).toEqual(
    [18_080, 18_180, 18_280].map((port) => `http://${hosts.addresses[0]}:${port}`),
  );
  for (const number of [1, 2, 3]) {
    expectConclusion(await site.up({ ...given, command: 'down' }, event(number)), 'success');
  }
}, 120_000);

test('what a preview has made, and production of another repository uses, goes with the last of them', async () => {
  await using hosts = await startHosts(2);
  await using site = testCluster('shared');
  site.write('compose.yaml', COMPOSE);
  site.write(
    'live.yaml',
    `services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    deploy: {placement: {constraints: [node.labels.zone == a]}}
`,
  );
  const [a, b] = hosts.addresses;
  const [, nameB = ''] = hosts.names;
  const given = (zone: string) => ({
    driver: 'ssh',
    hosts: `${a} manager\n${b} worker zone=${zone}`,
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
    ...{ images: HELLO_IMAGE, verify: '-', 'stable-for': '0s' },
  });
  const event = eventsOf(site);
  const live = { GITHUB_REPOSITORY: 'acme/live', GITHUB_REPOSITORY_ID: '815' };
  const production = {
    ...{ ...given('a'), cluster: 'production', 'stack-name': 'live' },
    'compose-file': 'live.yaml',
  };
  const tasks = () =>
    hosts.on(1, "docker service ps --format '{{.ID}} {{.CurrentState}}' live_web");
  const running = async () => (await tasks()).replace(/ (Running).*/, ' $1');
  const labels = async () =>
    JSON.parse(await hosts.on(1, `docker node inspect ${nameB} --format '{{json .Spec.Labels}}'`));
  const states = () => Promise.all([1, 2].map((host) => hosts.state(host)));
  const before = await states();

  const preview = { ...given('a'), cluster: '', env: 'VERSION=a', ttl: '24h' };
  expectConclusion(await site.up(preview, event(7)), 'success');
  expectConclusion(await site.up(production, live), 'success');
  const task = await running();
  expect(task).toMatch(/^\S+ Running$/);

  // Who comes third and wants another value changes nothing.
  const told = await labels();
  const third = { ...given('b'), cluster: 'third', 'stack-name': 'third' };
  for (const dry of ['true', 'false']) {
    const refused = await site.up({ ...third, 'dry-run': dry }, live);
    expectConclusion(refused, 'failure');
    expect(refused.lines.join('\n')).toContain(
      `Node ${nameB} has the label zone=a, which cluster shop-pr-7 of another repository`,
    );
  }
  expect(await labels()).toEqual(told);

  const closed = await site.up({ ...given('a'), cluster: '', command: 'down' }, event(7));
  expectConclusion(closed, 'success');
  expect(closed.lines.join('\n')).toContain(
    'The swarm stays: it is used by cluster production of another repository (id 815), too.',
  );
  expect(await running()).toBe(task);
  expect(await labels()).toMatchObject({ zone: 'a', 'swarm-up.cluster': 'production' });
  expect(JSON.stringify(await labels())).not.toContain('shop-pr-7');

  const ended = await site.up({ ...given('a'), cluster: 'production', command: 'down' }, live);
  expectConclusion(ended, 'success');
  expect(ended.lines.join('\n')).toContain('leaves last, and the swarm ends');
  expect(await states()).toEqual(before);
}, 240_000);

test('a day of previews with a cluster of their own each: nothing of them is left at its end', async () => {
  await using site = testCluster('own-day');
  site.write('compose.yaml', COMPOSE.replace('8080:8080', '8080'));
  // The clusters are called after the repository; what another test has on this engine is not of
  // it.
  const repository = site.name;
  const own = { GITHUB_REPOSITORY_ID: String(Number.parseInt(repository.slice(-6), 16) + 10_000) };
  const eventOf = eventsOf(site, `acme/${repository}`);
  const event = (number: number) => ({ ...eventOf(number), ...own });
  const given = { cluster: '', nodes: '1' };
  const deployment = (version: string, ttl = '24h') => ({
    ...{ ...given, images: HELLO_IMAGE, env: `VERSION=${version}`, ttl, teardown: 'never' },
    verify: '-',
  });
  const push = async (number: number, version: string, ttl?: string) => {
    const run = await site.up(deployment(version, ttl), event(number));
    expectConclusion(run, 'success');
    return run;
  };
  const nodes = async () => {
    const filter = `name=^/${repository}-pr-`;
    const ids = await docker('ps', '-a', '--filter', filter, '--format', '{{.Names}} {{.ID}}');
    return ids.split('\n').filter(Boolean).sort();
  };

  await push(1, 'a');
  await push(2, 'a');
  const opened = await nodes();
  expect(opened.map((line) => line.split(' ')[0])).toEqual([
    `${repository}-pr-1-1`,
    `${repository}-pr-2-1`,
  ]);

  // Pushed again, and once overtaken: the machine stays, and so does the preview.
  const overtaken = site.start(deployment('b'), event(1));
  await overtaken.seen(/Deploying stack shop/);
  overtaken.cancel();
  const cancelled = await overtaken.result;
  expect(cancelled.conclusion).toBe('cancelled');
  const inputs = { ...given, teardown: 'never' };
  expectConclusion(await site.post(cancelled, inputs, 'cancelled', event(1)), 'success');
  const last = await push(1, 'c');
  expect(await nodes()).toEqual(opened);
  expect(last.summary).toContain(`\`${repository}-pr-2\``);

  // The other one meets a merge conflict, so that no run comes for it any more.
  await push(2, 'b', '1s');
  await untilTtlIsOver();
  const close = () => site.up({ ...given, command: 'down' }, event(1));
  expectConclusion(await close(), 'success');
  expect(await nodes()).toEqual(opened.slice(1));
  const swept = await site.up({ command: 'sweep' }, { GITHUB_RUN_ID: '99', ...own });
  expectConclusion(swept, 'success');
  expect(await nodes()).toEqual([]);
  expect((await close()).lines.join('\n')).toContain('nothing to remove');
}, 240_000);
