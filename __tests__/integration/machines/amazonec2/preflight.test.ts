import { expect, test } from '@jest/globals';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';

const WANTED = { cluster: OWNER, machines: 2, ttlMs: undefined };

const asked = async (trial: Trial, given: object) =>
  await preflight(trial.work(20_000), amazonec2Options.parse(given), WANTED);

test('places are each type in each zone, and each type has the image of its processor', async () => {
  await using trial = await amazonec2Trial();
  const { places } = await asked(trial, { 'instance-type': ['t4g.small', 't3.small'] });
  expect(places.map(({ type, location, image }) => `${type} ${location} ${image.imageId}`)).toEqual(
    [
      't4g.small eu-central-1b ami-0a00000000000003',
      't4g.small eu-central-1c ami-0a00000000000003',
      't3.small eu-central-1a ami-0a00000000000002',
      't3.small eu-central-1b ami-0a00000000000002',
      't3.small eu-central-1c ami-0a00000000000002',
    ],
  );
  expect(trial.fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);
});

test('zones and subnets are tried in the order of the options', async () => {
  await using trial = await amazonec2Trial();
  const zones = ['eu-central-1c', 'eu-central-1a'];
  const byZone = await asked(trial, { zone: zones, 'instance-type': 't3.small' });
  expect(byZone.places.map(({ location }) => location)).toEqual(zones);
  const subnets = ['subnet-002aaaaa', 'subnet-000aaaaa'];
  const bySubnet = await asked(trial, { 'subnet-id': subnets, 'instance-type': 't3.small' });
  expect(bySubnet.places.map(({ subnet }) => subnet)).toEqual(subnets);
});

test.each([
  [
    { 'instance-type': 't3.smal' },
    'driver-options: `instance-type`: the region eu-central-1 has no t3.smal.',
    /^Is t3\.small meant\? Not every region has every type\.$/,
  ],
  [
    { 'instance-type': 'm7i.large' },
    'AWS does not offer m7i.large in eu-central-1a, eu-central-1b, eu-central-1c.',
    /Change `zone` or `instance-type`/,
  ],
  [
    { image: 'ami-0c00000000000001' },
    'driver-options: `image`: eu-central-1 has no image ami-0c00000000000001.',
    /another id in each region/,
  ],
  [
    { image: 'debian-13' },
    'driver-options: `image`: eu-central-1 has no debian-13 for x86_64.',
    /Give the id of an AMI/,
  ],
  [
    { image: 'ami-0b00000000000001', 'instance-type': 't4g.small' },
    'driver-options: `image`: ami-0b00000000000001 is for x86_64, and t4g.small is not.',
    /Give types for x86_64/,
  ],
  [
    { zone: 'eu-central-1d' },
    'driver-options: `zone`: no subnet is in eu-central-1d.',
    /Give one of these zones/,
  ],
  [
    { 'vpc-id': 'vpc-0ccccccc' },
    'driver-options: `vpc-id`: the account has no VPC vpc-0ccccccc in eu-central-1.',
    /console\.aws/,
  ],
  [
    { 'subnet-id': 'subnet-0ccccccc' },
    'driver-options: `subnet-id`: the account has no subnet subnet-0ccccccc in eu-central-1.',
    /console\.aws/,
  ],
  [
    { 'subnet-id': ['subnet-000aaaaa', 'subnet-010aaaaa'] },
    'driver-options: `subnet-id`: these are in several VPCs.',
    /within one VPC/,
  ],
  [
    { 'subnet-id': 'subnet-010aaaaa', 'vpc-id': 'vpc-0aaaaaaa' },
    'driver-options: `subnet-id`: the subnet is in vpc-0bbbbbbb, not vpc-0aaaaaaa.',
    /Leave `vpc-id` out/,
  ],
])('%j is refused before anything is made', async (given, message, hint) => {
  await using trial = await amazonec2Trial();
  await expect(asked(trial, given)).rejects.toMatchObject({
    message,
    hint: expect.stringMatching(hint),
  });
});

test('a region without a default VPC is told with what to do', async () => {
  await using trial = await amazonec2Trial();
  trial.fake.region.hasDefaultVpc = false;
  await expect(asked(trial, {})).rejects.toMatchObject({
    message: 'The region eu-central-1 has no default VPC.',
    hint: expect.stringMatching(/`vpc-id` or `subnet-id`.*aws ec2 create-default-vpc/),
  });
});

test('a spot instance, its price at most and the vCPUs are named in the plan', async () => {
  await using trial = await amazonec2Trial();
  const { facts } = await asked(trial, {
    ...{ 'request-spot-instance': true, image: 'ami-0b00000000000001' },
  });
  expect(facts).toEqual([
    '2 × t3.small in eu-central-1a as spot (ami-0b00000000000001): about USD 0.05 an hour together. Spot instances cost less. Disks and IPv4 addresses cost extra.',
    '4 vCPUs together; the quota is 10000, of which 0 are used.',
  ]);
});

test.each([
  ['UnauthorizedOperation', 403, 'the credentials may not do ec2:DescribeVpcs'],
  ['OptInRequired', 401, 'the account does not use EC2 in this region'],
  ['ExpiredToken', 400, 'the credentials have expired'],
])('%s is told in words', async (code, answer, words) => {
  await using trial = await amazonec2Trial();
  trial.fake.fault({ call: /DescribeVpcs/, answer, code, times: 99 });
  await expect(asked(trial, {})).rejects.toThrow(`AWS could not be asked what it has: ${words}.`);
});

/** The dry runs of the first orders, as the stand-in has answered them. */
const tried = ({ fake }: Trial) => fake.journal.filter((line) => /Run|Create/.test(line));

