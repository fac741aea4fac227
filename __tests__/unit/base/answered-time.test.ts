import { expect, test } from '@jest/globals';
import { answeredTime } from '../../../src/base/answered-time.ts';

test('the time in which nothing is answered counts as seconds, and other time as it is', () => {
  let now = 1_000;
  const clock = answeredTime({ now: () => now, sleep: async () => {} });
  const began = clock.now();
  for (let round = 0; round < 10; round += 1) {
    now += 250;
    clock.now();
  }
  expect(clock.now() - began).toBe(2_500);
  now += 70_000;
  expect(clock.now() - began).toBe(7_500);
});
