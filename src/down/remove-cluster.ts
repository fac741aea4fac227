import { type Clock, untilQuiet } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { type Reporter, runAllSteps, type Step } from '../base/stages.ts';
import type { Driver, MachineDriver, Settling } from '../machines/driver.ts';
import type { ClusterId } from '../machines/ownership.ts';
import type { State } from './state.ts';

/** Of containers: the engine may still be at work for a client that is gone. */
const SETTLING: Settling = { quietMs: 2_000, pollMs: 200, limitMs: 60_000 };

/** What the way down, a sweep, and commands for a stack that stays run with. */
export interface DownContext<Kind extends Driver = Driver> {
  readonly driver: Kind;
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
export async function howToEnter(id: ClusterId, driver: Driver): Promise<readonly string[]> {
  const way = driver.makesMachines ? await driver.wayIn?.(id) : undefined;
  return [
    ...(way === undefined ? [] : [`Look into it on this runner: ${way}`]),
    howToRemove(id.cluster, driver),
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
  context: DownContext<MachineDriver>,
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
 * Removes until nothing has appeared for a while. What appears during a removal leaves it
 * incomplete, or makes it impossible (a network that a container has just joined), so a failure
 * counts only once the limit is over.
 */
async function removeUntilQuiet(
  cluster: ClusterId,
  { driver, clock, signal }: DownContext<MachineDriver>,
): Promise<void> {
  const { quietMs, pollMs, limitMs } = driver.settling ?? SETTLING;
  const end = clock.now() + limitMs;
  let failure: unknown;
  const removeWhatAppeared = async () => {
    if (await driver.isGone(cluster)) return false;
    if (clock.now() > end) throw failure ?? stillCreating(driver, cluster.cluster, limitMs);
    failure = await driver.destroyCluster(cluster).catch((error: unknown) => error);
    return true;
  };
  await untilQuiet(removeWhatAppeared, { clock, signal, quietMs, everyMs: pollMs });
}

function stillCreating(
  { name, onRunner }: Pick<MachineDriver, 'name' | 'onRunner'>,
  cluster: string,
  limitMs: number,
): ActionError {
  const look = onRunner ? `See what (ps -ef | grep ${cluster}), end it, then remove` : 'Remove';
  return new ActionError(
    `${limitMs / 1000} s after the main step was killed, something of cluster ${cluster} is still being created.`,
    {
      hint: `${look} what it made: ${stepThatRemoves(name, cluster)}`,
    },
  );
}
