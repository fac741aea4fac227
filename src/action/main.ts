import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { newSshFolder } from '../docker-host/ssh-folder.ts';
import { afterCancellation } from '../down.ts';
import { ActionError, describeError, type Status } from '../errors.ts';
import { runner } from '../exec/runner.ts';
import { refuseUnknownInputs } from '../inputs/names.ts';
import { type Inputs, parseCommand, parseInputs } from '../inputs.ts';
import { createDriver } from '../machines/registry.ts';
import { onlyReads } from '../reads.ts';
import { reportOf } from '../report/facts.ts';
import { headline } from '../report/headline.ts';
import { githubLog } from '../report/log.ts';
import { outputsOf, writeOutputs } from '../report/outputs.ts';
import { createProgress } from '../report/progress.ts';
import type { Report } from '../report/report.ts';
import { renderSummary } from '../report/summary.ts';
import { timelineText } from '../report/timeline-chart.ts';
import { Superseded } from '../stack/turn.ts';
import { STATE_KEY, type State, serialiseState } from '../state.ts';
import { createTimeline } from '../timeline.ts';
import type { Facts } from '../up/context.ts';
import { up } from '../up.ts';
import { announceUp } from './announce.ts';
import { cancellation } from './cancel.ts';
import { exportDockerHost, useOwnEngine } from './docker-host.ts';
import { runDown } from './down.ts';
import {
  actionRoot,
  ownerOfRun,
  readEnvironment,
  readInput,
  runUrlOf,
  tempFolderOf,
  turnOf,
  workspaceOf,
} from './environment.ts';
import { attempt, fail, failAlso, failEarly, statusOf } from './failure.ts';
import { mask, maskInputs } from './mask.ts';
import {
  checkRunnerFiles,
  checkTempFolder,
  saveState,
  setOutput,
  writing,
} from './runner-files.ts';
import { tellStrayErrors } from './stray-errors.ts';
import { writeSummary } from './summary.ts';
import { runSweep } from './sweep.ts';

/** The main step. Sets the exit code; never throws. */
export async function runMain(): Promise<void> {
  tellStrayErrors();
  try {
    maskInputs(readInput);
    refuseUnknownInputs(process.env, githubLog.warning);
    // A command that there is not is a problem among those of all inputs.
    switch (parseCommand(readInput('command').trim())) {
      case 'down':
        return await runDown();
      case 'sweep':
        return await runSweep();
      default:
        await runUp(parseInputs(readInput, readEnvironment(), githubLog.warning));
    }
  } catch (error) {
    failEarly(error);
  }
}

async function runUp(inputs: Inputs): Promise<void> {
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
  const warnings: { message: string; file?: string; line?: number }[] = [];
  const log = {
    ...githubLog,
    warning: (message: string, place?: { file?: string; line?: number; title?: string }) => {
      warnings.push({ message, ...place });
      githubLog.warning(message, place);
    },
  };
  if (stray !== undefined) log.warning(NOBODYS);
  const driver = createDriver(inputs.driver, inputs.driverOptions, {
    runner,
    actionRoot: actionRoot(),
    log,
    connection: inputs.connection,
    guard: inputs.dryRun ? onlyReads : undefined,
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
    if (inputs.dockerHost) {
      checkRunnerFiles(['GITHUB_ENV']);
      checkTempFolder(tempFolderOf(env));
    }
    await up({
      inputs,
      owner,
      driver,
      runner,
      workspace: workspaceOf(env),
      temporary: tempFolderOf(env),
      diagnosticsFolder: join(tempFolderOf(env), `swarm-up-${inputs.cluster}`),
      sshFolder,
      reporter: { log, timeline },
      clock: systemClock,
      signal,
      mask,
      checked: () => announcements.begin(facts.stack?.name),
      beginning: (made) =>
        save({
          driver: inputs.driver,
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
      runUrl: runUrlOf(env),
      runAttempt: env.GITHUB_RUN_ATTEMPT,
      turn: turnOf(env),
      forming: (outside) => {
        if (state) save({ ...state, outside });
      },
      progress: (verdicts) => {
        for (const line of progress(systemClock.now() - from, verdicts)) log.info(line);
      },
      learned: (known) => Object.assign(facts, known),
    });
  } catch (error) {
    // Nothing went wrong: somebody else does what this run was to do.
    if (error instanceof Superseded) superseded = error;
    else failure = error;
  }
  // The summary has it in the place of the reasons.
  if (superseded) githubLog.warning(describeError(superseded), { title: 'Swarm Up' });
  const reportSoFar = () =>
    reportOf(inputs, facts, {
      status: failure === undefined ? success(inputs, superseded) : statusOf(failure),
      error: failure ?? superseded,
      timeline: timeline.records(),
      warnings,
      state,
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
    save({ ...state, stage, ...(superseded && { superseded: true }) });
  });
  // Last, so that `status` tells of the others.
  handOver(() => writing('GITHUB_OUTPUT', () => writeOutputs(outputsOf(reportSoFar()))));
  const report = reportSoFar();
  // First, so that the summary has its warnings.
  await announcements.end(report);
  publish(report);
  if (failure !== undefined) {
    annotateServices(report);
    fail(unsaid(failure, report));
  }
  for (const error of unwritten) failAlso(error, failure);
}

const NOBODYS =
  'Which repository this step is of is not known, so only its own post step can remove what it makes. Set GITHUB_REPOSITORY_ID, or GITHUB_SERVER_URL and GITHUB_REPOSITORY.';

function success({ dryRun }: Inputs, superseded: Superseded | undefined): Status {
  return superseded?.status ?? (dryRun ? 'planned' : 'converged');
}

function publish(report: Report): void {
  for (const line of timelineText(report.timeline)) githubLog.info(line);
  githubLog.info(headline(report));
  writeSummary(renderSummary(report));
}

/** One annotation per service that failed, at its line of the compose file. */
function annotateServices(report: Report): void {
  for (const { service, cause, evidence, hint, logTail, location } of report.diagnoses) {
    const logs = logTail ? ['Its last log lines:', logTail.replace(/^/gm, '  ')] : [];
    githubLog.error([cause, ...evidence, hint, ...logs].join('\n'), {
      title: `Service ${service}`,
      ...location,
    });
  }
}

/** The error without what the annotations of the services have said already. */
function unsaid(error: unknown, { diagnoses }: Report): unknown {
  if (!(error instanceof ActionError) || diagnoses.length === 0) return error;
  const { message, hint, cause } = error;
  const isSaid = diagnoses.some((one) => one.hint === hint || one.overrules === true);
  return new ActionError(message, {
    ...(cause === undefined ? {} : { cause }),
    ...(hint === undefined || isSaid ? {} : { hint }),
  });
}
