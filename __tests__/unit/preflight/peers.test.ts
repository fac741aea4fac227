import { expect, test } from '@jest/globals';
import { peersOf, sampleWords } from '../../../src/preflight/peers.ts';

const hostsOf = (count: number, managers = 1) =>
  Array.from({ length: count }, (_, at) => ({
    name: at,
    role: at < managers ? ('manager' as const) : ('worker' as const),
  }));

test('up to 20 hosts each ask all others', () => {
  const hosts = hostsOf(20, 3);
  for (const [at, host] of hosts.entries()) {
    expect(peersOf(hosts, at)).toEqual(hosts.filter((one) => one !== host));
  }
  expect(sampleWords(hosts)).toBeUndefined();
});

test('of many, each asks the managers and as few others as the logarithm of their number', () => {
  const hosts = hostsOf(1_000, 3);
  for (const [at, host] of hosts.entries()) {
    const peers = peersOf(hosts, at);
    expect(peers).not.toContain(host);
    expect(new Set(peers).size).toBe(peers.length);
    expect(peers.length).toBeLessThanOrEqual(13);
    const managers = hosts.slice(0, 3).filter((one) => one !== host);
    expect(peers).toEqual(expect.arrayContaining(managers));
  }
  expect(sampleWords(hosts)).toBe(
    'Ports: each of the 1000 hosts asked the managers (7 at most) and 10 other hosts. Up to 20 hosts each ask all others.',
  );
});

test('each host is asked by others', () => {
  const hosts = hostsOf(100);
  const asked = new Set(hosts.flatMap((_, at) => peersOf(hosts, at)));
  expect(asked.size).toBe(100);
});

test.each([
  ['the first and the second half', (at: number) => at < 50],
  ['every other host', (at: number) => at % 2 === 0],
  ['one host and the rest', (at: number) => at === 63],
  ['blocks of ten', (at: number) => Math.floor(at / 10) % 2 === 0],
])('a firewall between %s is found', (_, isOnOneSide) => {
  const hosts = hostsOf(100);
  const across = hosts.filter((host, at) =>
    peersOf(hosts, at).some(
      (peer) => peer.role === 'worker' && isOnOneSide(peer.name) !== isOnOneSide(host.name),
    ),
  );
  expect(across.length).toBeGreaterThan(0);
});

test('a list of managers alone is not asked as a whole', () => {
  const hosts = hostsOf(50, 50);
  for (const at of hosts.keys()) expect(peersOf(hosts, at).length).toBeLessThanOrEqual(13);
});
