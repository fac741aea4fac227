import { describeError } from '../base/errors.ts';
import { inStage } from '../base/stages.ts';
import { converge } from '../converge/converge.ts';
import type { ServiceVerdict } from '../converge/verdict.ts';
import type { Plan } from '../deploy/plan.ts';
import { planText } from '../deploy/plan-text.ts';
import { expectedOf, rollBack } from '../deploy/roll-back.ts';
import { claimStack } from '../stack/ownership.ts';
import { stackReader } from '../stack/snapshot.ts';
import type { Turn } from '../stack/turn.ts';
import { lockRequest, withStackLock } from '../stack/with-lock.ts';
import { deployedBy, noteRun, refuseOlderRun } from '../up/deploy/turns.ts';
import { reachable } from '../verify/ask-from-node.ts';
import { publishedEndpoints } from '../verify/endpoints.ts';
import { type Endpoint, VerifyError, verify } from '../verify/verify.ts';
import { findStack, noStackAt } from './find-stack.ts';
import { findWayBack, type Ways } from './rollback-plan.ts';
import { type OperationContext, onStanding, type Standing } from './standing.ts';
import { type Status, statusOf } from './status.ts';

/** How long a published port may take to answer once its tasks run, in ms. */
const VERIFY_TIMEOUT_MS = 30_000;

/** What `command: rollback` is given beside the stack. */
export interface RollbackWanted {
  readonly dryRun: boolean;
  readonly waitTimeoutMs: number;
  readonly stableForMs: number;
  readonly lockTimeoutMs: number;
  /** Whether the published ports are asked afterwards. */
  readonly asksPorts: boolean;
  readonly run: { readonly url: string | undefined; readonly attempt: string | undefined };
  readonly turn: Turn | undefined;
  /** Told how the services come along. */
  readonly progress: (verdicts: readonly ServiceVerdict[]) => void;
}

export interface Rollback {
  readonly stack: string;
  readonly plan: Plan;
  /** How the stack is afterwards; undefined for a dry run. */
  readonly status: Status | undefined;
  /** Why it does not run as it should; undefined where it does. */
  readonly failure: unknown;
}

/**
 * Takes a stack back to what it was before its last deployment, under its lock, and waits until
 * that runs. Throws as `onStanding`, `findWayBack` and `withStackLock` do, and `Superseded`, each
 * before anything is changed.
 */
export async function rollBackStack(
  context: OperationContext,
  wanted: RollbackWanted,
): Promise<Rollback> {
  return await onStanding(context, async (standing) => {
    const { stack } = standing;
    if (stack === undefined) throw noStackAt(context.owner.cluster);
    if (wanted.dryRun) {
      const { plan } = await compare(context, standing, stack);
      return { stack, plan, status: undefined, failure: undefined };
    }
    return await underLock(context, standing, stack, wanted);
  });
}

async function underLock(
  context: OperationContext,
  standing: Standing,
  stack: string,
  wanted: RollbackWanted,
): Promise<Rollback> {
  const { owner, clock, signal, reporter } = context;
  const { manager, api } = standing.swarm;
  const { lockTimeoutMs: timeoutMs, run, turn } = wanted;
  const options = {
    ...{ timeoutMs, clock, signal, log: reporter.log },
    waiting: (wait: () => Promise<void>) =>
      inStage(reporter, `Waiting for another deployment of ${stack}`, wait),
  };
  return await withStackLock(
    manager,
    lockRequest(stack, owner, { ...run, turn }),
    options,
    async () => {
      await refuseOlderRun({ ...context, turn }, api, stack);
      // Another run may have deployed, removed or taken it over meanwhile.
      const found = await findStack({ ...context, stackName: stack }, api);
      const now = { ...standing, ...found };
      const ways = await compare(context, now, stack);
      await note(context, now, stack, wanted);
      return await goBack(context, now, stack, ways, wanted);
    },
  );
}

/** Shows what changes before anything does. */
async function compare(
  context: OperationContext,
  standing: Standing,
  stack: string,
): Promise<Ways> {
  return await inStage(context.reporter, 'Comparing with what it was before', async () => {
    const ways = await findWayBack(context, standing, stack);
    for (const line of planText(ways.plan)) context.reporter.log.info(line);
    return ways;
  });
}

/**
 * Writes that this run was the last one to deploy the stack. Whose it is, and until when, stays.
 */
async function note(
  { owner, clock, signal }: OperationContext,
  { swarm, record, cluster }: Standing,
  stack: string,
  { turn, run: { url } }: RollbackWanted,
): Promise<void> {
  if (!record) {
    const run = { owner, turn, runUrl: url, signal, clock };
    return cluster ? await noteRun(run, swarm.api, stack) : undefined;
  }
  const { ports, before } = record;
  const deployed = deployedBy({ turn, runUrl: url, owner });
  await claimStack(swarm.api, stack, { ...record.owner, run: owner.run }, signal, {
    ...{ ports, before, deployed },
  });
}

async function goBack(
  context: OperationContext,
  standing: Standing,
  stack: string,
  { target, plan }: Ways,
  wanted: RollbackWanted,
): Promise<Rollback> {
  const { clock, signal, reporter } = context;
  const { api, manager } = standing.swarm;
  let failure: unknown;
  let endpoints: readonly Endpoint[] | undefined;
  try {
    await inStage(reporter, `Rolling ${stack} back`, async () => {
      const { restored, removed } = await rollBack(api, target, { stack, clock, signal });
      for (const name of restored) reporter.log.info(`${name} goes back to its earlier spec`);
      for (const name of removed) reporter.log.info(`${name} was new and is removed`);
    });
    await inStage(reporter, `Waiting until ${stack} has converged`, () =>
      converge(stackReader(api, stack), {
        ...{ stackName: stack, expected: expectedOf(target, stack), clock, signal },
        ...{ timeoutMs: wanted.waitTimeoutMs, stableForMs: wanted.stableForMs },
        onProgress: wanted.progress,
        outage: () => manager.ssh.outage(),
        onReadError: (error) => reporter.log.warning(describeError(error)),
      }),
    );
    if (wanted.asksPorts) {
      endpoints = await inStage(reporter, 'Asking the published ports', () =>
        ask(context, standing, stack, wanted),
      );
    }
  } catch (error) {
    signal.throwIfAborted();
    failure = error;
    if (error instanceof VerifyError) endpoints = error.endpoints;
  }
  const status = await statusOf(context, standing).catch((error: unknown) => {
    throw failure ?? error;
  });
  // The lock is that of this run, which lets go of it now.
  const now = { ...status.standing, lock: undefined };
  return {
    ...{ stack, plan, failure },
    status: { ...status, standing: now, endpoints: endpoints ?? status.endpoints },
  };
}

async function ask(
  { driver, clock, signal, reporter }: OperationContext,
  { swarm: { api, members } }: Standing,
  stack: string,
  { waitTimeoutMs }: RollbackWanted,
): Promise<readonly Endpoint[]> {
  const published = await publishedEndpoints(api, stack, members, signal);
  const timeoutMs = Math.min(VERIFY_TIMEOUT_MS, waitTimeoutMs);
  const found = await reachable(driver, members, published);
  const endpoints = await verify(found, undefined, { clock, signal, timeoutMs });
  for (const { service, published: port, checked, note: why, urls } of endpoints) {
    reporter.log.info(
      `${service}  ${port}  ${checked}${why ? ` (${why})` : ''}  ${urls.join(' ')}`,
    );
  }
  return endpoints;
}
