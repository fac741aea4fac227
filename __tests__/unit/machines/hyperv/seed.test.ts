import { expect, test } from '@jest/globals';
import { networkConfig } from '../../../../src/machines/hyperv/seed.ts';

const about = { index: 2, mac: '52:54:00:aa:bb:cc' };

test('at its own switch a machine has a fixed address, and the DNS servers of the runner', () => {
  const text = networkConfig({ ...about, subnet: '10.130.7', resolvers: ['10.0.0.53'] });
  expect(JSON.parse(text).ethernets.lan).toEqual({
    match: { macaddress: about.mac },
    addresses: ['10.130.7.12/24'],
    routes: [{ to: '0.0.0.0/0', via: '10.130.7.1' }],
    nameservers: { addresses: ['10.0.0.53'] },
  });
  const none = networkConfig({ ...about, subnet: '10.130.7', resolvers: [] });
  expect(none).not.toContain('nameservers');
});

test('at a switch that exists, the network behind it gives the address', () => {
  const text = networkConfig({ ...about, subnet: '', resolvers: ['10.0.0.53'] });
  expect(JSON.parse(text).ethernets.lan).toEqual({
    match: { macaddress: about.mac },
    dhcp4: true,
  });
});
