import { expect, test } from '@jest/globals';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { encodeTags } from '../../src/machines/digitalocean/tag-codec.ts';
import { digitaloceanCloud } from '../support/clouds/digitalocean-cloud.ts';
import { LATER, stack, testCloudBundle, textOf } from '../support/clouds/test-cloud-bundle.ts';
import { testCluster } from '../support/cluster.ts';
import { inside } from '../support/engine.ts';

// The bundle against a stand-in of DigitalOcean's API, whose droplets are real hosts: what
// cloud-init would do with the user data of the call was done in them.

testCloudBundle({
  start: digitaloceanCloud,
  ...{ prefix: 'do', noun: 'droplets', order: 'POST /v2/droplets 202' },
  all: ({ fake }) => fake.account.all,
  addTwin: ({ fake }, cluster) => {
    const twin = encodeTags({
      ...{ cluster, repository: '815', run: '1/test/up' },
      expires: '2020-01-01T00:00:00Z',
    });
    for (const tag of twin) fake.account.tags.add(tag);
    return twin.map((tag) => `tag ${tag}`).sort();
  },
});

test('a preview that stays: planned, made, updated and scaled by other runs, and removed by one', async () => {
  await using cluster = testCluster('do');
  await using cloud = await digitaloceanCloud();
  const { fake, env } = cloud;
  const name = (index: number) => `su-4711-${cluster.name}-${index}`;
  const droplets = () => [...fake.account.droplets.values()].map((one) => `${one.id} ${one.name}`);
  const later = { ...env, ...LATER };
  const given = { ...cloud.inputs, images: HELLO_IMAGE, nodes: '2', teardown: 'never', ttl: '72h' };
  cluster.write('compose.yaml', stack(8080));
  const cost =
    '2 × s-1vcpu-2gb in fra1: about USD 0.04 an hour together, USD 2.57 until it expires in 72 h.';

  const planned = await cluster.up({ ...given, 'dry-run': 'true' }, env);
  expect(textOf(planned)).toContain(cost);
  expect(planned.conclusion).toBe('success');
  expect(fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);

  const made = await cluster.up({ ...given, verify: '8080/' }, env);
  expect(textOf(made)).toMatch(/web {2}8080 .*answers/);
  expect(made.summary).toContain(`Machines: ${cost}`);
  expect(made.masks).toContain(fake.token);
  const post = await cluster.post(made, given, 'success', env);
  expect(textOf(post)).toContain('stays: `teardown: never`');
  expect(cloud.rules()).toEqual(['tcp 22', 'tcp 8080']);
  const first = droplets();
  expect(first).toHaveLength(2);
  expect([...fake.account.tags].filter((tag) => tag.includes(':key:'))).toHaveLength(2);
  expect(fake.account.tags.size).toBe(5);
  expect((await fetch(`http://${cloud.host(name(1)).address}:8080/`)).status).toBe(200);
  const { privateAddress = 'none' } = cloud.host(name(1));
  const advertised = await inside(
    cloud.host(name(1)).container,
    'docker info -f "{{.Swarm.NodeAddr}}"',
  );
  expect(advertised).toBe(privateAddress);

  // Another run, which knows nothing but the token: another port, and a third machine.
  cluster.write('compose.yaml', stack(8081));
  fake.account.full.add('s-1vcpu-2gb in fra1');
  const again = await cluster.up({ ...given, nodes: '3' }, later);
  const costs = '2 × s-1vcpu-2gb in fra1, 1 × s-2vcpu-2gb in fra1: about USD ';
  expect(textOf(again)).toContain(costs);
  expect(again.summary).toContain(`Machines: ${costs}`);
  expect(again.conclusion).toBe('success');
  expect(cloud.rules()).toEqual(['tcp 22', 'tcp 8081']);
  expect(droplets().slice(0, 2)).toEqual(first);
  expect(droplets()).toHaveLength(3);

  const smaller = await cluster.up({ ...given, nodes: '2' }, later);
  textOf(smaller);
  expect(smaller.conclusion).toBe('success');
  expect(droplets()).toEqual(first);

  const down = await cluster.up({ ...cloud.inputs, command: 'down' }, later);
  expect(textOf(down)).toContain(`droplet ${name(1)}`);
  expect(down.conclusion).toBe('success');
  expect(fake.account.all).toEqual([]);
}, 300_000);

test('without room in the first region, machines are made in the second', async () => {
  await using cluster = testCluster('do-room');
  await using cloud = await digitaloceanCloud();
  const { fake, env, inputs } = cloud;
  fake.account.full.add('s-1vcpu-2gb in fra1');
  const given = { ...inputs, nodes: '1', 'compose-file': '-' };
  const made = await cluster.up(given, env);
  expect(textOf(made)).toContain(
    `DigitalOcean has no room for ${cluster.name}-1 as s-1vcpu-2gb in fra1.`,
  );
  expect([...fake.account.droplets.values()].map(({ region }) => region)).toEqual(['ams3']);
  const post = await cluster.post(made, given, 'success', env);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(fake.account.all).toEqual([]);
}, 120_000);
