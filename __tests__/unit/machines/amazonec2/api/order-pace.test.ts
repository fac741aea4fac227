import { expect, test } from '@jest/globals';
import { orderPace } from '../../../../../src/machines/amazonec2/api/order-pace.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

const PACE = { burst: 3, everyMs: 500 };

test('the first go at once, and each other one so long after the one before', async () => {
  const clock = virtualClock();
  const turn = orderPace(clock, PACE);
  const times: number[] = [];
  for (let order = 0; order < 6; order += 1) {
    await turn();
    times.push(clock.now());
  }
  expect(times).toEqual([0, 0, 0, 500, 1_000, 1_500]);
});

test('after a pause as many go at once as at first, and no more', async () => {
  const clock = virtualClock();
  const turn = orderPace(clock, PACE);
  for (let order = 0; order < 4; order += 1) await turn();
  await clock.sleep(60_000);
  const from = clock.now();
  const times: number[] = [];
  for (let order = 0; order < 4; order += 1) {
    await turn();
    times.push(clock.now() - from);
  }
  expect(times).toEqual([0, 0, 0, 500]);
});

test('an order whose step is cancelled waits no longer', async () => {
  const turn = orderPace(virtualClock(), { burst: 1, everyMs: 500 });
  await turn();
  await expect(turn(AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled');
});
