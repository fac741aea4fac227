import type { Announced } from '../down/state.ts';
import { announcerOf } from './announce.ts';
import { type Environment, readInput } from './runner/environment.ts';

/** What the post step has done to what main has told of. */
export type ClusterOutcome = 'stays' | 'removed' | 'not wholly removed';

/** Corrects what main has told: that nothing is left, or that it did not come to its end. */
export async function announceOutcome(
  { cluster, stack, deploymentId, ended, ...where }: Announced,
  outcome: ClusterOutcome,
  env: Environment,
): Promise<void> {
  const announcer = announcerOf({ ...where, token: readInput('github-token').trim() }, env, {
    signal: new AbortController().signal,
  });
  const target = { cluster, stack, pullRequest: env.pullRequest };
  if (outcome !== 'stays') {
    await announcer.removed(target, {
      isWhole: outcome === 'removed',
      afterFailure: ended === 'failed',
    });
  } else if (ended === undefined) {
    await announcer.cancelled(target, deploymentId);
  }
}
