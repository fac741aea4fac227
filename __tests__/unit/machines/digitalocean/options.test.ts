import { expect, test } from '@jest/globals';
import {
  digitaloceanOptions,
  placeOptions,
} from '../../../../src/machines/digitalocean/options.ts';

const VPC = '5a4981aa-9653-4bd1-bef5-d6bff52042e4';

test('what is taken if nothing is said', () => {
  expect(digitaloceanOptions.parse({})).toEqual({
    region: ['fra1', 'ams3', 'lon1'],
    size: ['s-1vcpu-2gb', 's-2vcpu-2gb'],
    image: 'debian-13-x64',
    monitoring: false,
    ipv6: false,
    'firewall-sources': ['0.0.0.0/0', '::/0'],
    endpoint: 'https://api.digitalocean.com/v2',
  });
});

test.each([
  [{ region: 'nyc3' }, { region: ['nyc3'] }],
  [{ region: ['nyc3', 'fra1', 'nyc3'] }, { region: ['nyc3', 'fra1'] }],
  [{ size: 'so1_5-2vcpu-16gb' }, { size: ['so1_5-2vcpu-16gb'] }],
  [{ image: 123 }, { image: '123' }],
  [{ 'vpc-uuid': VPC }, { 'vpc-uuid': VPC }],
  [{ 'firewall-sources': '203.0.113.0/24' }, { 'firewall-sources': ['203.0.113.0/24'] }],
  [
    { monitoring: true, ipv6: true },
    { monitoring: true, ipv6: true },
  ],
  [{ endpoint: 'http://127.0.0.1:9/v2/' }, { endpoint: 'http://127.0.0.1:9/v2' }],
])('%j', (given, read) => {
  expect(digitaloceanOptions.parse(given)).toMatchObject(read);
});

test.each([
  [{ region: [] }, 'region', /^give slugs of regions/],
  [{ region: 'New York' }, 'region', /^give slugs of regions/],
  [{ size: 3 }, 'size', /^give slugs of sizes/],
  [{ size: ['s-1vcpu-2gb', 'gpu-h100x1-80gb'] }, 'size', /^sizes with a GPU are not possible/],
  [{ image: '' }, 'image', /^give the slug of an image/],
  [{ 'vpc-uuid': 'mine' }, 'vpc-uuid', /^give the id of a VPC network/],
  [{ 'firewall-sources': ['0.0.0.0'] }, 'firewall-sources', /^give networks from which/],
  [{ monitoring: 'maybe' }, 'monitoring', /^give `true` or `false`/],
  [{ ipv6: 1 }, 'ipv6', /^give `true` or `false`/],
  [{ endpoint: 'http://api.test' }, 'endpoint', /^give a URL/],
])('%j is refused', (given, key, message) => {
  const issues = digitaloceanOptions.safeParse(given).error?.issues ?? [];
  expect(issues).toEqual([expect.objectContaining({ path: [key] })]);
  expect(issues[0]?.message).toMatch(message);
});

test('a key that does not exist is refused', () => {
  expect(digitaloceanOptions.safeParse({ regions: 'fra1' }).error?.issues[0]?.code).toBe(
    'unrecognized_keys',
  );
});

test('removing looks at the endpoint alone', () => {
  const given = { region: 7, nonsense: true, endpoint: 'https://api.test' };
  expect(placeOptions.parse(given)).toEqual({ endpoint: 'https://api.test' });
});
