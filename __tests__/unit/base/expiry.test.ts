import { expect, test } from '@jest/globals';
import { expiryAfter, hasPassed, lifeLeft } from '../../../src/base/expiry.ts';

const NOW = new Date('2026-11-24T10:00:00.789Z');

test('an expiry is a time to the second', () => {
  expect(expiryAfter(86_400_000, NOW)).toBe('2026-11-25T10:00:00Z');
});

test.each([
  ['2026-11-24T09:59:59Z', true, 'expired less than a minute ago'],
  ['2026-11-24T10:00:00.789Z', true, 'expired less than a minute ago'],
  ['2026-11-24T12:30:01Z', false, '2 h 30 min'],
  ['2026-11-24T11:00:00+01:00', true, 'expired less than a minute ago'],
  ['2026-11-01T10:00:00Z', true, 'expired 23 d ago'],
  ['tomorrow', false, ''],
])('of %s: passed %s, left %j', (expires, passed, left) => {
  expect(hasPassed(expires, NOW)).toBe(passed);
  expect(lifeLeft(expires, NOW)).toBe(left);
});
