import { randomInt, randomUUID } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError, describeError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { releaseLimit } from '../../base/time-limit.ts';
import { readSwarmState } from '../../engine/enter.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import { isSameCluster, jobOf, type Owner } from '../../machines/ownership.ts';
import {
  ATTEMPT_LABEL,
  type FormingRequest,
  type Held,
  type Host,
  isLost,
  readHeld,
  removeLock,
  TOKEN_LABEL,
  tryOne,
  URL_LABEL,
  VOLUME,
} from './forming-volume.ts';

export type { FormingRequest } from './forming-volume.ts';

const POLL_MS = 500;
/** Hosts that a message names. */
const NAMES = 5;
/**
 * How long letting go may take, in ms: an engine may restart at that moment, but a step that is
 * cancelled has ten seconds in all.
 */
const RELEASE = { usualMs: 150_000, abortedMs: 3_000 };

/** Another run holds hosts, and did not let go of them in time. */
export class HostsBusy extends ActionError {}

export interface WaitOptions {
  /** How long to wait for another run, in ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: { info(line: string): void; warning(message: string): void };
}

/**
 * The claim of a step on hosts; `attempt` is that of its run, `url` where people can look at it.
 */
export function formingRequest(
  owner: Owner,
  run: { readonly url: string | undefined; readonly attempt: string | undefined },
): FormingRequest {
  return { owner, token: randomUUID(), ...run };
}

/**
 * Runs `work` while no other run forms a swarm of the hosts or takes one apart. `work` gets the
 * hosts as they are then: another run may have changed them meanwhile. The locks are let go
 * whatever becomes of it; if this process is killed, post does that. Throws as `lockHosts` does,
 * before `work` has begun.
 */
export async function withHostsLock<Held extends ConnectedMachine, T>(
  hosts: readonly Held[],
  claim: FormingRequest,
  options: WaitOptions & { readonly waiting?: (wait: () => Promise<void>) => Promise<void> },
  work: (hosts: readonly Held[]) => Promise<T>,
): Promise<T> {
  const { signal, waiting = (wait) => wait() } = options;
  try {
    await waiting(() => lockHosts(hosts, claim, options));
    const now = await Promise.all(
      hosts.map(async (host) => {
        const Swarm = await readSwarmState(host.api, signal);
        return { ...host, engine: { ...host.engine, Swarm } };
      }),
    );
    return await work(now);
  } finally {
    await letGo(hosts, claim.token, options);
  }
}

async function letGo(
  hosts: readonly Host[],
  token: string,
  { signal, log }: Pick<WaitOptions, 'signal' | 'log'>,
): Promise<void> {
  using bound = releaseLimit(signal, RELEASE);
  const release = () => unlockHosts(hosts, token, bound.signal);
  try {
    // Once more, because whoever comes next would have to wait until it is stale.
    await release().catch(release);
  } catch (error) {
    log.warning(
      `The lock of the hosts could not be removed now: post or the next run does that. ${describeError(error)}`,
    );
  }
}

/**
 * Takes the lock of every host, or waits, with none of them, until the run that has one lets go of
 * it. A lock is broken if it is older than five minutes, of an earlier attempt of the same step, or
 * of another step of this cluster in the same job: that step is over. Throws `HostsBusy` that names
 * the other run when the time is up, and `ActionError` if something else has the name of the lock.
 */
export async function lockHosts(
  hosts: readonly Host[],
  claim: FormingRequest,
  { timeoutMs, clock, signal, log }: WaitOptions,
): Promise<void> {
  const until = clock.now() + timeoutMs;
  let told = '';
  for (;;) {
    const other = await tryAll(hosts, claim, signal, log);
    if (!other) return;
    await unlockHosts(hosts, claim.token, signal);
    if (clock.now() >= until) throw outOfTime(other, timeoutMs);
    if (told !== other) {
      log.info(`${other} This run waits for it.`);
      told = other;
    }
    // Two that have each a lock which the other needs would else meet again and again.
    await clock.sleep(POLL_MS + randomInt(POLL_MS), signal);
  }
}

/** Lets go of the locks that are of the claim with this token. */
export async function unlockHosts(
  hosts: readonly Host[],
  token: string,
  signal: AbortSignal,
): Promise<void> {
  const results = await Promise.allSettled(
    hosts.map(async ({ api }) => {
      const held = await readHeld(api, signal);
      if (held?.labels[TOKEN_LABEL] === token) await removeLock(api, signal);
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/**
 * Removes the lock that a step which is over, and was killed, has left on a host. Gives whether
 * there was one.
 */
export async function removeLeftLock(
  { api }: Pick<Host, 'api'>,
  step: Owner,
  signal: AbortSignal,
): Promise<boolean> {
  const held = await readHeld(api, signal);
  const isOfStep =
    held !== undefined && isSameCluster(held.owner, step) && held.owner.run === step.run;
  return isOfStep && (await removeLock(api, signal));
}

/**
 * Who has the lock of one of them, as a sentence; undefined where all are ours now. The first host
 * by its name is taken alone: runs with the same hosts meet there, and only one goes on. The others
 * are then taken at once, so that hundreds take no longer than a few.
 */
async function tryAll(
  hosts: readonly Host[],
  claim: FormingRequest,
  signal: AbortSignal,
  log: WaitOptions['log'],
): Promise<string | undefined> {
  const [first, ...others] = hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  if (!first) return undefined;
  const broken: Busy[] = [];
  try {
    const other = await take(first, claim, signal, broken);
    if (other) return sentence([other]);
    const results = await Promise.allSettled(
      others.map((host) => take(host, claim, signal, broken)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    const busy = results.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
    const [one] = busy;
    return one && sentence([one]);
  } finally {
    const runs = Map.groupBy(broken, ({ held }) => held.owner.run);
    for (const some of runs.values()) {
      const locks = some.length === 1 ? 'lock is' : 'locks are';
      log.warning(`${sentence(some)} It is taken for lost, and its ${locks} broken.`);
    }
  }
}

/** A host of which another run has the lock. */
interface Busy {
  readonly host: Host;
  readonly held: Held;
}

/** Takes one lock, one that is taken for lost too; gives who has it where that is not so. */
async function take(
  host: Host,
  claim: FormingRequest,
  signal: AbortSignal,
  broken: Busy[],
): Promise<Busy | undefined> {
  for (;;) {
    const held = await tryOne(host, claim, signal);
    if (held.labels[TOKEN_LABEL] === claim.token) return undefined;
    if (!isOver(held, claim) && !(await isLost(host, held, signal))) return { host, held };
    await removeLock(host.api, signal);
    broken.push({ host, held });
  }
}

/** Of locks of one run. */
function sentence(some: readonly Busy[]): string {
  const [{ held } = { held: undefined }] = some;
  const names = listed(
    some.map(({ host }) => host.name),
    NAMES,
  );
  const url = held?.labels[URL_LABEL];
  return `Another run forms a swarm of ${names}, or takes one apart: ${held?.owner.run}${url === undefined ? '' : ` (${url})`}, since ${held?.created}.`;
}

/**
 * Whose lock a host has, if that run is taken for lost by the host's own clock. Changes nothing.
 */
export async function readLostOwner(
  host: Pick<Host, 'api'>,
  signal: AbortSignal,
): Promise<Owner | undefined> {
  const held = await readHeld(host.api, signal);
  return held && (await isLost(host, held, signal)) ? held.owner : undefined;
}

/**
 * Whether the step that took a lock cannot be at work any more: the steps of a job come one after
 * the other.
 */
function isOver({ labels, owner }: Held, claim: FormingRequest): boolean {
  const attempt = labels[ATTEMPT_LABEL];
  if (owner.run === claim.owner.run) return attempt !== claim.attempt;
  const job = jobOf(owner.run);
  return job !== undefined && job === jobOf(claim.owner.run) && isSameCluster(owner, claim.owner);
}

function outOfTime(other: string, timeoutMs: number): HostsBusy {
  return new HostsBusy(`${other} It did not end within ${formatDuration(timeoutMs)}.`, {
    status: 'timeout',
    hint: `Nothing of the hosts was changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on the host: docker volume rm ${VOLUME}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
  });
}
