import { systemClock } from '../base/clock.ts';
import { createTimeline } from '../base/timeline.ts';
import { removeMachines } from '../down/find-cluster.ts';
import { leaveHosts } from '../down/leave-hosts.ts';
import { runner } from '../exec/runner.ts';
import { type DownInputs, parseDownInputs } from '../inputs/down-sweep.ts';
import type { LoadedDriver } from '../inputs/driver.ts';
import type { Owner } from '../machines/ownership.ts';
import { githubLog } from '../report/log.ts';
import { removalHeadline, renderRemoval } from '../report/removal.ts';
import { announcerOf } from './announce.ts';
import { useOwnEngine } from './docker-host.ts';
import { attempt, fail, failAlso, statusOf } from './failure.ts';
import { cancellation } from './runner/cancellation.ts';
import {
  actionRoot,
  type Environment,
  ownerOfRun,
  readEnvironment,
  readInput,
  runUrlOf,
} from './runner/environment.ts';
import { setOutput } from './runner/files.ts';
import { writeSummary } from './summary.ts';

/**
 * `command: down`. It leaves no state, so its post step has nothing to do. Throws where the inputs
 * are not right.
 */
export async function runDown(definition: LoadedDriver): Promise<void> {
  useOwnEngine();
  const env = readEnvironment();
  const inputs = parseDownInputs(readInput, env, definition, githubLog.warning);
  const unwritten = attempt(() => {
    setOutput('cluster', inputs.cluster);
    setOutput('stack-name', inputs.stackName ?? '');
  });
  const signal = cancellation(
    () => setOutput('status', 'cancelled'),
    () => AGAIN,
  );
  let removed: readonly string[] = [];
  let error: unknown;
  try {
    removed = await removeOwned(inputs, ownerOfRun(inputs.cluster, env), env, signal);
  } catch (failure) {
    error = failure;
  }
  const { cluster } = inputs;
  const stack = inputs.driver.makesMachines ? undefined : inputs.stackName;
  const report = {
    subject:
      stack === undefined
        ? { kind: 'cluster' as const, name: cluster }
        : { kind: 'stack' as const, name: stack },
    removed,
    error,
  };
  githubLog.info(`${removalHeadline(report)}.`);
  await announcerOf(inputs.announcements, env, { signal }).removed(
    { cluster, stack, pullRequest: env.pullRequest },
    { isWhole: error === undefined },
  );
  writeSummary(renderRemoval(report));
  const unwrittenStatus = attempt(() =>
    setOutput('status', error === undefined ? 'removed' : statusOf(error)),
  );
  if (error !== undefined) fail(error);
  failAlso(unwritten ?? unwrittenStatus, error);
}

async function removeOwned(
  inputs: DownInputs,
  owner: Owner,
  env: Environment,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { stackName, removeVolumes, lockTimeoutMs } = inputs;
  const driver = inputs.driver.create({ runner, actionRoot: actionRoot(), log: githubLog });
  const context = {
    reporter: { log: githubLog, timeline: createTimeline(systemClock) },
    clock: systemClock,
    signal,
  };
  return driver.makesMachines
    ? removeMachines(owner, { ...context, driver })
    : leaveHosts(stackName, owner, {
        ...{ ...context, driver },
        foreign: 'refuse',
        removeVolumes,
        lockTimeoutMs,
        run: { url: runUrlOf(env), attempt: env.GITHUB_RUN_ATTEMPT },
      });
}

/** What is left after a cancellation is found by its labels. */
const AGAIN = 'Run it again: it removes what is left.';
