import { formatDuration } from './duration.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';
import type { OpenStage, Timeline } from './timeline.ts';

export interface Reporter {
  readonly log: Log;
  readonly timeline: Timeline;
}

/** One part of the way down. */
export interface Step<C> {
  readonly title: string;
  run(context: C): Promise<void>;
}

/**
 * Runs one stage of the way up in its own log group and records it in the timeline. What it returns
 * or throws is handed on unchanged. The line with the duration comes after the group, so that it
 * can be read while the group is folded.
 */
export async function inStage<T>(
  reporter: Reporter,
  title: string,
  fn: (stage: Pick<OpenStage, 'note'>) => Promise<T>,
): Promise<T> {
  const stage = reporter.timeline.start(title);
  let result: 'ok' | 'failed' = 'failed';
  try {
    const value = await reporter.log.group(title, () => fn(stage));
    result = 'ok';
    return value;
  } finally {
    const { durationMs, note } = stage.end(result);
    const took = `${result === 'ok' ? 'done in' : 'failed after'} ${formatDuration(durationMs)}`;
    reporter.log.info(note === undefined ? `  ${took}` : `  ${took}: ${note}`);
  }
}

/**
 * Runs every step of the way down, one after another, whatever the others do. Each failure is shown
 * whole in its own group. Throws one `AggregateError` that counts and names the steps that failed
 * and holds their errors in order.
 */
export async function runAllSteps<C>(
  steps: readonly Step<C>[],
  context: C,
  reporter: Reporter,
): Promise<void> {
  const failures: { title: string; error: unknown }[] = [];
  for (const step of steps) {
    try {
      await inStage(reporter, step.title, () => runShowingFailure(step, context, reporter.log));
    } catch (error) {
      failures.push({ title: step.title, error });
    }
  }
  if (failures.length === 0) return;
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${steps.length} steps failed: ${failures.map(({ title }) => title).join('; ')}`,
  );
}

async function runShowingFailure<C>(step: Step<C>, context: C, log: Log): Promise<void> {
  try {
    await step.run(context);
  } catch (error) {
    log.info(describeError(error));
    throw error;
  }
}
