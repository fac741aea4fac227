import { expect, test } from '@jest/globals';
import {
  destroyCluster,
  destroyInstance,
  isGone,
} from '../../../../src/machines/amazonec2/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/amazonec2/find.ts';
import { ensureSecurityGroup } from '../../../../src/machines/amazonec2/network/security-group.ts';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { listInstances } from '../../../../src/machines/amazonec2/owned.ts';
import { preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import { renew } from '../../../../src/machines/amazonec2/renew.ts';
import {
  amazonec2Trial,
  HOST_KEY,
  makeCluster,
  OWNER,
  TWIN,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';

test('a cluster from its preflight to its removal', async () => {
  await using trial = await amazonec2Trial({ lingerMs: 3_000 });
  const { region } = trial.fake;
  const wanted = { cluster: OWNER, machines: 3, ttlMs: undefined };
  const { facts } = await preflight(trial.work(), amazonec2Options.parse({}), wanted);
  expect(facts).toEqual([
    '3 × t3.small in eu-central-1a (ubuntu-24.04, ami-0a00000000000002): about USD 0.07 an hour together. Disks and IPv4 addresses cost extra.',
    '6 vCPUs together; the quota is 10000, of which 0 are used.',
  ]);
  expect(region.all).toEqual([]);

  const made = await makeCluster(trial.work(), OWNER, 3);
  const found = await listMachines(trial.work(), OWNER, 'public');
  expect(found).toEqual(made);
  expect(found.map(({ name, state }) => `${name} ${state}`)).toEqual([
    ...['shop-1 running', 'shop-2 running', 'shop-3 running'],
  ]);
  expect(found[0]).toMatchObject({
    owner: OWNER,
    address: expect.stringMatching(/^198\.51\.100\./),
    privateAddress: expect.stringMatching(/^172\.31\.0\./),
    labels: { 'swarm-up.host-key': HOST_KEY, 'swarm-up.index': '1' },
  });

  const expires = '2026-12-09T12:00:00Z';
  await renew(trial.work(), { ...OWNER, expires });
  expect(await listClusters(trial.work())).toEqual([
    {
      owner: { ...OWNER, expires },
      created: expect.stringMatching(/^\d{4}-.*Z$/),
      parts: [
        ...['instance su-42-shop-1', 'instance su-42-shop-2', 'instance su-42-shop-3'],
        'security group su-42-shop',
      ],
    },
  ]);
  const renewed = await listMachines(trial.work(), OWNER, 'public');
  expect(renewed.map(({ owner }) => owner.expires)).toEqual([expires, expires, expires]);

  expect(await isGone(trial.work(), OWNER)).toBe(false);
  await destroyCluster(trial.work(), OWNER);
  expect(region.all).toEqual([]);
  expect(await isGone(trial.work(), OWNER)).toBe(true);
  await destroyCluster(trial.work(), OWNER);
});

test('an instance is ordered with all that it has to be', async () => {
  await using trial = await amazonec2Trial();
  const given = {
    ...{ image: 'ami-0b00000000000001', 'root-size': 30, 'request-spot-instance': true },
    ...{ 'iam-instance-profile': 'nodes', tags: { team: 'web' } },
  };
  await makeCluster(trial.work(), OWNER, 1, { given });
  const [instance] = trial.fake.region.present;
  const [group] = trial.fake.region.groups.values();
  expect(instance?.parameters).toMatchObject({
    ...{ MinCount: '1', MaxCount: '1', InstanceType: 't3.small', ImageId: 'ami-0b00000000000001' },
    ClientToken: expect.stringMatching(/^[\w-]{36}$/),
    InstanceInitiatedShutdownBehavior: 'terminate',
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: '1' },
    NetworkInterface: [
      {
        ...{ DeviceIndex: '0', SubnetId: 'subnet-000aaaaa', SecurityGroupId: [group?.id] },
        ...{ AssociatePublicIpAddress: 'true', DeleteOnTermination: 'true' },
      },
    ],
    // The image would keep its second disk.
    BlockDeviceMapping: [
      { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: 'true', VolumeSize: '30' } },
      { DeviceName: '/dev/xvdb', Ebs: { DeleteOnTermination: 'true', VolumeSize: '20' } },
    ],
    InstanceMarketOptions: { MarketType: 'spot' },
    IamInstanceProfile: { Name: 'nodes' },
  });
  expect(instance?.userData).toBe('#cloud-config\n{}');
  expect(instance?.tags).toEqual({
    ...{ Name: 'su-42-shop-1', team: 'web' },
    ...{ 'swarm-up.cluster': 'shop', 'swarm-up.repository': '42', 'swarm-up.run': '7/test/up' },
    ...{ 'swarm-up.expires': '2026-12-04T12:00:00Z', 'swarm-up.index': '1' },
    'swarm-up.host-key': HOST_KEY,
  });
  // Disks and network interfaces carry the same tags, for who looks at the bill.
  const kinds = instance?.parameters.TagSpecification as unknown as { ResourceType: string }[];
  expect(kinds.map(({ ResourceType }) => ResourceType)).toEqual([
    ...['instance', 'volume', 'network-interface'],
  ]);
});

