import { expect, test } from '@jest/globals';
import { checkOwnSubnets, isSubnet, overlap } from '../../../../src/compose/limits/subnets.ts';
import { checkSubnets } from '../../../../src/deploy/requirements/subnets.ts';
import type { WantedStack } from '../../../../src/deploy/wanted.ts';
import { presentNetwork, presentWith } from '../../../support/present.ts';

test.each([
  ['10.91.0.0/24', '10.91.0.0/25', true],
  ['10.91.0.0/24', '10.91.0.128/25', true],
  ['10.91.0.0/25', '10.91.0.128/25', false],
  ['10.91.0.0/24', '10.91.1.0/24', false],
  ['10.0.0.0/8', '10.91.1.0/24', true],
  ['0.0.0.0/0', '192.168.0.0/16', true],
  ['10.91.0.7/24', '10.91.0.0/24', true],
  ['fd00:1::/64', 'fd00:1::/48', true],
  ['fd00:1::/64', 'fd00:2::/64', false],
  ['10.0.0.0/8', '::/0', false],
  ['not one', '10.0.0.0/8', false],
])('%s and %s have addresses in common: %j', (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected);
  expect(overlap(other, one)).toBe(expected);
});

test.each([
  '10.91.0.0',
  '10.91.0.0/33',
  '10.91.0/24',
  'fd00::/129',
  '10.91.0.0/24/8',
  '/24',
  '10.91.0.0/',
])('%s is no subnet', (text) => expect(isSubnet(text)).toBe(false));

test('of a file, what is no subnet and what overlaps is refused, each once', () => {
  const refused: string[] = [];
  const networks = {
    one: { subnets: ['10.91.0.0/24'] },
    two: { subnets: ['10.91.0.0/25', 'fd00::/64'] },
    three: { subnets: ['10.92.0.0'] },
    four: { subnets: ['10.93.0.0/24', '10.93.0.0/26'] },
  };
  checkOwnSubnets(networks, (path, message) => refused.push(`${path.join('.')} ${message}`));
  expect(refused).toEqual([
    'networks.two.ipam.config network two: its subnet 10.91.0.0/25 overlaps with 10.91.0.0/24 of network one. Choose another.',
    'networks.three.ipam.config network three: `subnet` is 10.92.0.0. Write an address and the length of its prefix, for example `10.91.0.0/24`.',
    'networks.four.ipam.config network four: its subnet 10.93.0.0/26 overlaps with 10.93.0.0/24 of network four. Choose another.',
  ]);
});

const subnet = (...subnets: readonly string[]) => ({
  ipam: { config: subnets.map((one) => ({ subnet: one })) },
  labels: {},
});
const has = (name: string, Subnet: string, Scope = 'swarm') =>
  presentNetwork(name, { Scope, IPAM: { Config: [{ Subnet }] } });

function refusals(networks: WantedStack['networks'], ...there: readonly ReturnType<typeof has>[]) {
  const wanted: WantedStack = { services: {}, networks, volumes: {}, configs: {}, secrets: {} };
  const refused: string[] = [];
  const options = { stack: 'shop', recreated: there.filter(({ Name }) => Name === 'shop_anew') };
  checkSubnets(wanted, presentWith({ networks: there }), options, (_path, message) => {
    refused.push(message);
  });
  return refused;
}

test('of a swarm, the routing mesh and other stacks have subnets that are taken', () => {
  const back = { back: subnet('10.0.0.0/16') };
  expect(refusals(back, has('ingress', '10.0.0.0/24'))).toEqual([
    'network back: its subnet 10.0.0.0/16 overlaps with 10.0.0.0/24 of network ingress, which the swarm has. Choose another, or leave it out: then the swarm does.',
  ]);
  expect(refusals(back, has('blog_back', '10.0.5.0/24'))).toHaveLength(1);
});

test('what is there already, goes first, is external, or is of one node alone is in nobody’s way', () => {
  const there = has('shop_back', '10.91.0.0/24');
  expect(refusals({ back: subnet('10.91.0.0/24') }, there)).toEqual([]);
  expect(refusals({ new: subnet('10.91.0.0/24') }, has('shop_anew', '10.91.0.0/24'))).toEqual([]);
  expect(refusals({ x: { ...subnet('10.91.0.0/24'), external: true } }, there)).toEqual([]);
  expect(refusals({ y: subnet('172.17.0.0/16') }, has('bridge', '172.17.0.0/16', 'local'))).toEqual(
    [],
  );
});
