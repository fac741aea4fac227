import { expect, test } from '@jest/globals';
import { createRandom } from '../../../../script/chaos/random.ts';
import { createSchedule } from '../../../../script/chaos/schedule.ts';

const ALL = ['a', 'b', 'c', 'd', 'e'];
const everybody = () => true;

function take(count: number, isIdle: (one: string) => boolean = everybody) {
  const schedule = createSchedule(ALL, createRandom(1, 'schedule'));
  return Array.from({ length: count }, () => schedule.next(isIdle));
}

test('everybody comes once in each round, in an order that the seed decides', () => {
  const order = take(15);
  for (const from of [0, 5, 10]) {
    expect(order.slice(from, from + 5).toSorted()).toEqual(ALL);
  }
  expect(take(15)).toEqual(order);
  expect(order.slice(0, 5)).not.toEqual(order.slice(5, 10));
});

test('who is busy is passed over, and comes as soon as possible', () => {
  const schedule = createSchedule(ALL, createRandom(1, 'schedule'));
  const [first = ''] = take(1);
  const others = Array.from({ length: 6 }, () => schedule.next((one) => one !== first));
  expect(others).not.toContain(first);
  expect(schedule.next(everybody)).toBe(first);
});

test('nobody comes where nobody is idle', () => {
  expect(take(2, () => false)).toEqual([undefined, undefined]);
});
