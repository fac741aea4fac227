import './runner/plain-schemas.ts';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { describeError, type Status } from '../base/errors.ts';
import { createTimeline } from '../base/timeline.ts';
import { newSshFolder } from '../docker-host/ssh-folder.ts';
import { STATE_KEY, type State, serialiseState } from '../down/state.ts';
import { afterCancellation } from '../down/teardown.ts';
import { exitIfLeftBehind } from '../exec/left-behind.ts';
import { runner } from '../exec/runner.ts';
import { driverNames } from '../inputs/driver.ts';
import { endsWithJob, promiseBeyondJob } from '../inputs/hosted-runner.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { refuseUnknownInputs } from '../inputs/names.ts';
import { parseCommand, parseInputs } from '../inputs/up.ts';
import { type Facts, reportOf } from '../report/facts.ts';
import { headline } from '../report/headline.ts';
import { type LimitedLog, limitedLog } from '../report/limited-log.ts';
import { githubLog } from '../report/log.ts';
import { outputsOf, writeOutputs } from '../report/outputs.ts';
import { createProgress } from '../report/progress.ts';
import type { Report } from '../report/report.ts';
import { annotateServices } from '../report/service-annotations.ts';
import { stillServing } from '../report/still-serving.ts';
import { renderSummary } from '../report/summary.ts';
import { timelineText } from '../report/tables/timeline-chart.ts';
import { Superseded } from '../stack/turn.ts';
import { dryRunGuard } from '../up/dry-run-guard.ts';
import type { Journal } from '../up/journal.ts';
import type { Run } from '../up/run.ts';
import { up } from '../up/up.ts';
import { workingDirectory } from '../up/working-directory.ts';
import { announceUp } from './announce.ts';
import { exportDockerHost, useOwnEngine } from './docker-host.ts';
import { runDown } from './down.ts';
import { attempt, fail, failAlso, failEarly, statusOf } from './failure.ts';
import { loadAllMasked, loadMasked } from './load-driver.ts';
import { runLogs } from './logs.ts';
import { runRollback } from './rollback.ts';
import { cancellation } from './runner/cancellation.ts';
import {
  actionRoot,
  hasOwnRunId,
  ownerOfRun,
  RUN_KEY,
  readEnvironment,
  readInput,
  repositoryUrlOf,
  runUrlOf,
  strayRun,
  tempFolderOf,
  turnOf,
  workspaceOf,
} from './runner/environment.ts';
import {
  checkRunnerFiles,
  checkTempFolder,
  saveState,
  setOutput,
  writing,
} from './runner/files.ts';
import { mask, maskInputs } from './runner/mask.ts';
import { reportStrayErrors } from './runner/stray-errors.ts';
import { runStatus } from './status.ts';
import { writeSummary } from './summary.ts';
import { runSweep } from './sweep.ts';
import { uploadIfAsked } from './upload-diagnostics.ts';
import { withoutAnnotated } from './without-annotated.ts';

/** The main step. Sets the exit code; never throws. */
export async function runMain(): Promise<void> {
  reportStrayErrors();
  const log = limitedLog(githubLog);
  try {
    maskInputs(readInput);
    refuseUnknownInputs(process.env, log.warning);
    const command = parseCommand(readInput('command').trim());
    const driver = readInput('driver').trim();
    if (command === 'sweep') return await runSweep(await loadAllMasked(driverNames(driver)));
    const definition = await loadMasked(driver);
    // A command that there is not is a problem among those of all inputs.
    switch (command) {
      case 'down':
        return await runDown(definition);
      case 'status':
        return await runStatus(definition);
      case 'logs':
        return await runLogs(definition);
      case 'rollback':
        return await runRollback(definition);
      default:
        await runUp(parseInputs(readInput, readEnvironment(), definition, log.warning), log);
    }
  } catch (error) {
    failEarly(error);
  } finally {
    exitIfLeftBehind();
  }
}

