import { expect, test } from '@jest/globals';
import { timelineText } from '../../../../src/report/tables/timeline-chart.ts';

test('the bars follow each other on one scale', () => {
  expect(
    timelineText([
      { name: 'Create machines', startMs: 0, durationMs: 2_000, result: 'ok', note: '3 nodes' },
      { name: 'Deploy', startMs: 2_000, durationMs: 500, result: 'ok' },
      { name: 'Converge', startMs: 2_500, durationMs: 7_500, result: 'failed' },
    ]),
  ).toEqual([
    'Create machines   2.0 s  ████████                                  3 nodes',
    'Deploy            0.5 s          ██',
    'Converge          7.5 s            ██████████████████████████████  failed',
    'Total            10.0 s',
  ]);
});

test.each([
  ['no stage', [], []],
  [
    'no time at all',
    [{ name: 'a', startMs: 0, durationMs: 0, result: 'ok' as const }],
    ['a      0.0 s  ▏', 'Total  0.0 s'],
  ],
  [
    'a stage cut short, and one that takes no time to speak of',
    [
      { name: 'a', startMs: 0, durationMs: 60_000, result: 'open' as const },
      { name: 'b', startMs: 60_000, durationMs: 1, result: 'ok' as const },
    ],
    [
      'a      1 min  ████████████████████████████████████████  not over',
      `b      0.0 s  ${' '.repeat(39)}▏`,
      'Total  1 min',
    ],
  ],
])('%s', (_, timeline, expected) => {
  expect(timelineText(timeline)).toEqual(expected);
});
