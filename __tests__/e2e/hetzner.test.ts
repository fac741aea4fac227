import { expect, test } from '@jest/globals';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { runner } from '../../src/exec/runner.ts';
import { encodeLabels } from '../../src/machines/hetzner/label-codec.ts';
import { ownerLabels } from '../../src/machines/ownership.ts';
import { hetznerCloud } from '../support/clouds/hetzner-cloud.ts';
import { LATER, stack, testCloudBundle, textOf } from '../support/clouds/test-cloud-bundle.ts';
import { testCluster } from '../support/cluster.ts';
import { inside } from '../support/engine.ts';

// The bundle against a stand-in of Hetzner's API, whose servers are real hosts: what cloud-init
// would do with the user data of the call was done in them.

testCloudBundle({
  start: hetznerCloud,
  ...{ prefix: 'hz', noun: 'servers', order: 'POST /servers 201' },
  all: ({ fake }) => fake.project.all,
  addTwin: ({ fake }, cluster) => {
    const labels = encodeLabels(
      ownerLabels({
        ...{ cluster, repository: '815', run: '1/test/up' },
        expires: '2020-01-01T00:00:00Z',
      }),
    );
    const twin = { name: `su-815-${cluster}`, labels, rules: [] };
    fake.project.call('POST', new URL(`${fake.endpoint}/firewalls`), twin);
    return [`firewall ${twin.name}`];
  },
});

test('a preview that stays: planned, made, updated and scaled by other runs, and removed by one', async () => {
  await using cluster = testCluster('hz');
  await using cloud = await hetznerCloud();
  const { fake, env } = cloud;
  const server = (index: number) => `su-4711-${cluster.name}-${index}`;
  const servers = () => [...fake.project.servers.values()].map(({ id, name }) => `${id} ${name}`);
  const later = { ...env, ...LATER };
  const given = { ...cloud.inputs, images: HELLO_IMAGE, nodes: '2', teardown: 'never', ttl: '72h' };
  cluster.write('compose.yaml', stack(8080));
  const cost =
    '2 × cx23 in nbg1: about € 0.01 an hour together, € 0.86 until it expires in 72 h. IPv4 addresses cost extra.';

  const planned = await cluster.up({ ...given, 'dry-run': 'true' }, env);
  expect(textOf(planned)).toContain(cost);
  expect(planned.conclusion).toBe('success');
  expect(planned.summary).toContain(cost);
  expect(fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);

  const made = await cluster.up({ ...given, verify: '8080/' }, env);
  expect(textOf(made)).toMatch(/web {2}8080 .*answers/);
  expect(made.summary).toContain(`Machines: ${cost}`);
  expect(made.masks).toContain(fake.token);
  const post = await cluster.post(made, given, 'success', env);
  expect(textOf(post)).toContain('stays: `teardown: never`');
  expect(cloud.rules()).toEqual(['tcp 22', 'tcp 8080']);
  const first = servers();
  expect(first).toHaveLength(2);
  expect((await fetch(`http://${cloud.host(server(1)).address}:8080/`)).status).toBe(200);

  const status = await cluster.up({ ...cloud.inputs, command: 'status' }, later);
  expect(textOf(status)).toMatch(/2 nodes/);

  // Another run, which knows nothing but the token: another port, and a third machine.
  cluster.write('compose.yaml', stack(8081));
  fake.journal.length = 0;
  const next = await cluster.up({ ...given, nodes: '3', 'dry-run': 'true' }, later);
  expect(textOf(next)).toContain('ports: 8081->8080/tcp');
  expect(next.conclusion).toBe('success');
  expect(fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);
  // The list of types does not say so, so only the order of the third machine tells.
  fake.project.full.add('cx23 in nbg1');
  const again = await cluster.up({ ...given, nodes: '3', 'docker-host': 'true' }, later);
  const costs = '2 × cx23 in nbg1, 1 × cx23 in hel1: about € 0.02 an hour together';
  expect(textOf(again)).toContain(costs);
  expect(again.summary).toContain(`Machines: ${costs}`);
  expect(again.summary).not.toContain('Planned:');
  expect(again.conclusion).toBe('success');
  expect(cloud.rules()).toEqual(['tcp 22', 'tcp 8081']);
  expect(servers().slice(0, 2)).toEqual(first);
  expect(servers()).toHaveLength(3);
  // The derived key is in the files by which the steps that follow reach the manager.
  const nodes = ['docker', 'node', 'ls', '--format', '{{.Hostname}}'] as const;
  const asked = await runner.run(nodes, { env: again.env });
  expect(asked.stdout.trim().split('\n')).toHaveLength(3);
  const posted = await cluster.post(again, given, 'success', { ...later, ...again.env });
  expect(posted.conclusion).toBe('success');

  const smaller = await cluster.up({ ...given, nodes: '2' }, later);
  textOf(smaller);
  expect(smaller.conclusion).toBe('success');
  expect(servers()).toEqual(first);
  const left = await inside(cloud.host(server(1)).container, 'docker node ls -q | wc -l');
  expect(left).toBe('2');

  const down = await cluster.up({ ...cloud.inputs, command: 'down' }, later);
  expect(textOf(down)).toContain(`server ${server(1)}`);
  expect(down.conclusion).toBe('success');
  expect(fake.project.all).toEqual([]);
  const gone = await cluster.up({ ...cloud.inputs, command: 'status' }, later);
  expect(textOf(gone)).toContain(`There is no cluster ${cluster.name} at hetzner.`);
}, 300_000);

test('without room in the first location, machines are made in the second', async () => {
  await using cluster = testCluster('hz-room');
  await using cloud = await hetznerCloud();
  const { fake, env, inputs } = cloud;
  fake.project.full.add('cx23 in nbg1');
  const given = { ...inputs, nodes: '1', 'compose-file': '-' };
  const made = await cluster.up(given, env);
  expect(textOf(made)).toContain(`Hetzner has no room for ${cluster.name}-1 as cx23 in nbg1.`);
  expect([...fake.project.servers.values()].map(({ location }) => location)).toEqual(['hel1']);

  // The key of its user comes from the token that has made it.
  fake.otherTokens.add('a-new-token-of-the-project');
  const renewed = { HCLOUD_TOKEN: 'a-new-token-of-the-project' };
  const refused = await cluster.up(given, renewed);
  expect(textOf(refused)).toContain('The key of a machine comes from the token and the cluster');
  expect(refused.conclusion).toBe('failure');

  const post = await cluster.post(made, given, 'success', renewed);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(fake.project.all).toEqual([]);
}, 120_000);

test('a limit of the project, and a token that only reads, are told, and nothing is left', async () => {
  await using cluster = testCluster('hz-limit');
  await using cloud = await hetznerCloud(1);
  const { fake, env, inputs } = cloud;
  const given = { ...inputs, nodes: '2', 'compose-file': '-' };
  const limited = await cluster.up(given, env);
  expect(textOf(limited)).toMatch(
    new RegExp(`server of ${cluster.name}-\\d could not be created: a limit of the project`),
  );
  const post = await cluster.post(limited, given, 'failure', env);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(fake.project.all).toEqual([]);

  fake.readsOnly = true;
  const refused = await cluster.up(given, env);
  expect(textOf(refused)).toContain('the token may only read');
  expect(refused.conclusion).toBe('failure');
  const quiet = await cluster.post(refused, given, 'failure', env);
  expect(textOf(quiet)).toContain(`Nothing of cluster ${cluster.name} is left.`);
}, 120_000);
