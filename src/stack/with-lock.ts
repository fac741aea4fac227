import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { releaseLimit } from '../base/time-limit.ts';
import { type EngineApi, engineApi } from '../engine/api.ts';
import type { Executor } from '../exec/executor.ts';
import type { Owner } from '../machines/ownership.ts';
import {
  LEASE_MS,
  type LockRequest,
  RENEW_MS,
  renewLock,
  takeLock,
  unlock,
  waitForLock,
} from './lock.ts';
import type { Turn } from './turn.ts';

/**
 * How long letting go may take, in ms: an engine may restart at that moment, but a step that is
 * cancelled has ten seconds in all.
 */
const RELEASE = { usualMs: 150_000, abortedMs: 3_000 };

/**
 * What a step says of itself where it holds the lock of a stack; `attempt` is that of its run,
 * `url` where it can be looked at.
 */
export function lockRequest(
  stack: string,
  owner: Owner,
  {
    url,
    attempt,
    turn,
  }: {
    readonly url: string | undefined;
    readonly attempt: string | undefined;
    readonly turn?: Turn | undefined;
  },
): LockRequest {
  return { stack, owner, url, attempt, turn, token: randomUUID(), leaseMs: LEASE_MS };
}

/** How long it takes at most, in ms, until it is known whether a run that holds a lock is alive. */
export const KNOWN_ALIVE_MS = LEASE_MS + 15_000;

export interface LockOptions {
  /** How long to wait for a run that holds it, in ms. */
  readonly timeoutMs: number;
  /**
   * `lost`: only until it is known whether that run is alive, which takes `KNOWN_ALIVE_MS` at most.
   */
  readonly waitFor?: 'end' | 'lost' | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: { info(line: string): void; warning(message: string): void };
  /** Called where somebody holds it, and to do the waiting. */
  readonly waiting?: (wait: () => Promise<void>) => Promise<void>;
  /**
   * A stream for the renewals that the work does not use. Left out where one is to be opened for
   * them.
   */
  readonly renewals?: EngineApi | undefined;
  /** Called once it is let go. */
  readonly released?: (() => void) | undefined;
}

/**
 * Runs `work` while no other run deploys or removes the same stack, waiting for one that does. It
 * is asked of a manager of its swarm. The lock is let go whatever becomes of it. Throws as
 * `waitForLock` does, before `work` has begun.
 */
export async function withStackLock<T>(
  { ssh, api }: { readonly ssh: Executor; readonly api: EngineApi },
  claim: LockRequest,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const { clock, signal, log, waiting = (wait) => wait() } = options;
  try {
    if (!(await takeLock(api, claim, signal, log.warning))) {
      const { timeoutMs, waitFor = 'end' } = options;
      const how = { timeoutMs, waitFor, clock, signal };
      await waiting(() => waitForLock(api, claim, { ...how, info: log.info, warn: log.warning }));
    }
    // A stream of its own: behind a renewal that gets no answer, the questions of the work would
    // wait.
    if (options.renewals) return await renewing(options.renewals, claim, options, work);
    using own = engineApi(ssh);
    return await renewing(own, claim, options, work);
  } finally {
    await releaseHeld(api, claim, options);
  }
}

/**
 * Renews the lock as long as `work` runs. A renewal that fails is tried again: the next one is soon
 * enough.
 */
async function renewing<T>(
  api: EngineApi,
  claim: LockRequest,
  { clock, log }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const renewals = (async () => {
    for (;;) {
      await clock.sleep(RENEW_MS, over.signal);
      const isOurs = await renewLock(api, claim, over.signal).catch(() => true);
      if (isOurs) continue;
      log.warning(
        `The lock of stack ${claim.stack} was taken by another run, which took this one for lost.`,
      );
      return;
    }
  })().catch(() => {});
  try {
    return await work();
  } finally {
    over.abort();
    await renewals;
  }
}

async function releaseHeld(
  api: EngineApi,
  claim: LockRequest,
  { signal, log, released }: LockOptions,
): Promise<void> {
  using bound = releaseLimit(signal, RELEASE);
  const release = () => unlock(api, claim, bound.signal);
  try {
    // Once more, because whoever comes next would have to wait until it is stale.
    await release().catch(release);
    released?.();
  } catch (error) {
    log.warning(
      `The lock of stack ${claim.stack} could not be removed now; others wait for it until ${LEASE_MS / 1_000} s have passed. ${describeError(error)}`,
    );
  }
}
