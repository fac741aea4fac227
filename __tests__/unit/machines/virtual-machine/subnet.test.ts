import { expect, test } from '@jest/globals';
import {
  loopbackAddress,
  userNetworks,
} from '../../../../src/machines/qemu/network/user-network.ts';
import {
  candidates,
  freeSubnet,
  guestAddress,
  macAddresses,
  mainNetworks,
  routedNetworks,
  runnerAddress,
} from '../../../../src/machines/virtual-machine/subnet.ts';

const [FIRST = '', SECOND = ''] = candidates('shop');

test('networks that take no root: the same for the same folder, each another; nothing that others listen at by habit', () => {
  const networks = userNetworks('/s/shop');
  expect(userNetworks('/s/shop')).toEqual(networks);
  expect(userNetworks('/home/b/shop')[0]).not.toEqual(networks[0]);
  expect(new Set(networks.map(({ group }) => group)).size).toBe(networks.length);
  for (const { group, loopback } of networks) {
    expect(group).toMatch(/^239(\.\d{1,3}){3}:2\d{4}$/);
    expect(loopback).toMatch(/^127\.1(2[89]|[3-8]\d|9[01])\.\d{1,3}$/);
  }
  expect(loopbackAddress({ group: '', loopback: '127.130.2' }, 3)).toBe('127.130.2.13');
});

test('a cluster begins with the same network each time, and another cluster with another', () => {
  expect(freeSubnet('shop', [])).toBe(FIRST);
  expect(freeSubnet('shop', [])).toBe(freeSubnet('shop', []));
  expect(freeSubnet('other', [])).not.toBe(FIRST);
});

test.each([
  ['the network itself', `${FIRST}.0/24`],
  ['one address of it', `${FIRST}.77`],
  ['a wider one', `${FIRST.replace(/\.\d+$/, '')}.0.0/16`],
])('a route to %s makes the cluster take another', (_, route) => {
  const chosen = freeSubnet('shop', ['172.17.0.0/16', route]);
  expect(chosen).not.toBe(FIRST);
  expect(candidates('shop')).toContain(chosen);
});

test('a route beside the network is no collision', () => {
  const [a, b, c] = FIRST.split('.').map(Number);
  expect(freeSubnet('shop', [`${a}.${b}.${(c ?? 0) ^ 1}.0/24`, 'fe80::/64'])).toBe(FIRST);
  expect(freeSubnet('shop', [`${FIRST}.0/24`])).toBe(SECOND);
});

test('where a VPN has all of 10.0.0.0/8 the other range is taken; where it has both, that is told with the routes', () => {
  expect(freeSubnet('shop', ['10.0.0.0/8'])).toMatch(/^192\.168\./);
  expect(() => freeSubnet('shop', ['10.0.0.0/8', '192.168.0.0/16'])).toThrow(
    expect.objectContaining({
      message: 'No network is free on the runner for the machines of shop.',
      details: 'Routes: 10.0.0.0/8, 192.168.0.0/16',
    }),
  );
});

test('all candidates are networks that can be', () => {
  for (const subnet of candidates('x')) {
    expect(subnet).toMatch(/^(10\.(12[89]|1[3-9]\d|2\d\d)|192\.168)\.\d{1,3}$/);
    expect(subnet.split('.').every((part) => Number(part) <= 255)).toBe(true);
  }
});

test('routes are read as iproute2 prints them, without the one to everywhere', () => {
  const json = JSON.stringify([
    { dst: 'default', gateway: '172.16.0.1', dev: 'eth0', flags: [] },
    { dst: '172.17.0.0/16', dev: 'docker0', protocol: 'kernel', flags: ['linkdown'] },
    { type: 'local', dst: '127.0.0.0/8', dev: 'lo', table: 'local' },
    { type: 'multicast', dst: 'ff00::/8', dev: 'eth0' },
    { dst: 'fe80::/64', dev: 'eth0' },
  ]);
  expect(routedNetworks(json)).toEqual(['172.17.0.0/16', '127.0.0.0/8']);
  expect(routedNetworks('')).toEqual([]);
});

test('routes are read as the kernel prints them, where there is no iproute2', () => {
  const line = (...fields: string[]) => `${fields.join('\t')}   \n`;
  const text = [
    line('Iface', 'Destination', 'Gateway ', 'Flags', 'RefCnt', 'Use', 'Metric', 'Mask'),
    line('eth0', '00000000', '010011AC', '0003', '0', '0', '0', '00000000', '0', '0', '0'),
    line('eth0', '000011AC', '00000000', '0001', '0', '0', '0', '0000FFFF', '0', '0', '0'),
    line('tun0', '4D07C80A', '00000000', '0005', '0', '0', '0', 'FFFFFFFF', '0', '0', '0'),
  ].join('');
  expect(mainNetworks(text)).toEqual(['172.17.0.0/16', '10.200.7.77/32']);
  expect(mainNetworks('')).toEqual([]);
});

test('addresses and MAC addresses of the machines do not meet', () => {
  expect(runnerAddress('10.200.7')).toBe('10.200.7.1');
  expect(guestAddress('10.200.7', 1)).toBe('10.200.7.11');
  const all = [1, 2, 3].flatMap((index) => Object.values(macAddresses('su0-', index)));
  expect(new Set(all).size).toBe(6);
  for (const mac of all) expect(mac).toMatch(/^5[26]:54(:[0-9a-f]{2}){4}$/);
  expect(macAddresses('su0-', 1)).toEqual(macAddresses('su0-', 1));
});
