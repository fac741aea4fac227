import { expect, test } from '@jest/globals';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { SESSION_VARIABLES } from '../support/clouds/amazonec2/amazonec2.ts';
import { amazonec2Cloud } from '../support/clouds/amazonec2/amazonec2-cloud.ts';
import { LATER, stack, testCloudBundle, textOf } from '../support/clouds/test-cloud-bundle.ts';
import { testCluster } from '../support/cluster.ts';
import { inside } from '../support/engine.ts';

// The bundle against a stand-in of EC2's API, whose instances are real hosts: what cloud-init would
// do with the user data of the call was done in them.

testCloudBundle({
  start: amazonec2Cloud,
  ...{ prefix: 'ec2', noun: 'instances', order: 'POST /RunInstances 200' },
  all: ({ fake }) => fake.region.all,
  addTwin: ({ fake }, cluster) => {
    const name = `su-815-${cluster}`;
    const expired = '2020-01-01T00:00:00Z';
    const tags = {
      ...{ 'swarm-up.cluster': cluster, 'swarm-up.repository': '815', Name: name },
      ...{ 'swarm-up.run': '1/test/up', 'swarm-up.expires': expired },
    };
    const twin = { id: 'sg-0815', name, vpc: 'vpc-0aaaaaaa', tags, rules: new Set<string>() };
    fake.region.groups.set(twin.id, twin);
    return [`security group ${name}`];
  },
});

const open = (...ports: number[]) =>
  ports.flatMap((port) => [`tcp ${port}-${port} 0.0.0.0/0`, `tcp ${port}-${port} ::/0`]);

test('a preview that stays: planned, made, updated and scaled by other runs, and removed by one', async () => {
  await using cluster = testCluster('ec2');
  await using cloud = await amazonec2Cloud();
  const { fake, env } = cloud;
  const name = (index: number) => `su-4711-${cluster.name}-${index}`;
  const instances = () => fake.region.present.map(({ id, tags }) => `${id} ${tags.Name}`);
  const timerOf = (index: number) =>
    inside(cloud.host(name(index)).container, 'cat /etc/systemd/system/swarm-up-expiry.timer');
  const later = { ...env, ...LATER };
  const given = { ...cloud.inputs, images: HELLO_IMAGE, nodes: '2', teardown: 'never', ttl: '72h' };
  cluster.write('compose.yaml', stack(8080));
  const cost =
    'about USD 0.05 an hour together, USD 3.46 until it expires in 72 h. Disks and IPv4 addresses cost extra.';
  const plan = `2 × t3.small in eu-central-1a (ubuntu-24.04, ami-0a00000000000002): ${cost}`;

  const planned = await cluster.up({ ...given, 'dry-run': 'true' }, env);
  expect(textOf(planned)).toContain(plan);
  expect(textOf(planned)).toContain('4 vCPUs together; the quota is 10000, of which 0 are used.');
  expect(planned.conclusion).toBe('success');
  expect(fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);

  const made = await cluster.up({ ...given, verify: '8080/' }, env);
  expect(textOf(made)).toMatch(/web {2}8080 .*answers/);
  // What was planned, and where the machines really are.
  expect(textOf(made)).toContain(plan);
  expect(made.summary).toContain(`Machines: 2 × t3.small in eu-central-1a: ${cost}`);
  expect(made.masks).toContain(env.AWS_SECRET_ACCESS_KEY);
  const post = await cluster.post(made, given, 'success', env);
  expect(textOf(post)).toContain('stays: `teardown: never`');
  expect([...cloud.rules()].sort()).toEqual(open(22, 8080).sort());
  const first = instances();
  expect(first).toHaveLength(2);
  expect((await fetch(`http://${cloud.host(name(1)).address}:8080/`)).status).toBe(200);
  const { privateAddress = 'none' } = cloud.host(name(1));
  const advertised = await inside(
    cloud.host(name(1)).container,
    'docker info -f "{{.Swarm.NodeAddr}}"',
  );
  expect(advertised).toBe(privateAddress);
  const expiry = async () => {
    const [one] = fake.region.present;
    const time = one?.tags['swarm-up.expires']?.replace('T', ' ').replace(/(\.\d+)?Z$/, '');
    return `OnCalendar=${time} UTC`;
  };
  const before = await expiry();
  expect(await timerOf(1)).toContain(before);

  // Another run, which knows nothing but the credentials: another port, and a third machine.
  cluster.write('compose.yaml', stack(8081));
  const again = await cluster.up({ ...given, nodes: '3', ttl: '96h' }, later);
  textOf(again);
  expect(again.conclusion).toBe('success');
  expect([...cloud.rules()].sort()).toEqual(open(22, 8081).sort());
  expect(instances().slice(0, 2)).toEqual(first);
  expect(instances()).toHaveLength(3);
  expect(await expiry()).not.toBe(before);
  for (const index of [1, 2, 3]) expect(await timerOf(index)).toContain(await expiry());

  const smaller = await cluster.up({ ...given, nodes: '2' }, later);
  textOf(smaller);
  expect(smaller.conclusion).toBe('success');
  expect(instances()).toEqual(first);

  const down = await cluster.up({ ...cloud.inputs, command: 'down' }, later);
  expect(textOf(down)).toContain(`instance ${name(1)}`);
  expect(down.conclusion).toBe('success');
  expect(fake.region.all).toEqual([]);
}, 300_000);