test('machines without a public address are reached by their private one', async () => {
  await using trial = await amazonec2Trial();
  const given = { 'use-private-address': true, 'vpc-id': 'vpc-0bbbbbbb' };
  const [machine] = await makeCluster(trial.work(), OWNER, 1, { given });
  expect(machine?.address).toMatch(/^172\.31\./);
  expect(machine?.address).toBe(machine?.privateAddress);
  const [instance] = trial.fake.region.present;
  expect(instance?.parameters).toMatchObject({
    NetworkInterface: [{ AssociatePublicIpAddress: 'false', SubnetId: 'subnet-010aaaaa' }],
  });
});

test('the security group lets in SSH, the published ports, and the swarm from itself', async () => {
  await using trial = await amazonec2Trial();
  const given = { 'firewall-sources': ['203.0.113.7/24', '2001:DB8:0::/32'] };
  await makeCluster(trial.work(), OWNER, 1, { ports: [80, 81], given });
  const [group] = trial.fake.region.groups.values();
  expect([...(group?.rules ?? [])].map((rule) => rule.replace(group?.id ?? '', 'self'))).toEqual([
    ...['tcp 22-22 203.0.113.0/24', 'tcp 22-22 2001:db8::/32'],
    ...['tcp 80-81 203.0.113.0/24', 'tcp 80-81 2001:db8::/32'],
    ...['tcp 2377-2377 self', 'tcp 7946-7946 self', 'udp 7946-7946 self', 'udp 4789-4789 self'],
    '50 self',
  ]);
  expect(group?.tags).toMatchObject({ Name: 'su-42-shop', 'swarm-up.cluster': 'shop' });
});

test('a later run adopts what is there, opens new ports and closes those that went', async () => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), OWNER, 1, { ports: [80, 81] });
  await makeCluster(trial.work(), { ...OWNER, run: '8/test/up' }, 2, { ports: [81, 443] });
  const { region } = trial.fake;
  const [group] = region.groups.values();
  const open = [...(group?.rules ?? [])].filter((rule) => rule.endsWith(' 0.0.0.0/0'));
  expect(open.map((rule) => rule.split(' ')[1]).sort()).toEqual(['22-22', '443-443', '81-81']);
  expect(region.all).toEqual([
    ...['instance su-42-shop-1', 'instance su-42-shop-2', 'security group su-42-shop'],
  ]);
  trial.fake.journal.length = 0;
  await makeCluster(trial.work(), OWNER, 2, { ports: [81, 443] });
  expect(trial.fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);
});

test('a cluster stays in its VPC', async () => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), OWNER, 1);
  const given = { 'vpc-id': 'vpc-0bbbbbbb' };
  await expect(makeCluster(trial.work(), OWNER, 1, { given })).rejects.toThrow(
    'The cluster shop is in vpc-0aaaaaaa, and not in vpc-0bbbbbbb.',
  );
});

test('a cluster of the same name of another repository lives on beside it', async () => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), TWIN, 2);
  const before = trial.fake.region.all;
  await makeCluster(trial.work(), OWNER, 2);
  expect(await listMachines(trial.work(), OWNER, 'public')).toHaveLength(2);
  expect((await listClusters(trial.work())).map(({ owner }) => owner.repository).sort()).toEqual([
    ...['42', '43'],
  ]);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual(before);
});

