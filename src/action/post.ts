import './runner/plain-schemas.ts';
import { getState } from '@actions/core';
import { systemClock } from '../base/clock.ts';
import { ActionError, describeError } from '../base/errors.ts';
import { createTimeline } from '../base/timeline.ts';
import { removeCluster } from '../down/remove-cluster.ts';
import { ANNOUNCED_KEY, parseAnnounced, parseState, STATE_KEY, type State } from '../down/state.ts';
import { howToEnter, howToRemove, isKeptForLook, reasonToKeep } from '../down/teardown.ts';
import { exitIfLeftBehind } from '../exec/left-behind.ts';
import { runner } from '../exec/runner.ts';
import type { LoadedDriver } from '../inputs/driver.ts';
import { driverByDefault, needsNoInputs } from '../machines/chosen-driver.ts';
import type { Driver, DriverContext, DriverDefinition } from '../machines/driver.ts';
import { githubLog } from '../report/log.ts';
import { endDockerHost, useOwnEngine } from './docker-host.ts';
import { loadMasked } from './load-driver.ts';
import type { ClusterOutcome } from './post-announce.ts';
import {
  actionRoot,
  type Environment,
  ownerOfRun,
  readEnvironment,
  readInput,
  runUrlOf,
  tempFolderOf,
} from './runner/environment.ts';
import { maskInputs } from './runner/mask.ts';
import { reportStrayErrors } from './runner/stray-errors.ts';

/**
 * How long another run that deploys the stack is waited for, in ms: post is cut after five minutes
 * in all.
 */
const LOCK_TIMEOUT_MS = 60_000;

/** The post step. Sets the exit code; never throws. */
export async function runPost(): Promise<void> {
  reportStrayErrors();
  let outcome: ClusterOutcome = 'stays';
  await reported(async () => {
    maskInputs(readInput);
    const state = parseState(getState(STATE_KEY));
    if (!state) {
      githubLog.info('The main step created nothing, so there is nothing to remove.');
      return;
    }
    useOwnEngine();
    // A cluster that stays loses its tunnel and its key files all the same; and a tunnel that stays
    // keeps no cluster.
    const { sshFolder } = state;
    if (sshFolder !== undefined) {
      await reported(() => endDockerHost(sshFolder, tempFolderOf(readEnvironment())));
    }
    await tearDown(state, (next) => {
      outcome = next;
    });
  });
  await reported(() => announce(outcome));
  exitIfLeftBehind();
}

/** Loaded only where there is something to tell. */
async function announce(outcome: ClusterOutcome): Promise<void> {
  const announced = parseAnnounced(getState(ANNOUNCED_KEY));
  if (!announced || (outcome === 'stays' && announced.ended !== undefined)) return;
  const { announceOutcome } = await import('./post-announce.ts');
  await announceOutcome(announced, outcome, readEnvironment());
}

async function reported(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    githubLog.error(describeError(error), { title: 'Swarm Up, removal' });
    process.exitCode = 1;
  }
}

/** `setOutcome` is called with the outcome for the cluster so far. */
async function tearDown(
  state: State,
  setOutcome: (outcome: ClusterOutcome) => void,
): Promise<void> {
  const definition = await loadMasked(state.driver);
  const kept = reasonToKeep(state, readInput('job-status'));
  if (kept !== undefined) {
    githubLog.info(`Cluster ${state.cluster} stays: ${kept}.`);
    if (state.superseded && state.made) {
      githubLog.info(howToRemove(state.cluster, { name: state.driver }));
    }
    if (state.lock === undefined && !isKeptForLook(state) && !mayHoldHosts(state, definition))
      return;
  }
  if (!definition)
    throw new ActionError(
      `Driver ${state.driver}, which made cluster ${state.cluster}, is not known to this version of the action.`,
      {
        hint: 'Use the same version in the whole job, or remove the cluster by its label swarm-up.cluster.',
      },
    );
  const env = readEnvironment();
  const owner = ownerOfRun(state.cluster, env, undefined, state.repository);
  const made = { runner, actionRoot: actionRoot(), log: githubLog };
  const { driver, removeVolumes } = await driverOf(definition, env, made);
  const context = {
    reporter: { log: githubLog, timeline: createTimeline(systemClock) },
    clock: systemClock,
    signal: new AbortController().signal,
  };
  if (kept !== undefined) {
    // Machines that go take the lock with them; of hosts that stay it goes with the stack.
    if (state.lock !== undefined) {
      const { releaseLock } = await import('../down/release-lock.ts');
      await releaseLock(state, owner, { ...context, driver });
    }
    if (mayHoldHosts(state, definition)) {
      const { releaseHosts } = await import('../down/release-lock.ts');
      await releaseHosts(owner, { ...context, driver });
    }
    if (isKeptForLook(state)) {
      for (const line of await howToEnter(owner, driver)) githubLog.info(line);
    }
    return;
  }
  setOutcome('not wholly removed');
  if (driver.makesMachines) {
    await removeCluster(state, owner, { ...context, driver });
    setOutcome('removed');
    githubLog.info(`Nothing of cluster ${state.cluster} is left.`);
    return;
  }
  const { leaveHosts } = await import('../down/leave-hosts.ts');
  await leaveHosts(state.stack, owner, {
    ...{ ...context, driver, removeVolumes },
    foreign: 'keep',
    lockTimeoutMs: LOCK_TIMEOUT_MS,
    run: { url: runUrlOf(env), attempt: env.GITHUB_RUN_ATTEMPT },
    left: state,
  });
  setOutcome('removed');
}

/** Whether main was killed, and may have been forming a swarm of hosts. */
function mayHoldHosts({ stage, lock }: State, definition: LoadedDriver): boolean {
  return definition?.makesMachines === false && stage === 'begun' && lock === undefined;
}

/**
 * The driver that main has left. The inputs are loaded only if it needs them: SSH and they are most
 * of the bundle, and the usual removal takes half a second.
 */
async function driverOf(
  definition: DriverDefinition<unknown>,
  env: Environment,
  context: DriverContext,
): Promise<{ readonly driver: Driver; readonly removeVolumes: boolean }> {
  if (needsNoInputs(definition)) {
    return { driver: driverByDefault(definition, context), removeVolumes: false };
  }
  const { parsePostInputs } = await import('../inputs/down-sweep.ts');
  const inputs = parsePostInputs(definition, readInput, env, githubLog.warning);
  return { driver: inputs.driver.create(context), removeVolumes: inputs.removeVolumes };
}
