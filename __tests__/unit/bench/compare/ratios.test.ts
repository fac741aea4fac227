import { expect, test } from '@jest/globals';
import { compareTable, orderOf, ratioOf } from '../../../../bench/compare/ratios.ts';

const pairs = (...values: readonly (readonly [a: number, b: number])[]) =>
  values.map(([a, b]) => ({ a, b }));

test('the ratio is the median of the ratios of the pairs, not that of the medians', () => {
  // The machine was twice as slow in the second run, for both.
  expect(ratioOf(pairs([10, 9], [20, 18], [10, 11]))).toEqual({
    middle: 0.9,
    least: 0.9,
    most: 1.1,
    isClear: false,
  });
  expect(ratioOf(pairs([1, 2], [1, 4]))?.middle).toBe(3);
});

test.each([
  ['B always takes less', pairs([10, 8], [10, 9], [20, 15]), true],
  ['B always takes more', pairs([10, 11], [10, 12], [20, 21]), true],
  ['one pair says otherwise', pairs([10, 8], [10, 9], [10, 10.1]), false],
  ['there are only two pairs', pairs([10, 8], [10, 8]), false],
  ['both are the same', pairs([10, 10], [10, 10], [10, 10]), false],
])('a difference is clear or not: %s', (_what, given, isClear) => {
  expect(ratioOf(given)?.isClear).toBe(isClear);
});

test('without anything to divide by there is no ratio', () => {
  expect(ratioOf([])).toBeUndefined();
  expect(ratioOf(pairs([0, 5]))).toBeUndefined();
});

test('the table has both medians, the ratio with its spread, and what it says', () => {
  expect(
    compareTable([
      { name: 'running, s', pairs: pairs([10, 8], [12, 9], [10, 7]) },
      { name: 'memory of main, MB', pairs: pairs([100, 101], [100, 99], [100, 100]) },
      { name: 'many, s', pairs: [] },
    ]),
  ).toEqual([
    '                             A         B   B / A (least-most)',
    'running, s               10.00      8.00   0.75 (0.70-0.80)  B takes less',
    'memory of main, MB      100.00    100.00   1.00 (0.99-1.01)  no clear difference',
    'many, s                      -         -   -',
  ]);
});

test('each version goes first in every other run', () => {
  expect([0, 1, 2, 3].map((run) => orderOf(run)[0])).toEqual(['a', 'b', 'a', 'b']);
});