test('without room in the first zone, machines are made in the second', async () => {
  await using cluster = testCluster('ec2-room');
  await using cloud = await amazonec2Cloud();
  const { fake, env, inputs } = cloud;
  fake.region.full.add('t3.small in eu-central-1a');
  const given = { ...inputs, nodes: '1', 'compose-file': '-' };
  const made = await cluster.up(given, env);
  expect(textOf(made)).toContain(
    `AWS has no room for ${cluster.name}-1 as t3.small in eu-central-1a.`,
  );
  expect(fake.region.present.map(({ parameters }) => parameters.InstanceType)).toEqual([
    't3.small',
  ]);
  const post = await cluster.post(made, given, 'success', env);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(fake.region.all).toEqual([]);
}, 120_000);

test('with the credentials of a role, a later run is let in by EC2 Instance Connect', async () => {
  await using cluster = testCluster('ec2-role');
  await using cloud = await amazonec2Cloud();
  const { fake, inputs } = cloud;
  const given = { ...inputs, nodes: '1', images: HELLO_IMAGE, teardown: 'never', ttl: '2h' };
  cluster.write('compose.yaml', stack(8080));
  const made = await cluster.up(given, SESSION_VARIABLES);
  textOf(made);
  expect(made.conclusion).toBe('success');
  expect(made.masks).toContain(SESSION_VARIABLES.AWS_SESSION_TOKEN);
  const admitted = () => fake.journal.filter((line) => line.startsWith('POST connect/'));
  expect(admitted()).toEqual([]);

  const later = { ...SESSION_VARIABLES, ...LATER };
  const again = await cluster.up(given, later);
  textOf(again);
  expect(again.conclusion).toBe('success');
  expect(admitted()).toEqual(['POST connect/SendSSHPublicKey 200']);
  // What only looks is let in, too, and leaves no key.
  const status = await cluster.up({ ...given, command: 'status' }, later);
  textOf(status);
  expect(status.conclusion).toBe('success');
  expect(admitted()).toHaveLength(2);
  const { container } = cloud.host(`su-4711-${cluster.name}-1`);
  const kept = await inside(
    container,
    'grep -c " swarm-up-run$" /home/swarm-up/.ssh/authorized_keys',
  );
  expect(kept).toBe('1');

  const down = await cluster.up({ ...inputs, command: 'down' }, later);
  textOf(down);
  expect(fake.region.all).toEqual([]);
}, 120_000);

test('without credentials the step says so, and how to give them', async () => {
  await using cluster = testCluster('ec2-nobody');
  await using cloud = await amazonec2Cloud();
  const env = { AWS_REGION: 'eu-central-1', AWS_EC2_METADATA_DISABLED: 'true' };
  const run = await cluster.up({ ...cloud.inputs, nodes: '1', 'compose-file': '-' }, env);
  expect(textOf(run)).toContain('There are no credentials for AWS.');
  expect(textOf(run)).toContain('aws-actions/configure-aws-credentials');
  expect(run.conclusion).toBe('failure');
  // A removal does not go on until its time is over.
  const down = await cluster.up({ ...cloud.inputs, command: 'down' }, env);
  expect(textOf(down)).toContain('There are no credentials for AWS.');
  expect(cloud.fake.journal).toEqual([]);
}, 60_000);
