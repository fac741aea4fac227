import { expect, test } from '@jest/globals';
import { amazonec2Driver } from '../../../../src/machines/amazonec2/driver.ts';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';

test('nothing has to be given', () => {
  expect(amazonec2Options.parse({})).toEqual({
    ...{ 'instance-type': ['t3.small', 't3a.small'], image: 'ubuntu-24.04', tags: {} },
    ...{ 'request-spot-instance': false, 'use-private-address': false },
    'firewall-sources': ['0.0.0.0/0', '::/0'],
  });
});

test('lists may be one name, and a name that is given twice counts once', () => {
  const given = {
    ...{ region: 'us-gov-west-1', zone: 'us-east-1-bos-1a', 'instance-type': ['c7g.xlarge'] },
    ...{ 'subnet-id': ['subnet-0a1b2c3d', 'subnet-0a1b2c3d'], 'vpc-id': 'vpc-0a1b2c3d4e5f60718' },
    ...{ image: 'ami-0a1b2c3d4e5f60718', endpoint: 'http://127.0.0.1:5000/' },
  };
  expect(amazonec2Options.parse(given)).toMatchObject({
    ...given,
    ...{ zone: ['us-east-1-bos-1a'], 'subnet-id': ['subnet-0a1b2c3d'] },
    endpoint: 'http://127.0.0.1:5000',
  });
});

test.each([
  [{ region: 'Frankfurt' }, 'give a region'],
  [{ zone: [] }, 'give availability zones'],
  [{ zone: 'a' }, 'give availability zones'],
  [{ 'instance-type': 't3' }, 'give types of instances'],
  [{ image: 'ubuntu-24.4' }, 'Is ubuntu-24.04 meant?'],
  [{ image: 'ami-1' }, 'or the id of an AMI'],
  [{ 'vpc-id': 'default' }, 'give the id of a VPC'],
  [{ 'subnet-id': 'a' }, 'give ids of subnets'],
  [{ 'root-size': 4 }, 'from 8 to 16384'],
  [{ 'request-spot-instance': 'yes' }, 'give `true` or `false`'],
  [{ tags: { 'swarm-up.cluster': 'a' } }, 'are not yours to give'],
  [{ tags: { Name: 'a' } }, 'are not yours to give'],
  [{ tags: { 'aws:a': 'a' } }, 'are not yours to give'],
  [{ tags: ['a'] }, 'give a map'],
  [{ 'firewall-sources': 'everywhere' }, 'give networks'],
  [{ endpoint: 'http://ec2.example.com' }, 'https'],
  [{ ami: 'ami-0a1b2c3d' }, 'Unrecognized key'],
])('%j is refused', (given, words) => {
  const { error } = amazonec2Options.safeParse(given);
  expect(error?.issues.map(({ message }) => message).join()).toContain(words);
});

test('to find and remove, only region and endpoint are read', () => {
  const place = { region: 'eu-west-1', endpoint: 'https://ec2.example.com' };
  const found = amazonec2Driver.placeOptions?.parse({ ...place, image: 3, zone: 'nonsense' });
  expect(found).toMatchObject({ ...place, image: 'ubuntu-24.04' });
});
