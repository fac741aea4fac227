import { expect, test } from '@jest/globals';
import { createRandom } from '../../../../script/chaos/random.ts';

const some = (seed: number, name: string) => {
  const random = createRandom(seed, name);
  return Array.from({ length: 20 }, () => random.below(1_000));
};

test('the same seed and name give the same stream', () => {
  expect(some(1, 'pr-1')).toEqual(some(1, 'pr-1'));
});

test('another seed or another name gives another one', () => {
  expect(some(2, 'pr-1')).not.toEqual(some(1, 'pr-1'));
  expect(some(1, 'pr-2')).not.toEqual(some(1, 'pr-1'));
});

test('what one stream takes does not shift another one', () => {
  const one = createRandom(1, 'pr-1');
  const other = createRandom(1, 'pr-2');
  other.fraction();
  expect(Array.from({ length: 20 }, () => one.below(1_000))).toEqual(some(1, 'pr-1'));
});

test('fractions are spread from 0 to 1', () => {
  const random = createRandom(3, 'spread');
  const buckets = Array.from({ length: 10 }, () => 0);
  for (let at = 0; at < 10_000; at++) {
    const fraction = random.fraction();
    expect(fraction).toBeGreaterThanOrEqual(0);
    expect(fraction).toBeLessThan(1);
    buckets[Math.floor(fraction * 10)] = (buckets[Math.floor(fraction * 10)] ?? 0) + 1;
  }
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('shuffling keeps everything and changes the order', () => {
  const list = Array.from({ length: 30 }, (_, at) => at);
  const shuffled = createRandom(1, 'order').shuffled(list);
  expect(shuffled).not.toEqual(list);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
});

test('nothing can be picked from nothing', () => {
  expect(() => createRandom(1, 'none').pick([])).toThrow(RangeError);
});
