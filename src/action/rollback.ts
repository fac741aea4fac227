import { systemClock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { createTimeline, type Timeline } from '../base/timeline.ts';
import type { LoadedDriver } from '../inputs/driver.ts';
import { parseRollbackInputs, type RollbackInputs } from '../inputs/operations.ts';
import { type Rollback, rollBackStack } from '../operations/rollback.ts';
import type { Status } from '../operations/status.ts';
import { errorReport } from '../report/facts.ts';
import { headline } from '../report/headline.ts';
import { limitedLog } from '../report/limited-log.ts';
import { githubLog } from '../report/log.ts';
import { plannedReturnHeadline, renderPlannedReturn } from '../report/operations/planned-return.ts';
import { renderStanding } from '../report/operations/standing.ts';
import { outputsOf, writeOutputs } from '../report/outputs.ts';
import { createProgress } from '../report/progress.ts';
import type { Report } from '../report/report.ts';
import { annotateServices } from '../report/service-annotations.ts';
import { renderSummary } from '../report/summary.ts';
import { timelineText } from '../report/tables/timeline-chart.ts';
import { Superseded } from '../stack/turn.ts';
import { announcerOf } from './announce.ts';
import { useOwnEngine } from './docker-host.ts';
import { attempt, fail, failAlso, statusOf } from './failure.ts';
import { operationOf } from './operation.ts';
import { cancellation } from './runner/cancellation.ts';
import {
  type Environment,
  readEnvironment,
  readInput,
  runUrlOf,
  turnOf,
} from './runner/environment.ts';
import { checkRunnerFiles, setOutput } from './runner/files.ts';
import { writeSummary } from './summary.ts';
import { withoutAnnotated } from './without-annotated.ts';

/**
 * `command: rollback`. It leaves no state, so its post step has nothing to do. Throws where nothing
 * was changed.
 */
export async function runRollback(definition: LoadedDriver): Promise<void> {
  useOwnEngine();
  const env = readEnvironment();
  const inputs = parseRollbackInputs(readInput, env, definition, githubLog.warning);
  const { dryRun } = inputs;
  checkRunnerFiles(['GITHUB_OUTPUT']);
  const signal = cancellation(
    () => setOutput('status', 'cancelled'),
    () => (dryRun ? 'It has changed nothing.' : AGAIN),
  );
  const timeline = createTimeline(systemClock);
  const log = limitedLog(githubLog);
  const context = operationOf(inputs, env, { log, timeline, signal, readsOnly: dryRun });
  const progress = createProgress();
  const from = systemClock.now();
  let done: Rollback;
  try {
    done = await rollBackStack(context, {
      ...inputs,
      run: { url: runUrlOf(env), attempt: env.GITHUB_RUN_ATTEMPT },
      turn: turnOf(env),
      progress: (verdicts) => {
        for (const line of progress(systemClock.now() - from, verdicts)) log.info(line);
      },
    });
  } catch (error) {
    if (!(error instanceof Superseded)) throw error;
    // Nothing went wrong: somebody else does what this run was to do.
    githubLog.warning(describeError(error), { title: 'Swarm Up' });
    setOutput('status', error.status);
    return;
  }
  if (!done.status) return publishPlan(done, inputs);
  const report = reportOf(done, done.status, inputs, { timeline, warnings: log.warnings });
  await announce(report, inputs, env, signal);
  log.countOthers();
  for (const line of timelineText(report.timeline)) githubLog.info(line);
  if (done.failure === undefined) githubLog.info(`Stack ${done.stack} ${IS_BACK}`);
  githubLog.info(headline(report));
  const said = done.failure === undefined ? `It ${IS_BACK}\n\n` : '';
  writeSummary(
    `${renderSummary(report)}\n${said}${renderStanding(done.status.standing, new Date())}`,
  );
  const unwritten = attempt(() => writeOutputs(outputsOf(report)));
  if (done.failure !== undefined) {
    annotateServices(githubLog, report);
    fail(withoutAnnotated(done.failure, report));
  }
  failAlso(unwritten, done.failure);
}

const IS_BACK = 'was rolled back to what it was before its last deployment.';
const AGAIN =
  'Services that have gone back stay so. Run it again: the others go back, too, as long as nothing was deployed meanwhile.';

function publishPlan({ stack, plan }: Rollback, { cluster }: RollbackInputs): void {
  githubLog.info(`${plannedReturnHeadline({ stack, plan })}.`);
  writeSummary(renderPlannedReturn({ stack, plan }));
  setOutput('cluster', cluster);
  setOutput('stack-name', stack);
  setOutput('status', 'planned');
}

function reportOf(
  { plan, failure }: Rollback,
  { standing, failure: _, ...found }: Status,
  { driver }: RollbackInputs,
  { timeline, warnings }: { readonly timeline: Timeline; readonly warnings: Report['warnings'] },
): Report {
  return {
    ...{ ...found, plan, driver: driver.name, warnings, cluster: standing.cluster },
    status: failure === undefined ? 'converged' : statusOf(failure),
    timeline: timeline.records(),
    error: failure === undefined ? undefined : errorReport(failure),
  };
}

/** Of the commit that runs now nothing is known: that of this run is another one. */
async function announce(
  report: Report,
  { announcements }: RollbackInputs,
  env: Environment,
  signal: AbortSignal,
): Promise<void> {
  const announcer = announcerOf(announcements, env, { signal });
  const { cluster, stack } = report;
  await announcer.returned({ cluster, stack, pullRequest: env.pullRequest }, report);
}
