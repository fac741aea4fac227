import { type Clock, untilQuiet } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { type Reporter, runAllSteps, type Step } from '../base/stages.ts';
import type { Driver } from '../machines/driver.ts';
import type { ClusterId } from '../machines/ownership.ts';
import type { State } from './state.ts';

/**
 * How long nothing may appear any more after a main that was killed, before it counts as over, in
 * ms. The engine may still be at work for a client that is gone.
 */
const QUIET_MS = 2_000;
/** How long it may take until then, in ms. Post itself is cut after five minutes. */
const RESTLESS_MS = 60_000;
const POLL_MS = 200;

export interface DownContext {
  readonly driver: Driver;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Why a cluster stays, as a sentence; undefined where it goes. */
export function reasonToKeep(state: State, jobStatus: string): string | undefined {
  if (state.superseded) return 'a newer run deploys it';
  switch (state.teardown) {
    case 'never':
      return '`teardown: never`';
    case 'always':
      return undefined;
    case 'on-success':
      if (!state.made) return 'it was there before this step';
      return state.stage !== 'succeeded' || jobStatus === 'failure'
        ? '`teardown: on-success`, and the job did not succeed'
        : undefined;
    case 'auto':
      return state.made ? undefined : 'it was there before this step';
  }
}

/** Whether a cluster that stays does so to be looked into. */
export function isKeptForLook({ teardown, made, superseded }: State): boolean {
  return teardown === 'on-success' && made && !superseded;
}

/** How to look into a cluster that was kept for that, and how to remove it afterwards, as lines. */
export async function howToEnter(
  cluster: string,
  driver: Pick<Driver, 'name' | 'wayIn'>,
): Promise<readonly string[]> {
  const way = await driver.wayIn?.(cluster);
  return [
    ...(way === undefined ? [] : [`Look into it on this runner: ${way}`]),
    howToRemove(cluster, driver),
  ];
}

/** How to remove a cluster that stays, as a line. */
export function howToRemove(cluster: string, { name }: Pick<Driver, 'name'>): string {
  return `Remove it afterwards: ${stepThatRemoves(name, cluster)}`;
}

/**
 * What becomes of what a step has begun that is cancelled now, as a sentence. `state` is undefined
 * where it has created nothing.
 */
export function afterCancellation(state: State | undefined): string {
  if (!state) return 'It had created nothing.';
  const kept = reasonToKeep(state, 'cancelled');
  return kept === undefined
    ? 'The post step removes what it had begun.'
    : `What it had begun stays (${kept}): the next \`up\` completes it, \`command: down\` removes it.`;
}

function stepThatRemoves(driver: string, cluster: string): string {
  return `a step with \`command: down\`, \`driver: ${driver}\` and \`cluster: ${cluster}\``;
}

/**
 * The way down of a cluster: each step runs, whatever becomes of the one before. Throws one
 * `AggregateError` of what failed.
 */
export async function removeCluster(
  state: State,
  owner: ClusterId,
  context: DownContext,
): Promise<void> {
  const step: Step<ClusterId> =
    state.stage === 'begun'
      ? {
          title: `Removing cluster ${state.cluster}, and what a command of the main step, which did not end by itself, may still create`,
          run: (cluster) => removeUntilQuiet(cluster, context),
        }
      : {
          title: `Removing cluster ${state.cluster}`,
          run: (cluster) => context.driver.destroyCluster(cluster),
        };
  await runAllSteps([step], owner, context.reporter);
}

/**
 * Removes until nothing has appeared for `QUIET_MS`. What appears during a removal leaves it
 * incomplete, or makes it impossible (a network that a container has just joined), so a failure
 * counts only once `RESTLESS_MS` are over.
 */
async function removeUntilQuiet(
  cluster: ClusterId,
  { driver, clock, signal }: DownContext,
): Promise<void> {
  const end = clock.now() + RESTLESS_MS;
  let failure: unknown;
  const removeWhatAppeared = async () => {
    if (await driver.isGone(cluster)) return false;
    if (clock.now() > end) throw failure ?? stillCreating(driver.name, cluster.cluster);
    failure = await driver.destroyCluster(cluster).catch((error: unknown) => error);
    return true;
  };
  await untilQuiet(removeWhatAppeared, { clock, signal, quietMs: QUIET_MS, everyMs: POLL_MS });
}

function stillCreating(driver: string, cluster: string): ActionError {
  return new ActionError(
    `${RESTLESS_MS / 1000} s after the main step was killed, something of cluster ${cluster} is still being created.`,
    {
      hint: `See what (ps -ef | grep ${cluster}), end it, then remove what it made: ${stepThatRemoves(driver, cluster)}`,
    },
  );
}
