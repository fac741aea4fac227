import { expect, test } from '@jest/globals';
import { canonicalNetwork } from '../../../../../src/machines/amazonec2/network/canonical-network.ts';

test.each([
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['203.0.113.7/24', '203.0.113.0/24'],
  ['203.0.113.7/32', '203.0.113.7/32'],
  ['10.255.255.255/9', '10.128.0.0/9'],
  ['::/0', '::/0'],
  ['2001:DB8:0:0:0:0:0:1/32', '2001:db8::/32'],
  ['2001:db8::1/128', '2001:db8::1/128'],
  ['::ffff:1/112', '::ffff:0/112'],
  ['fd00:1:2:3::/0064', 'fd00:1:2:3::/64'],
])('%s is kept by EC2 as %s', (given, kept) => {
  expect(canonicalNetwork(given)).toBe(kept);
  expect(canonicalNetwork(kept)).toBe(kept);
});
