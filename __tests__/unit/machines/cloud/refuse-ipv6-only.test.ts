import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { refuseIpv6Only } from '../../../../src/machines/cloud/refuse-ipv6-only.ts';

const one = (address: string, internal = false, scopeid = 0): NetworkInterfaceInfo =>
  address.includes(':')
    ? { address, family: 'IPv6', internal, scopeid, netmask: '', mac: '', cidr: null }
    : { address, family: 'IPv4', internal, netmask: '', mac: '', cidr: null };

const hosted = {
  lo: [one('127.0.0.1', true), one('::1', true)],
  eth0: [one('10.1.0.4'), one('fe80::1', false, 2)],
};

test('a machine with IPv6 alone is refused where the runner has only addresses of its links', () => {
  const refused = () => refuseIpv6Only('shop-1', '2a01:4f8::1', hosted);
  expect(refused).toThrow(ActionError);
  expect(refused).toThrow('Machine shop-1 has only an IPv6 address, 2a01:4f8::1.');
  expect(() => refuseIpv6Only('shop-1', '2a01:4f8::1', {})).toThrow(ActionError);
});

test('a runner with an IPv6 address may try, and IPv4 is nobody’s problem', () => {
  refuseIpv6Only('shop-1', '2a01:4f8::1', { ...hosted, eth1: [one('2001:db8::2')] });
  refuseIpv6Only('shop-1', '192.0.2.7', hosted);
  refuseIpv6Only('shop-1', '192.0.2.7', {});
});
