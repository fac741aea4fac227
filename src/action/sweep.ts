import { systemClock } from '../base/clock.ts';
import { inStage } from '../base/stages.ts';
import { createTimeline } from '../base/timeline.ts';
import { connectHosts, type EnteredHosts } from '../down/leave-hosts.ts';
import { type SweepOptions, type SweptCluster, sweep } from '../down/sweep.ts';
import { hostsSource } from '../down/sweep-hosts.ts';
import { sweepInTurn } from '../down/sweep-in-turn.ts';
import { machinesSource } from '../down/sweep-machines.ts';
import { runner } from '../exec/runner.ts';
import { isClosed } from '../github/pull-requests.ts';
import { parseSweepInputs, type SweepInputs } from '../inputs/down-sweep.ts';
import type { NamedDriver } from '../inputs/driver.ts';
import type { ChosenDriver } from '../machines/chosen-driver.ts';
import { githubLog } from '../report/log.ts';
import { type ReportedCluster, renderSweep, sweepHeadline, sweptJson } from '../report/sweep.ts';
import { dryRunGuard } from '../up/dry-run-guard.ts';
import { announcerOf } from './announce.ts';
import { useOwnEngine } from './docker-host.ts';
import { attempt, fail, failAlso, statusOf } from './failure.ts';
import { cancellation } from './runner/cancellation.ts';
import {
  actionRoot,
  type Environment,
  gitHubOf,
  readEnvironment,
  readInput,
  repositoryOf,
  repositoryUrlOf,
  runOf,
  runUrlOf,
} from './runner/environment.ts';
import { setOutput } from './runner/files.ts';
import { writeSummary } from './summary.ts';

/**
 * `command: sweep`. It leaves no state, so its post step has nothing to do. Throws where the inputs
 * are not right.
 */
export async function runSweep(named: readonly NamedDriver[]): Promise<void> {
  useOwnEngine();
  const env = readEnvironment();
  const inputs = parseSweepInputs(readInput, env, named, githubLog.warning);
  const { dryRun } = inputs;
  const signal = cancellation(
    () => setOutput('status', 'cancelled'),
    () => AGAIN,
  );
  const clusters: ReportedCluster[] = [];
  let error: unknown;
  try {
    const options = {
      repository: repositoryOf(env),
      dryRun,
      isClosed: closedQuestion(inputs, env, signal),
      now: () => new Date(),
      reporter: { log: githubLog, timeline: createTimeline(systemClock) },
      signal,
    };
    const sweepOne = (driver: ChosenDriver) =>
      sweepWhere(driver, env, {
        ...options,
        swept: (one) => {
          clusters.push({ ...one, driver: driver.name });
          githubLog.info(`${one.cluster.owner.cluster}  ${one.result}: ${one.reason}`);
        },
      });
    await sweepInTurn(inputs.drivers, sweepOne, { signal, log: githubLog });
  } catch (failure) {
    error = failure;
  }
  const report = {
    ...{ clusters, dryRun, now: new Date(), error },
    drivers: inputs.drivers.map(({ name }) => name),
    repositoryUrl: repositoryUrlOf(env),
  };
  if (!dryRun) await announceSwept(clusters, inputs, env, signal);
  githubLog.info(`${sweepHeadline(report)}.`);
  writeSummary(renderSweep(report));
  const unwritten = attempt(() => {
    setOutput('clusters', sweptJson(report));
    setOutput('status', error !== undefined ? statusOf(error) : dryRun ? 'listed' : 'swept');
  });
  if (error !== undefined) fail(error);
  failAlso(unwritten, error);
}

const AGAIN = 'The next sweep removes what is left.';

function closedQuestion(
  { closedPullRequests, announcements, dryRun }: SweepInputs,
  env: Environment,
  signal: AbortSignal,
): SweepOptions['isClosed'] {
  if (!closedPullRequests) return undefined;
  const github = { ...gitHubOf(env, announcements.token), readsOnly: dryRun };
  return (number) => isClosed(github, number, { signal });
}

/** After this long no further pull request is told, in ms. */
const TELL_MS = 60_000;

/** Tells the pull requests of clusters that have gone. */
async function announceSwept(
  clusters: readonly SweptCluster[],
  { announcements }: SweepInputs,
  env: Environment,
  signal: AbortSignal,
): Promise<void> {
  const announcer = announcerOf(announcements, env, { signal });
  const until = systemClock.now() + TELL_MS;
  const notAnnounced: string[] = [];
  for (const { cluster, result, reason, isEmptied } of clusters) {
    if (result !== 'removed' && result !== 'failed' && !isEmptied) continue;
    const { cluster: name, pullRequest } = cluster.owner;
    if (systemClock.now() > until) {
      notAnnounced.push(name);
      continue;
    }
    await announcer.removed(
      {
        cluster: name,
        stack: undefined,
        pullRequest: pullRequest === undefined ? undefined : Number(pullRequest),
      },
      { isWhole: result !== 'failed', reason },
    );
  }
  if (notAnnounced.length > 0) {
    githubLog.warning(
      `GitHub takes too long, so it is not told what has become of: ${notAnnounced.join(', ')}`,
    );
  }
}

async function sweepWhere(
  chosen: ChosenDriver,
  env: Environment,
  options: SweepOptions,
): Promise<void> {
  const { reporter, signal } = options;
  const log = reporter.log;
  const guard = options.dryRun ? dryRunGuard : undefined;
  const driver = chosen.create({ runner, actionRoot: actionRoot(), log, guard });
  if (driver.makesMachines) return sweep(machinesSource(driver, signal), options);
  const hosts: EnteredHosts = { opened: [], machines: [], unreached: [] };
  const failures: unknown[] = [];
  const context = { driver, reporter, clock: systemClock, signal };
  try {
    await inStage(reporter, 'Connecting to the hosts', () =>
      connectHosts({ cluster: '', repository: '' }, context, hosts),
    )
      // Those that answer are swept all the same.
      .catch((error: unknown) => failures.push(error));
    const sweeper = { name: runOf(env), url: runUrlOf(env), attempt: env.GITHUB_RUN_ATTEMPT };
    const source = hostsSource(hosts, { signal, log, clock: systemClock, sweeper });
    await sweep(source, options).catch((error: unknown) => failures.push(error));
  } finally {
    await Promise.allSettled(hosts.opened.map(({ ssh }) => ssh.close()));
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'The sweep failed in two ways.');
}
