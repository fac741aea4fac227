import { expect, test } from '@jest/globals';
import { costLine } from '../../../../../src/machines/cloud/places/cost-line.ts';

const HOUR = 3_600_000;

test.each([
  [3, 72 * HOUR, 'about € 0.02 an hour together, € 1.31 until it expires in 72 h'],
  [1, undefined, 'about € 0.01 an hour'],
  [3, 1.5 * HOUR, 'about € 0.02 an hour together, € 0.04 until it expires in 1 h 30 min'],
  [3, HOUR / 4, 'about € 0.02 an hour together, € 0.02 until it expires in 15 min'],
])('%d machines for %s ms: %s', (machines, ttlMs, line) => {
  expect(costLine({ currency: '€', hourly: machines * 0.00607, machines, ttlMs })).toBe(line);
});

test('next to nothing is not called nothing', () => {
  expect(costLine({ currency: '€', hourly: 0.001, machines: 1 })).toBe('less than € 0.01 an hour');
});
