import { expect, test } from '@jest/globals';
import { createTimeline } from '../../../src/base/timeline.ts';

test('an open stage is recorded with the time it has taken so far', () => {
  const clock = { ms: 5_000, now: () => clock.ms };
  const timeline = createTimeline(clock);
  clock.ms += 10;
  timeline.start('Deploy');
  clock.ms += 30;
  expect(timeline.records()).toEqual([
    { name: 'Deploy', startMs: 10, durationMs: 30, result: 'open' },
  ]);
});

test('stages may overlap and are listed in the order of their start', () => {
  const clock = { ms: 0, now: () => clock.ms };
  const timeline = createTimeline(clock);
  const images = timeline.start('Load images');
  clock.ms = 10;
  const join = timeline.start('Join');
  clock.ms = 20;
  join.end('ok');
  clock.ms = 50;
  images.end('failed');
  clock.ms = 99;
  expect(timeline.records()).toEqual([
    { name: 'Load images', startMs: 0, durationMs: 50, result: 'failed' },
    { name: 'Join', startMs: 10, durationMs: 10, result: 'ok' },
  ]);
});

test('closing twice keeps the first end', () => {
  const clock = { ms: 0, now: () => clock.ms };
  const stage = createTimeline(clock).start('a');
  clock.ms = 5;
  const first = stage.end('ok');
  clock.ms = 9;
  expect(stage.end('failed')).toBe(first);
});
