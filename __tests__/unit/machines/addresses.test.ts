import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/errors.ts';
import { parseAddresses, resolveAddress } from '../../../src/machines/addresses.ts';

/** As iproute2 prints it on a host with a bridge of Docker, a tunnel, and two addresses on one interface. */
const LINES = String.raw`1: lo    inet 127.0.0.1/8 scope host lo\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host noprefixroute \       valid_lft forever preferred_lft forever
2: eth0    inet 203.0.113.7/24 metric 100 brd 203.0.113.255 scope global dynamic eth0\       valid_lft 86051sec preferred_lft 86051sec
2: eth0    inet6 2001:db8::7/64 scope global \       valid_lft forever preferred_lft forever
2: eth0    inet6 fe80::42:acff:fe11:3/64 scope link \       valid_lft forever preferred_lft forever
3: eth1@if9    inet 10.0.0.7/16 brd 10.0.255.255 scope global eth1\       valid_lft forever preferred_lft forever
3: eth1@if9    inet 10.0.0.8/16 brd 10.0.255.255 scope global secondary eth1\       valid_lft forever preferred_lft forever
4: wg0    inet6 fd00::7/64 scope global \       valid_lft forever preferred_lft forever
5: ppp0    inet 10.9.0.1 peer 10.9.0.2/32 scope global ppp0\       valid_lft forever preferred_lft forever
`;
const addresses = parseAddresses(LINES);
const resolve = (value: string, reachedAt?: string) =>
  resolveAddress(value, addresses, {
    name: 'web-1',
    option: 'advertise-addr',
    ...(reachedAt !== undefined && { reachedAt }),
  });

test('addresses that others could reach are listed with their interface', () => {
  expect(addresses.map(({ name, address }) => `${name} ${address}`)).toEqual([
    'eth0 203.0.113.7',
    'eth0 2001:db8::7',
    'eth1 10.0.0.7',
    'eth1 10.0.0.8',
    'wg0 fd00::7',
    'ppp0 10.9.0.1',
  ]);
});

test.each([
  ['an address', '10.0.0.8', '10.0.0.8'],
  ['an address in capitals', '2001:DB8::7', '2001:db8::7'],
  ['an interface, by its IPv4 address', 'eth0', '203.0.113.7'],
  ['an interface with IPv6 only', 'wg0', 'fd00::7'],
])('%s', (_name, value, address) => {
  expect(resolve(value)).toBe(address);
});

test('an address behind a NAT is taken where the host is reached by it', () => {
  expect(resolve('198.51.100.1', '198.51.100.1')).toBe('198.51.100.1');
});

test.each([
  ['198.51.100.1', 'no interface of web-1 has this address'],
  ['eth9', 'web-1 has no interface of this name'],
  ['eth1', 'this interface of web-1 has several addresses'],
])('%s is refused with the addresses that there are', (value, reason) => {
  let error: unknown;
  try {
    resolve(value);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ActionError);
  expect(error).toMatchObject({
    message: expect.stringContaining(`advertise-addr=${value}: ${reason}`),
    details: expect.stringContaining('eth1  10.0.0.8'),
    hint: expect.stringContaining('Nothing was changed.'),
  });
});
