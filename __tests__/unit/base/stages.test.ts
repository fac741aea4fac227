import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { inStage, runAllSteps, type Step } from '../../../src/base/stages.ts';
import { createTimeline } from '../../../src/base/timeline.ts';
import { recordedLog } from '../../support/recorded-log.ts';

function rig() {
  const clock = { ms: 1_000, now: () => clock.ms };
  const { log, lines } = recordedLog();
  return { clock, lines, reporter: { log, timeline: createTimeline(clock) } };
}

test('a stage is one group, its value is handed on, its time stands below the group', async () => {
  const { clock, lines, reporter } = rig();
  const value = await inStage(reporter, 'Create machines', async (stage) => {
    clock.ms += 2_800;
    reporter.log.info('node-1 is up');
    stage.note('3 nodes');
    return 7;
  });
  expect(value).toBe(7);
  expect(lines).toEqual(['[Create machines]', '| node-1 is up', '  done in 2.8 s: 3 nodes']);
  expect(reporter.timeline.records()).toEqual([
    { name: 'Create machines', startMs: 0, durationMs: 2_800, result: 'ok', note: '3 nodes' },
  ]);
});

test('a stage that fails hands on the very error and is recorded as failed', async () => {
  const { clock, lines, reporter } = rig();
  const error = new ActionError('no daemon');
  const run = inStage(reporter, 'Check', async () => {
    clock.ms += 65_000;
    throw error;
  });
  await expect(run).rejects.toBe(error);
  expect(lines).toEqual(['[Check]', '  failed after 1 min 5 s']);
  expect(reporter.timeline.records()[0]?.result).toBe('failed');
});

test('the second stage starts where the first one ended', async () => {
  const { clock, reporter } = rig();
  const take = (ms: number) => async () => {
    clock.ms += ms;
  };
  await inStage(reporter, 'a', take(100));
  await inStage(reporter, 'b', take(50));
  expect(reporter.timeline.records()).toMatchObject([
    { name: 'a', startMs: 0, durationMs: 100 },
    { name: 'b', startMs: 100, durationMs: 50 },
  ]);
});

test('all steps run, in order, each with the context', async () => {
  const { reporter, lines } = rig();
  const seen: string[] = [];
  const step = (title: string): Step<string> => ({
    title,
    run: async (context) => {
      seen.push(`${title} ${context}`);
    },
  });
  await runAllSteps([step('a'), step('b')], 'web', reporter);
  expect(seen).toEqual(['a web', 'b web']);
  expect(lines).toEqual(['[a]', '  done in 0.0 s', '[b]', '  done in 0.0 s']);
});

test('a failing step stops no other; the failures are shown in their groups, counted, named and kept', async () => {
  const { reporter, lines } = rig();
  const first = new ActionError('Cannot remove network web', { details: 'has active endpoints' });
  const fail = (title: string, error: unknown): Step<undefined> => ({
    title,
    run: () => Promise.reject(error),
  });
  const fine: Step<undefined> = { title: 'Remove volumes', run: async () => {} };

  const error = await runAllSteps(
    [fail('Remove network', first), fine, fail('Remove keys', 'gone wrong')],
    undefined,
    reporter,
  ).catch((thrown: unknown) => thrown);

  expect(error).toBeInstanceOf(AggregateError);
  expect(error).toMatchObject({
    message: '2 of 3 steps failed: Remove network; Remove keys',
    errors: [first, 'gone wrong'],
  });
  expect(lines).toEqual([
    '[Remove network]',
    '| Cannot remove network web\n  has active endpoints',
    '  failed after 0.0 s',
    '[Remove volumes]',
    '  done in 0.0 s',
    '[Remove keys]',
    '| gone wrong',
    '  failed after 0.0 s',
  ]);
});

test('a step that throws before its first await stops no other', async () => {
  const { reporter } = rig();
  let ran = false;
  const bad: Step<undefined> = {
    title: 'bad',
    run: () => {
      throw new Error('at once');
    },
  };
  const next: Step<undefined> = {
    title: 'next',
    run: async () => {
      ran = true;
    },
  };
  await expect(runAllSteps([bad, next], undefined, reporter)).rejects.toThrow(
    '1 of 2 steps failed: bad',
  );
  expect(ran).toBe(true);
});