test('the first orders are tried before anything exists, and make nothing', async () => {
  await using trial = await amazonec2Trial();
  await asked(trial, {});
  // The policy admits no other security group than those of the repository, and there is none yet.
  expect(tried(trial)).toEqual(['GET /CreateSecurityGroup 412', 'GET /RunInstances 403']);
  expect(trial.fake.region.all).toEqual([]);
  await makeCluster(trial.work(), OWNER, 2);
  expect(trial.fake.region.present).toHaveLength(2);
});

test('what is tried is what is ordered then, with the same tags', async () => {
  await using trial = await amazonec2Trial();
  const forms: Record<string, string[]> = {};
  trial.fake.onCall = (action, form) => {
    forms[action] = [...(forms[action] ?? []), form.toString()];
  };
  const given = { 'request-spot-instance': true, 'root-size': 30, tags: { team: 'web' } };
  await makeCluster(trial.work(), OWNER, 1, { given });
  const [triedGroup = '', group = ''] = forms.CreateSecurityGroup ?? [];
  expect(differences(triedGroup, group)).toEqual(['DryRun']);
  const [triedInstance = '', instance = ''] = forms.RunInstances ?? [];
  // The order has two tags more, of the machine, for each of the three kinds of things.
  expect(differences(triedInstance, instance).filter((key) => !/\.Tag\.\d+\./.test(key))).toEqual([
    ...['ClientToken', 'DryRun', 'NetworkInterface.1.SecurityGroupId.1', 'UserData'],
  ]);
  const tagsIn = (form: string) =>
    [...new URLSearchParams(form)].flatMap(([key, value]) => (/\.Key$/.test(key) ? value : []));
  const ofMachine = ['swarm-up.host-key', 'swarm-up.index'];
  const ordered = tagsIn(instance).filter((key) => !ofMachine.includes(key));
  expect(tagsIn(triedInstance).sort()).toEqual(ordered.sort());
  expect(ordered).toHaveLength(3 * 6);
});

/** The parameters that only one of two forms has, or each with another value. */
function differences(one: string, other: string): string[] {
  const [a, b] = [new URLSearchParams(one), new URLSearchParams(other)];
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].filter((key) => a.get(key) !== b.get(key)).sort();
}

test.each([
  ['its own security group', OWNER, ['GET /RunInstances 412']],
  [
    'that of another cluster of the repository',
    { ...OWNER, cluster: 'other' },
    ['GET /CreateSecurityGroup 412', 'GET /RunInstances 412'],
  ],
  ['none of another repository', TWIN, ['GET /CreateSecurityGroup 412', 'GET /RunInstances 403']],
])('an instance is tried with %s', async (_, owner, expected) => {
  await using trial = await amazonec2Trial();
  await makeCluster(trial.work(), owner, 1);
  trial.fake.journal.length = 0;
  await asked(trial, {});
  expect(tried(trial)).toEqual(expected);
});

test.each([
  ['ec2:CreateSecurityGroup', 'vpc/vpc-0aaaaaaa', {}],
  ['ec2:CreateSecurityGroup', undefined, {}],
  ['ec2:CreateTags', 'security-group/*', {}],
  ['ec2:RunInstances', 'instance/*', {}],
  ['iam:PassRole', 'role/nodes', { 'iam-instance-profile': 'nodes' }],
])('the lack of %s (%s) is told before anything exists', async (right, resource, given) => {
  await using trial = await amazonec2Trial();
  trial.fake.region.permissions.lacking.set(right, resource);
  await expect(asked(trial, given)).rejects.toMatchObject({
    message: `The machines of shop cannot be made: the credentials may not do ${right}.`,
    details: expect.stringMatching(/^You are not authorized to perform this operation\./),
    hint: expect.stringContaining(`Add ${right} to the policy of the role.`),
  });
  expect(trial.fake.journal.filter((line) => !line.startsWith('GET '))).toEqual([]);
});

test.each([['security-group/sg-0ddddddd'], [undefined]])(
  'a refused instance counts only if AWS names what the real one has: %s',
  async (resource) => {
    await using trial = await amazonec2Trial();
    trial.fake.region.permissions.lacking.set('ec2:RunInstances', resource);
    await expect(asked(trial, {})).resolves.toMatchObject({ facts: expect.any(Array) });
    trial.fake.region.permissions.lacking.clear();
    await makeCluster(trial.work(), OWNER, 1);
    // With the security group of the cluster itself the trial is as the order.
    trial.fake.region.permissions.lacking.set('ec2:RunInstances', resource);
    await expect(asked(trial, {})).rejects.toThrow('the credentials may not do ec2:RunInstances.');
  },
);

test.each([
  ['VcpuLimitExceeded', 400],
  ['InsufficientInstanceCapacity', 500],
  ['InvalidGroup.NotFound', 400],
  ['InvalidParameterCombination', 400],
  ['InternalError', 500],
])('%s of a trial refuses nothing', async (code, answer) => {
  await using trial = await amazonec2Trial();
  trial.fake.fault({ call: /^GET .(Run|Create)/, answer, code, times: 99 });
  await asked(trial, {});
  await makeCluster(trial.work(), OWNER, 1);
  expect(trial.fake.region.present).toHaveLength(1);
});

test('a trial without an answer refuses nothing, and an abort ends the trial', async () => {
  await using trial = await amazonec2Trial();
  trial.fake.fault({ call: /^GET .(Run|Create)/, answer: 'lost', times: 99 });
  await asked(trial, {});
  const controller = new AbortController();
  const work = trial.work(20_000, controller.signal);
  const asking = preflight(work, amazonec2Options.parse({}), WANTED);
  controller.abort(new Error('cancelled'));
  await expect(asking).rejects.toThrow('cancelled');
});
