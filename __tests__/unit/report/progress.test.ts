import { expect, test } from '@jest/globals';
import { createProgress, type ServiceProgress } from '../../../src/report/progress.ts';

function progressOf(service: string, changes: Partial<ServiceProgress> = {}): ServiceProgress {
  return {
    service,
    state: 'waiting',
    summary: '1 starting',
    running: 2,
    desired: 3,
    reasons: [],
    ...changes,
  };
}

test('the first call prints every service, aligned', () => {
  const progress = createProgress();
  expect(
    progress(400, [progressOf('web'), progressOf('backend', { running: 0, desired: 1 })]),
  ).toEqual(['[  0.4 s]  web      2/3 1 starting', '[  0.4 s]  backend  0/1 1 starting']);
});

test('later calls print only what changed', () => {
  const progress = createProgress();
  const web = progressOf('web', { summary: '2/3 running, 1 starting' });
  const db = progressOf('db', { running: 1, desired: 1, summary: '' });
  progress(0, [web, db]);
  expect(progress(1_000, [web, db])).toEqual([]);
  expect(progress(12_340, [progressOf('web', { running: 3, summary: '3/3 running' }), db])).toEqual(
    ['[ 12.3 s]  web  3/3 running'],
  );
});

test('a reason is printed once, below its service, on one line', () => {
  const progress = createProgress();
  const reason = 'No such image:\n x:1';
  const bad = progressOf('web', {
    running: 0,
    desired: 1,
    summary: '1 rejected',
    reasons: [reason],
  });
  expect(progress(0, [bad])).toEqual([
    '[  0.0 s]  web  0/1 1 rejected',
    '                No such image: x:1',
  ]);
  expect(progress(1_000, [bad])).toEqual([]);
  expect(progress(2_000, [{ ...bad, reasons: [reason, 'exit 1'] }])).toEqual([
    '[  2.0 s]  web  0/1 1 rejected',
    '                exit 1',
  ]);
});

test('a failure is a change, even where the counts stay', () => {
  const progress = createProgress();
  progress(0, [progressOf('web')]);
  expect(progress(3_000, [progressOf('web', { state: 'failed' })])).toEqual([
    '[  3.0 s]  web  2/3 1 starting (failed)',
  ]);
});