test('what has the tags and not the name is told of once, and stays', async () => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), OWNER, 1);
  const { region } = trial.fake;
  const [own] = region.present;
  if (!own) throw new Error('no instance');
  const tags = { ...own.tags, Name: 'database' };
  region.instances.set('i-07', { ...own, id: 'i-07', tags });
  await expect(destroyCluster(trial.work(20_000), OWNER)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^Cluster shop could not be removed completely: security group su-42-shop \(sg-\w+\) left\.$/,
    ),
    details: expect.stringContaining('something else still uses it'),
    hint: expect.stringContaining('https://console.aws.amazon.com/ec2/home?region=eu-central-1'),
  });
  expect(region.present.map(({ id }) => id)).toEqual(['i-07']);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^warning: The instance i-07 at AWS has tags of Swarm Up, but another/),
  ]);
});

test('an instance that is not listed yet keeps its security group until it is found', async () => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), OWNER, 1);
  const { region } = trial.fake;
  const [own] = region.present;
  if (!own) throw new Error('no instance');
  const late = { ...own, id: 'i-07', listedFrom: trial.now() + 20_000 };
  region.instances.set(late.id, late);
  await destroyCluster(trial.work(), OWNER);
  expect(region.all).toEqual([]);
});

test('what a run that was killed before its first instance has left is found and removed', async () => {
  await using trial = await amazonec2Trial();
  const rules = { ranges: [], sources: ['0.0.0.0/0'] };
  await ensureSecurityGroup(trial.work(), { ...OWNER, pullRequest: '3' }, 'vpc-0aaaaaaa', rules);
  expect(await listClusters(trial.work())).toEqual([
    {
      owner: { ...OWNER, pullRequest: '3' },
      created: undefined,
      parts: ['security group su-42-shop'],
    },
  ]);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual([]);
});

test('one instance is removed, and the others stay', async () => {
  await using trial = await amazonec2Trial({ lingerMs: 5_000 });
  await makeCluster(trial.work(), OWNER, 2);
  const [first] = await listInstances(trial.work(), OWNER);
  if (!first) throw new Error('no instance');
  await destroyInstance(trial.work(), OWNER, first.id);
  await destroyInstance(trial.work(), OWNER, first.id);
  const names = (await listMachines(trial.work(), OWNER, 'public')).map(({ name }) => name);
  expect(names).toEqual(['shop-2']);
});

test('the calls for 50 machines are few', async () => {
  await using trial = await amazonec2Trial({ bootMs: 30_000 });
  await makeCluster(trial.work(), OWNER, 50);
  const count = (call: string) => trial.fake.journal.filter((line) => line.startsWith(call)).length;
  expect(count('POST /RunInstances')).toBe(50);
  // One list every two seconds, however many machines wait.
  expect(count('GET /DescribeInstances ')).toBeLessThan(trial.now() / 1_000);
  trial.fake.journal.length = 0;
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual([]);
  expect(trial.fake.journal.length).toBeLessThan(15);
});

test('100 clusters are found by two lists, and each is removed by few calls', async () => {
  await using trial = await amazonec2Trial({ bootMs: 0 });
  const wanted = { cluster: OWNER, machines: 1, ttlMs: undefined };
  const planned = await preflight(trial.work(), amazonec2Options.parse({}), wanted);
  for (let number = 1; number <= 100; number += 1) {
    await makeCluster(trial.work(), { ...OWNER, cluster: `pr-${number}` }, 1, { planned });
  }
  trial.fake.journal.length = 0;
  const clusters = await listClusters(trial.work());
  expect(clusters).toHaveLength(100);
  expect(trial.fake.journal).toEqual([
    ...['GET /DescribeInstances 200', 'GET /DescribeSecurityGroups 200'],
  ]);
  for (const { owner } of clusters) await destroyCluster(trial.work(), owner);
  expect(trial.fake.region.all).toEqual([]);
  expect(trial.fake.journal.length).toBeLessThan(100 * 14);
});

test('a list that has several pages is read whole', async () => {
  await using trial = await amazonec2Trial({ bootMs: 0 });
  await makeCluster(trial.work(), OWNER, 1);
  const { region } = trial.fake;
  const [own] = region.present;
  if (!own) throw new Error('no instance');
  for (let at = 2; at <= 1_203; at += 1) {
    const tags = { ...own.tags, Name: `su-42-shop-${at}`, 'swarm-up.index': String(at) };
    region.instances.set(`i-${at}`, { ...own, id: `i-${at}`, tags });
  }
  expect(await listMachines(trial.work(), OWNER, 'public')).toHaveLength(1_203);
});
