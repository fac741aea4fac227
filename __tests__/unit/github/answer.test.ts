import { expect, test } from '@jest/globals';
import { waitOf } from '../../../src/github/answer.ts';

const limited = (headers: Readonly<Record<string, string>>) =>
  waitOf({
    status: 403,
    headers: new Headers({ 'x-ratelimit-remaining': '0', ...headers }),
    details: 'API rate limit exceeded',
  });

test('how long a limit lasts is by the clock of GitHub, whatever that of the runner says', () => {
  // Neither is anywhere near the time of this process.
  const date = 'Tue, 24 Nov 2015 10:00:00 GMT';
  const reset = String(Date.parse(date) / 1_000 + 90);
  expect(limited({ date, 'x-ratelimit-reset': reset })).toBe(90_000);
});

test('a limit that has ended already is waited for no longer, and one of unknown length for a minute', () => {
  const date = 'Tue, 24 Nov 2015 10:00:00 GMT';
  expect(limited({ date, 'x-ratelimit-reset': '1' })).toBe(0);
  expect(limited({ 'x-ratelimit-reset': '1' })).toBe(60_000);
});
