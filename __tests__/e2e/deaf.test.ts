import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Cluster, testCluster } from '../support/cluster.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { untilTtlIsOver } from '../support/until.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

/** Its program ignores SIGTERM, and has a year to end. */
const DEAF = `services:
  web:
    image: ${HELLO_IMAGE}
    entrypoint: [busybox, sh, -c, "trap '' TERM; while :; do sleep 1000 & wait; done"]
    stop_grace_period: 8760h
    deploy: {mode: global}
`;

const LATER = { GITHUB_RUN_ID: '2', GITHUB_JOB: 'later' };

const inputs = (hosts: Hosts, host: number) => ({
  driver: 'ssh',
  hosts: hosts.addresses[host - 1] ?? '',
  'ssh-private-key': hosts.privateKey,
  'ssh-known-hosts': hosts.knownHosts,
});

function deploy(cluster: Cluster, given: Readonly<Record<string, string>>): Promise<ActionRun> {
  cluster.write('compose.yaml', DEAF);
  const rest = { 'stack-name': 'shop', images: HELLO_IMAGE, 'stable-for': '0s' };
  return cluster.up({ ...given, ...rest });
}

const messages = (run: ActionRun) => run.annotations.map(({ message }) => message).join('\n');

test('what does not end is killed by down, sweep and post, and the hosts are as they were', async () => {
  await using hosts = await startHosts(3);
  await using one = testCluster('deaf-down');
  await using two = testCluster('deaf-sweep');
  await using three = testCluster('deaf-post');
  const before = await Promise.all([1, 2, 3].map((host) => hosts.state(host)));
  const by = {
    down: async () => {
      const given = inputs(hosts, 1);
      expect((await deploy(one, given)).conclusion).toBe('success');
      return await one.up({ ...given, command: 'down' }, LATER);
    },
    sweep: async () => {
      const given = inputs(hosts, 2);
      expect((await deploy(two, { ...given, ttl: '1s' })).conclusion).toBe('success');
      await untilTtlIsOver();
      return await two.up({ ...given, command: 'sweep' }, LATER);
    },
    post: async () => {
      const given = { ...inputs(hosts, 3), teardown: 'always' };
      const main = await deploy(three, given);
      expect(main.conclusion).toBe('success');
      return await three.post(main, given);
    },
  };
  const runs = await Promise.all(Object.values(by).map((run) => run()));
  for (const run of runs) {
    expect(messages(run)).toMatch(/1 container did not end within 60 s, and is killed: shop_web\./);
    expect(run.conclusion).toBe('success');
  }
  expect(await Promise.all([1, 2, 3].map((host) => hosts.state(host)))).toEqual(before);
}, 400_000);

test('what runs on a node that is not named is named, with a command that ends it', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('deaf-unnamed');
  await hosts.theirSwarm(1);
  const token = await hosts.on(1, 'docker swarm join-token --quiet worker');
  await hosts.on(2, `docker swarm join --token ${token} ${hosts.addresses[0]}`);
  const both = { ...inputs(hosts, 1), hosts: hosts.addresses.join('\n') };
  expect((await deploy(cluster, both)).conclusion).toBe('success');
  const down = { ...inputs(hosts, 1), command: 'down', 'stack-name': 'shop' };
  const containers = (host: number) => hosts.on(host, "docker ps --format '{{.Names}}'");

  const refused = await cluster.up(down, LATER);
  expect(refused.conclusion).toBe('failure');
  expect(messages(refused)).toContain(
    `Stack shop could not be removed completely: 1 task still runs on ${hosts.names[1]}`,
  );
  expect(await containers(1)).toBe('');
  expect(await containers(2)).toMatch(/^shop_web\./);
  const [, host, remedy = ''] =
    /On (\S+): (docker rm --force --volumes [0-9a-f]+)/.exec(messages(refused)) ?? [];
  expect(host).toBe(hosts.names[1]);
  await hosts.on(2, remedy);
  expect((await cluster.up(down, LATER)).conclusion).toBe('success');
  expect(await containers(2)).toBe('');
  expect(
    await hosts.on(
      1,
      'docker config ls -q; docker network ls -q --filter label=com.docker.stack.namespace',
    ),
  ).toBe('');
}, 300_000);