async function runUp(inputs: Inputs, log: LimitedLog): Promise<void> {
  useOwnEngine();
  const env = readEnvironment();
  // It is nobody's but this step's: what has no owner would be everybody's.
  const stray = env.repository === undefined ? `unknown-${randomUUID()}` : undefined;
  const owner = ownerOfRun(inputs.cluster, env, inputs.ttlMs, stray);
  let state: State | undefined;
  const fate = () => afterCancellation(state);
  const signal = cancellation(() => {
    writeSummary(
      `## ${inputs.cluster}: cancelled\n\nThe step was ended while a command still ran. ${fate()}\n`,
    );
    setOutput('status', 'cancelled');
  }, fate);
  const timeline = createTimeline(systemClock);
  if (stray !== undefined) log.warning(NOBODYS);
  const broken = promiseBeyondJob(inputs, env);
  if (broken !== undefined) log.warning(broken);
  const driver = inputs.driver.create({
    runner,
    actionRoot: actionRoot(),
    log,
    guard: inputs.dryRun ? dryRunGuard : undefined,
  });
  const sshFolder = inputs.dockerHost ? newSshFolder(tempFolderOf(env)) : undefined;
  const save = (next: State) => {
    saveState(STATE_KEY, serialiseState(next));
    state = next;
  };
  const facts: Partial<Facts> = {};
  const announcements = announceUp(inputs, env, { signal, log });
  const progress = createProgress();
  const from = systemClock.now();
  let failure: unknown;
  let superseded: Superseded | undefined;
  try {
    checkRunnerFiles(['GITHUB_OUTPUT', 'GITHUB_STATE']);
    if (!hasOwnRunId(env)) saveState(RUN_KEY, strayRun());
    if (inputs.dockerHost) {
      checkRunnerFiles(['GITHUB_ENV']);
      checkTempFolder(tempFolderOf(env));
    }
    const workspace = workspaceOf(env);
    const directory = await workingDirectory(inputs, workspace);
    // For what the driver and the programs of the runner take from there.
    if (inputs.workingDirectory !== undefined) process.chdir(directory);
    const journal: Journal = {
      checked: () => announcements.begin(facts.stack?.name),
      beginning: (made) =>
        save({
          driver: inputs.driver.name,
          cluster: inputs.cluster,
          repository: stray,
          teardown: inputs.teardown,
          stack: facts.stack?.name,
          sshFolder,
          made,
          stage: 'begun',
        }),
      locking: (lock) => {
        if (state) save({ ...state, lock });
      },
      claiming: () => {
        if (state) save({ ...state, claimed: true });
      },
      forming: (outside) => {
        if (state) save({ ...state, outside });
      },
      learned: (known) => Object.assign(facts, known),
      progress: (verdicts) => {
        for (const line of progress(systemClock.now() - from, verdicts)) log.info(line);
      },
    };
    const run: Run = {
      inputs,
      owner,
      driver,
      runner,
      workspace,
      directory,
      temporary: tempFolderOf(env),
      diagnosticsFolder: join(tempFolderOf(env), `swarm-up-${inputs.cluster}`),
      sshFolder,
      reporter: { log, timeline },
      clock: systemClock,
      signal,
      mask,
      runUrl: runUrlOf(env),
      runAttempt: env.GITHUB_RUN_ATTEMPT,
      turn: turnOf(env),
    };
    await up(run, journal);
  } catch (error) {
    // Nothing went wrong: somebody else does what this run was to do.
    if (error instanceof Superseded) superseded = error;
    else failure = error;
  }
  const upload = { runUrl: runUrlOf(env), signal, log };
  facts.artifact = await uploadIfAsked(facts.diagnostics, inputs, upload);
  // The summary has it in the place of the reasons.
  if (superseded) githubLog.warning(describeError(superseded), { title: 'Swarm Up' });
  const reportSoFar = () =>
    reportOf(inputs, facts, {
      status: failure === undefined ? success(inputs, superseded) : statusOf(failure),
      error: failure ?? superseded,
      timeline: timeline.records(),
      warnings: log.warnings,
      state,
      repositoryUrl: repositoryUrlOf(env),
      endsWithJob: endsWithJob(inputs, env),
    });
  const unwritten: unknown[] = [];
  const handOver = (work: () => void) => {
    const error = attempt(work);
    unwritten.push(error);
    failure ??= error;
  };
  const { dockerHost } = facts;
  if (dockerHost !== undefined && failure === undefined) {
    handOver(() => exportDockerHost(dockerHost));
  }
  handOver(() => {
    if (!state) return;
    const stage = failure === undefined ? 'succeeded' : 'failed';
    save({ ...state, stage, superseded: superseded ? true : undefined });
  });
  // Last, so that `status` tells of the others.
  handOver(() => writing('GITHUB_OUTPUT', () => writeOutputs(outputsOf(reportSoFar()))));
  const report = reportSoFar();
  // First, so that the summary has its warnings.
  await announcements.end(report);
  log.countOthers();
  publish(report);
  if (failure !== undefined) {
    annotateServices(githubLog, report);
    fail(withoutAnnotated(failure, report));
  }
  for (const error of unwritten) failAlso(error, failure);
}

const NOBODYS =
  'Which repository this step is of is not known, so only its own post step can remove what it makes. Set GITHUB_REPOSITORY_ID, or GITHUB_SERVER_URL and GITHUB_REPOSITORY.';

function success(inputs: Inputs, superseded: Superseded | undefined): Status {
  if (superseded) return superseded.status;
  if (inputs.dryRun) return 'planned';
  return inputs.wait || !inputs.composeFiles ? 'converged' : 'deployed';
}

function publish(report: Report): void {
  for (const line of timelineText(report.timeline)) githubLog.info(line);
  githubLog.info(headline(report));
  for (const line of stillServing(report)) githubLog.info(line);
  writeSummary(renderSummary(report));
}
