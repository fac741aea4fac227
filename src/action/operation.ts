import { systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Timeline } from '../base/timeline.ts';
import { runner } from '../exec/runner.ts';
import type { Subject } from '../inputs/down-sweep.ts';
import type { OperationContext } from '../operations/standing.ts';
import { dryRunGuard } from '../up/dry-run-guard.ts';
import { actionRoot, type Environment, ownerOfRun } from './runner/environment.ts';

/**
 * What a command for a stack that stays runs with. With `readsOnly` nothing is sent that is not
 * known to only read.
 */
export function operationOf(
  { driver, cluster, stackName }: Subject,
  env: Environment,
  {
    log,
    timeline,
    signal,
    readsOnly,
  }: {
    readonly log: Log;
    readonly timeline: Timeline;
    readonly signal: AbortSignal;
    readonly readsOnly: boolean;
  },
): OperationContext {
  const guard = readsOnly ? dryRunGuard : undefined;
  return {
    driver: driver.create({ runner, actionRoot: actionRoot(), log, guard }),
    ...{ stackName, signal },
    owner: ownerOfRun(cluster, env),
    reporter: { log, timeline },
    clock: systemClock,
  };
}
