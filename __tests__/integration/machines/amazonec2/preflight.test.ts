import { expect, test } from '@jest/globals';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import { amazonec2Trial, type Trial } from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';

const asked = async (trial: Trial, given: object) =>
  await preflight(trial.work(20_000), amazonec2Options.parse(given), { machines: 2 });

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

test('a spot instance and the vCPUs are named in the plan', async () => {
  await using trial = await amazonec2Trial();
  const { facts } = await asked(trial, {
    ...{ 'request-spot-instance': true, image: 'ami-0b00000000000001' },
  });
  expect(facts).toEqual([
    '2 × t3.small in eu-central-1a as spot (ami-0b00000000000001): 4 vCPUs together. The price is not asked; see https://aws.amazon.com/ec2/pricing/on-demand/',
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
