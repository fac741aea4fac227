import { expect, test } from '@jest/globals';
import { stagesTable } from '../../../../bench/usage/stages-table.ts';

const usage = (...marks: readonly (readonly [name: string, at: number, cpu: number])[]) => ({
  memory: 0,
  cpu: 0,
  marks: marks.map(([name, at, cpu]) => ({ name, at, cpu })),
});

test('each stage lasts until the next, the first from the start of the process', () => {
  const usages = [
    usage(['Start of Node', 40, 30], ['Checking', 100, 80], ['End', 300, 120]),
    usage(['Start of Node', 50, 40], ['Checking', 130, 90], ['End', 310, 120]),
    usage(['Start of Node', 60, 20], ['Checking', 90, 60], ['End', 390, 150]),
    // One that failed.
    usage(['Start of Node', 9, 9], ['End', 999, 999]),
  ];
  expect(stagesTable(usages)).toEqual([
    '                       ms processor',
    'Start of Node         100        80',
    'Checking              200        40',
    'Total                 300       120',
  ]);
});

test('without a run there is no stage', () => {
  expect(stagesTable([])).toHaveLength(2);
});
