import { expect, test } from '@jest/globals';
import { portRanges, rangeText } from '../../../../../src/machines/cloud/network/port-ranges.ts';

const LIMITS = { vendor: 'Hetzner', most: 50 };
const tcp = (port: number) => ({ port, protocol: 'tcp' }) as const;
const udp = (port: number) => ({ port, protocol: 'udp' }) as const;

test.each([
  [[], ['22/tcp']],
  [
    [tcp(8080), tcp(80), udp(53)],
    ['22/tcp', '80/tcp', '8080/tcp', '53/udp'],
  ],
  [
    [tcp(8002), tcp(8000), tcp(8001), udp(8003)],
    ['22/tcp', '8000-8002/tcp', '8003/udp'],
  ],
  [[tcp(22), tcp(21), tcp(23), tcp(23)], ['21-23/tcp']],
  [
    [tcp(80), tcp(82)],
    ['22/tcp', '80/tcp', '82/tcp'],
  ],
])('%j: %j', (published, expected) => {
  expect(portRanges(published, LIMITS).map(rangeText)).toEqual(expected);
});

test('more rules than the vendor takes are refused with the ports', () => {
  const published = Array.from({ length: 50 }, (_, at) => tcp(1_000 + at * 2));
  expect(portRanges(published.slice(1), LIMITS)).toHaveLength(50);
  expect(() => portRanges(published, LIMITS)).toThrow(
    expect.objectContaining({
      message: 'The published ports need 51 rules, and a firewall of Hetzner takes 50.',
      details: expect.stringMatching(/^22\/tcp, 1000\/tcp, .*1098\/tcp$/),
    }),
  );
});

test('sctp is refused by name', () => {
  expect(() => portRanges([{ port: 9, protocol: 'sctp' }], LIMITS)).toThrow(
    'The firewall of Hetzner cannot let in the port 9/sctp.',
  );
});
