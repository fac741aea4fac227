import { expect, test } from '@jest/globals';
import { type Course, courseOf, coursesTable } from '../../../bench/many-course.ts';

const TIMES = {
  created: new Map([
    ['a', 1_200],
    ['b', 1_100],
    ['c', 1_300],
  ]),
  running: new Map([
    ['a', 2_000],
    ['b', 5_000],
    ['c', 3_000],
  ]),
};

test('how far a deployment had come when, from its start', () => {
  expect(courseOf(TIMES, { began: 1_000, ended: 5_500, worked: 70 })).toEqual({
    ...{ first: 100, last: 300, half: 2_000, running: 4_000, end: 4_500, worked: 70 },
  });
});

test('medians of both ways, and the ratio of each run to the one of its turn', () => {
  const run = (end: number): Course => ({
    ...courseOf(TIMES, { began: 1_000, ended: 1_000 + end, worked: end / 10 }),
  });
  const lines = coursesTable({
    ours: [run(4_500), run(6_000), run(4_000)],
    docker: [run(5_000), run(4_000), run(4_000)],
  });
  expect(lines).toEqual([
    'ms from the start until      dist/main    a loop',
    'the first service is there         100       100',
    'the last service is there          300       300',
    'half of the tasks run             2000      2000',
    'the last task runs                4000      4000',
    'the end                           4500      4000',
    'processor of the manager           450       400',
    'Each run, dist/main / a loop: 0.90, 1.50, 1.00',
  ]);
});
