import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { ActionError } from '../base/errors.ts';
import { once } from '../base/once.ts';
import { objectName } from '../compose/render/names.ts';
import { type EngineApi, NoAnswer } from '../engine/api.ts';
import {
  type ConfigRecord,
  changeConfigLabels,
  createConfig,
  listConfigs,
  removeConfig,
} from '../engine/config-record.ts';
import {
  type ClusterId,
  isSameCluster,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../machines/ownership.ts';
import { type Sight, watchRenewals } from './renewal.ts';
import { isNewer, Superseded, type Turn, turnIn, turnLabels } from './turn.ts';
import {
  firstOf,
  forgetWaiting,
  queueOf,
  readWaiting,
  type Waiting,
  waitingName,
} from './waiting.ts';

// One deployment of a stack at a time. The lock is a Swarm config, because its creation is atomic
// in the whole swarm: the name exists or it does not. Who holds it renews it, so that one whose
// runner was lost is known for dead soon. Nothing of it is secret.

/**
 * How often a lock is renewed, and for how long others have to see that it is not before they take
 * it for left, in ms.
 */
export const RENEW_MS = 7_000;
export const LEASE_MS = 45_000;

const STACK_LABEL = 'swarm-up.lock';
const TOKEN_LABEL = 'swarm-up.lock.token';
const URL_LABEL = 'swarm-up.lock.url';
const ATTEMPT_LABEL = 'swarm-up.lock.attempt';
const LEASE_LABEL = 'swarm-up.lock.lease';
const RENEWED_LABEL = 'swarm-up.lock.renewed';

const POLL_MS = 500;
/** How often a lock is made whose answer is lost. */
const TRIES = 3;
/** How often a waiting run says that it still waits, in ms. */
const REMIND_MS = 60_000;

/** What a run says of itself where it holds the lock. */
export interface LockRequest {
  readonly stack: string;
  readonly owner: Owner;
  /** Of the run, for whoever waits. */
  readonly url: string | undefined;
  /** Known to nobody else, so that a lock of ours can be told from any other. */
  readonly token: string;
  /** Of the run: a later one of the same step begins only when the earlier is over. */
  readonly attempt: string | undefined;
  /** Of a run that deploys: which others are older than it, and which newer. */
  readonly turn?: Turn | undefined;
  /** How long it may be seen not to be renewed, in ms, before others break it. */
  readonly leaseMs: number;
}

/** Another run holds the lock, and did not let go of it in time. */
export class StackBusy extends ActionError {}

/** A lock that another run holds. */
interface Holder {
  readonly config: ConfigRecord;
  readonly repository: string;
  readonly turn: Turn | undefined;
  readonly run: string | undefined;
  readonly attempt: string | undefined;
  /** `<run>/<job>/<step>`, and its URL where there is one. */
  readonly who: string;
  /**
   * By the clock of the manager that led the swarm then: for people, and to be compared with no
   * other clock.
   */
  readonly since: string;
  readonly leaseMs: number;
}

/**
 * Name of the config: what Swarm takes, also where the stack's name is long or ends in a hyphen.
 */
export function lockName(stack: string): string {
  const plain = `swarm-up-lock-${stack}`;
  if (plain.length <= 64 && /[a-z0-9]$/.test(plain)) return plain;
  return objectName(plain, createHash('sha256').update(stack).digest('hex'));
}

/**
 * Takes the lock where nobody holds it; resolves with whether it is ours now. Rejects as
 * `EngineApi.post` does.
 */
export async function tryLock(
  api: EngineApi,
  claim: LockRequest,
  signal: AbortSignal,
): Promise<boolean> {
  const { stack, owner, url, token, attempt, turn, leaseMs } = claim;
  const Labels = {
    ...ownerLabels(owner),
    ...turnLabels(turn),
    [STACK_LABEL]: stack,
    [TOKEN_LABEL]: token,
    [LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
    ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
    ...(url === undefined ? {} : { [URL_LABEL]: url }),
  };
  const body = { Name: lockName(stack), Labels, Data: dataOf(stack) };
  for (let tries = 1; ; tries += 1) {
    try {
      return await createConfig(api, body, signal);
    } catch (error) {
      if (!(error instanceof NoAnswer) || tries === TRIES) throw error;
      // It may be there all the same.
      const found = await findLock(api, stack, signal);
      if (found) return found.Spec.Labels[TOKEN_LABEL] === token;
    }
  }
}

/**
 * What is written into a lock. A part of the form by which one is known: where it is changed, the
 * former one still counts.
 */
function dataOf(stack: string): string {
  return Buffer.from(`A deployment of stack ${stack} is running.\n`).toString('base64');
}

/**
 * The stack that a config is the lock of; undefined where it has not the name and the form that
 * `tryLock` gives.
 */
function stackOfLock({ Spec: { Name, Labels, Data } }: ConfigRecord): string | undefined {
  const stack = Labels[STACK_LABEL];
  const isWhole =
    ownerOf(Labels)?.run && Labels[TOKEN_LABEL] && /^\d+$/.test(Labels[LEASE_LABEL] ?? '');
  return stack && isWhole && Name === lockName(stack) && Data === dataOf(stack) ? stack : undefined;
}

async function findLock(api: Pick<EngineApi, 'get'>, stack: string, signal: AbortSignal) {
  const name = lockName(stack);
  const found = await listConfigs(api, { name: [name] }, signal);
  return found.find(({ Spec }) => Spec.Name === name);
}

function forgedLock(stack: string): ActionError {
  const name = lockName(stack);
  return new ActionError(
    `The lock of stack ${stack} cannot be taken: the config ${name} has its name, and not its form.`,
    {
      hint: `Nothing of the stack was changed. See what it is on a manager (docker config inspect ${name}). Remove it if nothing needs it (docker config rm ${name}), then run again.`,
    },
  );
}

/**
 * Stacks of whose locks a cluster is the owner: where a run was lost early, nothing else tells of
 * them. `ignored` is told of each config that only looks like a lock.
 */
export async function lockedStacks(
  api: Pick<EngineApi, 'get'>,
  id: ClusterId,
  signal: AbortSignal,
  ignored: (message: string) => void,
): Promise<readonly string[]> {
  const found = await listConfigs(api, { label: [STACK_LABEL] }, signal);
  for (const { Spec } of found.filter((one) => stackOfLock(one) === undefined)) {
    ignored(
      `The config ${Spec.Name} has the label ${STACK_LABEL}, and not the name and form of a lock: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Spec.Name}`,
    );
  }
  return found.flatMap((one) => {
    const owner = ownerOf(one.Spec.Labels);
    return owner && isSameCluster(owner, id) ? (stackOfLock(one) ?? []) : [];
  });
}

/**
 * Who holds the lock of a stack; undefined where nobody does. Throws `ActionError` where something
 * else has the name of the lock.
 */
async function readHolder(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<Holder | undefined> {
  const found = await findLock(api, stack, signal);
  if (!found) return undefined;
  if (stackOfLock(found) !== stack) throw forgedLock(stack);
  const { Labels } = found.Spec;
  const owner = ownerOf(Labels);
  const url = Labels[URL_LABEL];
  return {
    config: found,
    repository: owner?.repository ?? '',
    turn: turnIn(Labels),
    run: owner?.run,
    attempt: Labels[ATTEMPT_LABEL],
    who: `${owner?.run ?? 'an unknown run'}${url === undefined ? '' : ` (${url})`}`,
    since: found.CreatedAt.replace(/\.\d+Z$/, 'Z'),
    leaseMs: Number(Labels[LEASE_LABEL]) * 1_000,
  };
}

/** The run that holds the lock of a stack, for people. Rejects as `readHolder` does. */
export async function lockHolder(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<{ readonly who: string; readonly since: string } | undefined> {
  const holder = await readHolder(api, stack, signal);
  return holder && { who: holder.who, since: holder.since };
}

/**
 * Takes the lock where nobody holds it and no newer run waits for it; resolves with whether it is
 * ours now. `ignored` is told of what only looks like a run that waits. Rejects as `EngineApi`
 * does.
 */
export async function takeLock(
  api: EngineApi,
  claim: LockRequest,
  signal: AbortSignal,
  ignored: (message: string) => void,
): Promise<boolean> {
  if (!(await tryLock(api, claim, signal))) return false;
  // Asked under the lock: a newer run says that it waits before it looks at the lock.
  const waiting = await readWaiting(api, claim.stack, signal, ignored);
  if (firstOf(waiting, claim)) {
    await removeOwn(api, claim, [lockName(claim.stack)], signal);
    return false;
  }
  await forgetWaiting(api, waiting, claim, signal);
  return true;
}

interface WaitOptions {
  /** How long to wait for another deployment, in ms. */
  readonly timeoutMs: number;
  /**
   * With `lost` a lock is waited for only until it is known whether its run is alive; one that is
   * alive has not to be waited for.
   */
  readonly waitFor?: 'end' | 'lost' | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly info: (line: string) => void;
  readonly warn: (message: string) => void;
}

/**
 * Waits until the lock is ours, and says who holds it. One that is not renewed as long as its lease
 * says, or is of an earlier attempt of the same step, is broken. A newer run that waits, too, goes
 * first. Throws `StackBusy` when the time is up, `Superseded` where a newer run has the lock, and
 * `ActionError` where something else has its name.
 */
export async function waitForLock(
  api: EngineApi,
  claim: LockRequest,
  options: WaitOptions,
): Promise<void> {
  const { clock, signal, timeoutMs, waitFor = 'end' } = options;
  const { stack } = claim;
  const ignored = once(options.warn);
  const queue = queueOf(api, claim, { clock, signal, ignored });
  const watch = watchRenewals(clock);
  const began = clock.now();
  const until = began + timeoutMs;
  let told: { readonly who: string; readonly at: number } | undefined;
  for (;;) {
    const first = await queue.look();
    if (!first && (await takeLock(api, claim, signal, ignored))) break;
    const holder = await readHolder(api, stack, signal);
    const sight = watch(holder ? [holder.config] : [])(holder?.config.ID ?? '');
    const dead = holder && whyDead(holder, sight.silentMs, claim);
    if (holder && dead !== undefined) {
      options.warn(
        `The lock of stack ${stack} is stale and is broken: ${heldBy(holder)}, and ${dead}.`,
      );
      await removeConfig(api, holder.config, signal);
      continue;
    }
    // One of a run that was lost supersedes nobody, so it is first seen whether this one is alive.
    if (holder && sight.isAlive) {
      const own = { repository: claim.owner.repository, turn: claim.turn };
      if (isNewer(holder, own)) throw new Superseded(stack, holder.who, 'is deploying');
      if (waitFor === 'lost') throw isAlive(stack, holder);
    }
    if (!holder && !first) continue;
    if (clock.now() >= until) throw outOfTime(stack, { holder, first, sight, timeoutMs });
    const who = holder?.who ?? first?.who ?? '';
    if (told?.who !== who || clock.now() - told.at >= REMIND_MS) {
      options.info(waitLine(stack, holder, first, clock.now() - began));
      told = { who, at: clock.now() };
    }
    await clock.sleep(Math.min(POLL_MS, until - clock.now()), signal);
  }
  await removeOwn(api, claim, [waitingName(claim)], signal);
}

function heldBy({ who, since }: Holder): string {
  return `${who} holds it since ${since}`;
}

function waitLine(
  stack: string,
  holder: Holder | undefined,
  first: Waiting | undefined,
  waitedMs: number,
): string {
  const waited = waitedMs >= REMIND_MS ? `; this run has waited ${formatDuration(waitedMs)}` : '';
  return holder
    ? `Another deployment of stack ${stack} is running: ${heldBy(holder)}${waited}`
    : `A newer run waits for stack ${stack}, too, and goes first: ${first?.who}${waited}`;
}

/** Why nobody lets go of it any more; undefined where somebody may. */
function whyDead(
  holder: Holder,
  silentMs: number,
  { owner, attempt }: LockRequest,
): string | undefined {
  if (holder.run === owner.run && holder.attempt !== undefined && holder.attempt !== attempt) {
    return `that was attempt ${holder.attempt} of this step`;
  }
  if (silentMs <= holder.leaseMs) return undefined;
  return `has not renewed it in the ${formatDuration(silentMs)} in which this run has watched it`;
}

/**
 * Renews a lock that is ours: what is written does not matter, only that its version changes.
 * Resolves with false where it is not ours any more. Rejects as `EngineApi` does.
 */
export async function renewLock(
  api: EngineApi,
  { stack, token }: Pick<LockRequest, 'stack' | 'token'>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await findLock(api, stack, signal);
  if (found?.Spec.Labels[TOKEN_LABEL] !== token) return false;
  const Labels = { ...found.Spec.Labels, [RENEWED_LABEL]: new Date().toISOString() };
  await changeConfigLabels(api, found, Labels, signal);
  return true;
}

function isAlive(stack: string, holder: Holder): StackBusy {
  return new StackBusy(`Another deployment of stack ${stack} is running.`, {
    status: 'timeout',
    details: heldBy(holder),
    hint: 'Nothing of the stack has been changed.',
  });
}

interface Waited {
  readonly holder: Holder | undefined;
  readonly first: Waiting | undefined;
  readonly sight: Sight;
  readonly timeoutMs: number;
}

function outOfTime(stack: string, { holder, first, sight, timeoutMs }: Waited): StackBusy {
  const limit = formatDuration(timeoutMs);
  if (!holder) {
    return new StackBusy(
      `A newer run that waits for stack ${stack}, too, did not come to its turn within ${limit}.`,
      {
        status: 'timeout',
        details: `${first?.who} goes first`,
        hint: 'Nothing of the stack has been changed. Raise `lock-timeout`, or leave it to the newer run.',
      },
    );
  }
  const lease = formatDuration(holder.leaseMs);
  const isUnknown = !sight.isAlive && timeoutMs <= holder.leaseMs;
  const remedy = isUnknown
    ? `That run may be alive or lost. It did not renew its lock in the ${formatDuration(sight.silentMs)} in which this run has watched it. It counts as lost after ${lease}. Raise \`lock-timeout\` above ${lease}, and the lock of a lost run is broken`
    : 'Raise `lock-timeout`';
  return new StackBusy(`Another deployment of stack ${stack} did not end within ${limit}.`, {
    status: 'timeout',
    details: `${heldBy(holder)}${sight.isAlive ? ', and has renewed it meanwhile' : ''}`,
    hint: `Nothing of the stack has been changed. ${remedy}; or, if that run is dead, remove its lock on a manager: docker config rm ${lockName(stack)}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
  });
}

/**
 * Lets go of the lock, and says no more that this run waits for it. Resolves with false where
 * neither was there any more.
 */
export async function unlock(
  api: EngineApi,
  own: Pick<LockRequest, 'stack' | 'token'>,
  signal: AbortSignal,
): Promise<boolean> {
  return await removeOwn(api, own, [lockName(own.stack), waitingName(own)], signal);
}

/** Removes those of these configs that a run has made. */
async function removeOwn(
  api: EngineApi,
  { stack, token }: Pick<LockRequest, 'stack' | 'token'>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const found = await listConfigs(api, { name: names }, signal);
  const isOurs = ({ Spec: { Name, Labels } }: ConfigRecord) =>
    names.includes(Name) &&
    (Labels[TOKEN_LABEL] === token || Name === waitingName({ stack, token }));
  let removed = false;
  for (const one of found.filter(isOurs)) {
    removed = (await removeConfig(api, one, signal)) || removed;
  }
  return removed;
}
