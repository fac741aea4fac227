import { expect, test } from '@jest/globals';
import { formatDuration, formatSpan, parseDuration } from '../../../src/base/duration.ts';

test.each([
  ['300s', 300_000],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
  ['500ms', 500],
  ['0s', 0],
  ['', undefined],
  ['10', undefined],
  ['10 m', undefined],
  ['1.5h', undefined],
  ['-1s', undefined],
  ['m', undefined],
])('%j is %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  [380, '0.4 s'],
  [59_900, '59.9 s'],
  [120_000, '2 min'],
  [125_400, '2 min 5 s'],
])('%d ms reads %j', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [59_000, 'less than a minute'],
  [12 * 60_000, '12 min'],
  [3_600_000, '1 h'],
  [86_340_000, '23 h 59 min'],
  [86_400_000, '1 d'],
  [277_000_000, '3 d 4 h'],
])('%d ms last %j', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});
