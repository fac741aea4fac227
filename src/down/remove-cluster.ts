import { type Clock, untilQuiet } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { type Reporter, runAllSteps, type Step } from '../base/stages.ts';
import type { Driver, MachineDriver, Settling } from '../machines/driver.ts';
import type { ClusterId } from '../machines/ownership.ts';
import type { State } from './state.ts';
import { stepThatRemoves } from './teardown.ts';

/** Of containers: the engine may still be at work for a client that is gone. */
const SETTLING: Settling = { quietMs: 2_000, pollMs: 200, limitMs: 60_000 };

/** What the way down, a sweep, and commands for a stack that stays run with. */
export interface DownContext<Kind extends Driver = Driver> {
  readonly driver: Kind;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly signal: AbortSignal;
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
