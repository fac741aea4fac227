import { expect, test } from '@jest/globals';
import { until, untilQuiet } from '../../../src/base/clock.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Counts its looks: 1, 2, 3 … */
function counting() {
  let looks = 0;
  return async () => {
    looks += 1;
    return looks;
  };
}

test('what is enough at once is looked at once', async () => {
  const clock = virtualClock();
  const seen = await until(counting(), () => true, { clock, limitMs: 1_000, everyMs: 100 });
  expect([seen, clock.now()]).toEqual([1, 0]);
});

test('it looks every so often until it sees enough', async () => {
  const clock = virtualClock();
  const seen = await until(counting(), (n) => n === 4, { clock, limitMs: 1_000, everyMs: 100 });
  expect([seen, clock.now()]).toEqual([4, 300]);
});

test('when the time is over it gives what it has seen last', async () => {
  const clock = virtualClock();
  const seen = await until(counting(), () => false, { clock, limitMs: 1_000, everyMs: 400 });
  expect([seen, clock.now()]).toEqual([4, 1_200]);
});

test('an abort ends the wait', async () => {
  const clock = virtualClock();
  const aborted = AbortSignal.abort(new Error('cancelled'));
  const wait = { clock, signal: aborted, limitMs: 1_000, everyMs: 100 };
  await expect(until(counting(), () => false, wait)).rejects.toThrow('cancelled');
});

test('it is quiet once nothing has moved for so long', async () => {
  const clock = virtualClock();
  await untilQuiet(async () => clock.now() < 500, { clock, quietMs: 300, everyMs: 100 });
  expect(clock.now()).toBe(700);
});

test('what never gets quiet is looked at until the time is over', async () => {
  const clock = virtualClock();
  const wait = { clock, quietMs: 300, limitMs: 1_000, everyMs: 100 };
  await untilQuiet(async () => true, wait);
  expect(clock.now()).toBe(1_000);
});
