import { expect, test } from '@jest/globals';
import { hetznerOptions, placeOptions } from '../../../../src/machines/hetzner/options.ts';

test('what is taken if nothing is said', () => {
  expect(hetznerOptions.parse({})).toEqual({
    location: ['nbg1', 'hel1', 'fsn1'],
    'server-type': ['cx23', 'cpx22'],
    image: 'docker-ce',
    'network-range': '10.64.0.0/16',
    'firewall-sources': ['0.0.0.0/0', '::/0'],
    ipv4: true,
    'placement-group': 'spread',
    endpoint: 'https://api.hetzner.cloud/v1',
  });
});

test.each([
  [{ location: 'fsn1' }, { location: ['fsn1'] }],
  [{ location: ['fsn1', 'nbg1', 'fsn1'] }, { location: ['fsn1', 'nbg1'] }],
  [{ 'server-type': 'cax11' }, { 'server-type': ['cax11'] }],
  [{ image: 123 }, { image: '123' }],
  [{ network: '77' }, { network: 77 }],
  [{ 'network-range': '192.168.4.0/24' }, { 'network-range': '192.168.4.0/24' }],
  [{ 'firewall-sources': '203.0.113.0/24' }, { 'firewall-sources': ['203.0.113.0/24'] }],
  [{ 'placement-group': 'none' }, { 'placement-group': 'none' }],
  [{ endpoint: 'http://127.0.0.1:9/v1/' }, { endpoint: 'http://127.0.0.1:9/v1' }],
])('%j', (given, read) => {
  expect(hetznerOptions.parse(given)).toMatchObject(read);
});

test.each([
  [{ location: [] }, 'location', /^give names of locations/],
  [{ location: 'Nürnberg' }, 'location', /^give names of locations/],
  [{ 'server-type': 3 }, 'server-type', /^give names of server types/],
  [{ image: '' }, 'image', /^give the name of an image/],
  [{ network: 'mine' }, 'network', /^give the id of a network/],
  [{ network: 0 }, 'network', /^give the id of a network/],
  [{ 'network-range': '10.64.1.0/16' }, 'network-range', /^give a private IPv4 network/],
  [{ 'network-range': '203.0.113.0/24' }, 'network-range', /^give a private IPv4 network/],
  [{ 'network-range': '172.0.0.0/8' }, 'network-range', /^give a private IPv4 network/],
  [{ 'network-range': '10.0.0.0/25' }, 'network-range', /^give a private IPv4 network/],
  [{ 'firewall-sources': [] }, 'firewall-sources', /^give networks from which/],
  [{ 'firewall-sources': ['0.0.0.0'] }, 'firewall-sources', /^give networks from which/],
  [{ 'firewall-sources': ['10.0.0.0/33'] }, 'firewall-sources', /^give networks from which/],
  [{ ipv4: 'maybe' }, 'ipv4', /^give `true` or `false`/],
  [{ 'placement-group': 'tight' }, 'placement-group', /^give `spread` or `none`/],
  [{ endpoint: 'http://api.test' }, 'endpoint', /^give a URL/],
])('%j is refused', (given, key, message) => {
  const issues = hetznerOptions.safeParse(given).error?.issues ?? [];
  expect(issues).toEqual([expect.objectContaining({ path: [key] })]);
  expect(issues[0]?.message).toMatch(message);
});

test('a key that does not exist is refused', () => {
  expect(hetznerOptions.safeParse({ locations: 'nbg1' }).error?.issues[0]?.code).toBe(
    'unrecognized_keys',
  );
});

test('removing looks at the endpoint alone', () => {
  const given = { location: 7, nonsense: true, endpoint: 'https://api.test' };
  expect(placeOptions.parse(given)).toEqual({ endpoint: 'https://api.test' });
  expect(placeOptions.safeParse({ endpoint: 'http://api.test' }).success).toBe(false);
});
