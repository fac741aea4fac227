import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { formatDuration } from '../duration.ts';
import { ActionError } from '../errors.ts';
import { type EngineApi, EngineRefusal } from '../exec/engine-api.ts';
import { deleteIfThere } from '../exec/engine-delete.ts';
import { type ClusterId, type Owner, ownerLabels, ownerOf } from '../machines/labels.ts';
import { objectName } from './render/names.ts';

// One deployment of a stack at a time. The lock is a Swarm config, because its creation is atomic in the whole swarm: the name exists or
// it does not. Who holds it renews it, so that one whose runner was lost is known for dead soon. Nothing of it is secret.

const STACK_LABEL = 'swarm-up.lock';
const TOKEN_LABEL = 'swarm-up.lock.token';
const URL_LABEL = 'swarm-up.lock.url';
const ATTEMPT_LABEL = 'swarm-up.lock.attempt';
const LEASE_LABEL = 'swarm-up.lock.lease';
const RENEWED_LABEL = 'swarm-up.lock.renewed';

const POLL_MS = 500;
/** How often a waiting run says that it still waits, in ms. */
const REMIND_MS = 60_000;

/** What a run says of itself where it holds the lock. */
export interface Claim {
  readonly stack: string;
  readonly owner: Owner;
  /** Of the run, for whoever waits. */
  readonly url: string | undefined;
  /** Known to nobody else, so that a lock of ours can be told from any other. */
  readonly token: string;
  /** Of the run: a later one of the same step begins only when the earlier is over. */
  readonly attempt: string | undefined;
  /** How long after its last renewal, in ms, others may break it. */
  readonly leaseMs: number;
}

/** Another run holds the lock, and did not let go of it in time. */
export class StackBusy extends ActionError {}

/** A lock that another run holds. */
interface Holder {
  readonly id: string;
  readonly run: string | undefined;
  readonly attempt: string | undefined;
  /** `<run>/<job>/<step>`, and its URL where there is one. */
  readonly who: string;
  /** How long it has been held, in ms, by the manager's clock. */
  readonly ageMs: number;
  readonly since: string;
  /** How long ago it was renewed, in ms, by the manager's clock. */
  readonly silentMs: number;
  readonly leaseMs: number;
}

/** Name of the config: what Swarm takes, also where the stack's name is long or ends in a hyphen. */
export function lockName(stack: string): string {
  const plain = `swarm-up-lock-${stack}`;
  if (plain.length <= 64 && /[a-z0-9]$/.test(plain)) return plain;
  return objectName(plain, createHash('sha256').update(stack).digest('hex'));
}

/** Takes the lock where nobody holds it; resolves with whether it is ours now. Rejects as `EngineApi.post` does. */
export async function tryLock(api: EngineApi, claim: Claim, signal: AbortSignal): Promise<boolean> {
  const { stack, owner, url, token, attempt, leaseMs } = claim;
  const Labels = {
    ...ownerLabels(owner),
    [STACK_LABEL]: stack,
    [TOKEN_LABEL]: token,
    [LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
    ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
    ...(url === undefined ? {} : { [URL_LABEL]: url }),
  };
  const body = { Name: lockName(stack), Labels, Data: dataOf(stack) };
  try {
    await api.post('/configs/create', {}, body, { signal });
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.httpStatus === 409) return false;
    throw error;
  }
}

/** What is written into a lock. A part of the form by which one is known: where it is changed, the former one still counts. */
function dataOf(stack: string): string {
  return Buffer.from(`A deployment of stack ${stack} is running.\n`).toString('base64');
}

const configs = z.array(
  z.object({
    ID: z.string(),
    Version: z.object({ Index: z.number() }),
    CreatedAt: z.string(),
    UpdatedAt: z.string(),
    Spec: z.looseObject({
      Name: z.string(),
      Labels: z
        .record(z.string(), z.string())
        .nullish()
        .transform((labels) => labels ?? {}),
      Data: z.string().nullish(),
    }),
  }),
);

type Config = z.infer<typeof configs>[number];

/** The stack that a config is the lock of; undefined where it has not the name and the form that `tryLock` gives. */
function stackOfLock({ Spec: { Name, Labels, Data } }: Config): string | undefined {
  const stack = Labels[STACK_LABEL];
  const isWhole =
    ownerOf(Labels)?.run && Labels[TOKEN_LABEL] && /^\d+$/.test(Labels[LEASE_LABEL] ?? '');
  return stack && isWhole && Name === lockName(stack) && Data === dataOf(stack) ? stack : undefined;
}

const info = z.object({ SystemTime: z.string() });

async function findLock(api: Pick<EngineApi, 'get'>, stack: string, signal: AbortSignal) {
  const name = lockName(stack);
  const filters = JSON.stringify({ name: [name] });
  const found = await api.get('/configs', { filters }, configs, { signal });
  return found.find(({ Spec }) => Spec.Name === name);
}

function forgedLock(stack: string): ActionError {
  const name = lockName(stack);
  return new ActionError(
    `The lock of stack ${stack} cannot be taken: the config ${name} has its name, and not its form.`,
    {
      hint: `Nothing of the stack was changed. See what it is on a manager (docker config inspect ${name}), remove it if nothing needs it (docker config rm ${name}), then run again.`,
    },
  );
}

/**
 * Stacks of whose locks a cluster is the owner: where a run was lost early, nothing else tells of them. `ignored` is told of each config that
 * only looks like a lock.
 */
export async function lockedStacks(
  api: Pick<EngineApi, 'get'>,
  { cluster, repository }: ClusterId,
  signal: AbortSignal,
  ignored: (message: string) => void,
): Promise<readonly string[]> {
  const filters = JSON.stringify({ label: [STACK_LABEL] });
  const found = await api.get('/configs', { filters }, configs, { signal });
  for (const { Spec } of found.filter((one) => stackOfLock(one) === undefined)) {
    ignored(
      `The config ${Spec.Name} has the label ${STACK_LABEL}, and not the name and form of a lock: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Spec.Name}`,
    );
  }
  return found.flatMap((one) => {
    const owner = ownerOf(one.Spec.Labels);
    const isOwn = owner?.cluster === cluster && owner.repository === repository;
    return isOwn ? (stackOfLock(one) ?? []) : [];
  });
}

/** Who holds the lock of a stack; undefined where nobody does. Throws `ActionError` where something else has the name of the lock. */
async function readHolder(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<Holder | undefined> {
  const found = await findLock(api, stack, signal);
  if (!found) return undefined;
  if (stackOfLock(found) !== stack) throw forgedLock(stack);
  const { SystemTime } = await api.get('/info', {}, info, { signal });
  const { Labels } = found.Spec;
  const run = ownerOf(Labels)?.run;
  const url = Labels[URL_LABEL];
  return {
    id: found.ID,
    run,
    attempt: Labels[ATTEMPT_LABEL],
    who: `${run ?? 'an unknown run'}${url === undefined ? '' : ` (${url})`}`,
    ageMs: Date.parse(SystemTime) - Date.parse(found.CreatedAt),
    silentMs: Date.parse(SystemTime) - Date.parse(found.UpdatedAt),
    since: found.CreatedAt.replace(/\.\d+Z$/, 'Z'),
    leaseMs: Number(Labels[LEASE_LABEL]) * 1_000,
  };
}

interface WaitOptions {
  /** How long to wait for another deployment, in ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly info: (line: string) => void;
  readonly warn: (message: string) => void;
}

/**
 * Waits until the lock is ours, and says who holds it. One that is not renewed any more, or is of an earlier attempt of the same step, is
 * broken.
 * Throws `StackBusy` when the time is up, and `ActionError` where something else has the name of the lock.
 */
export async function waitForLock(
  api: EngineApi,
  claim: Claim,
  options: WaitOptions,
): Promise<void> {
  const { clock, signal, timeoutMs } = options;
  const until = clock.now() + timeoutMs;
  let told: { readonly id: string; readonly at: number } | undefined;
  while (!(await tryLock(api, claim, signal))) {
    const holder = await readHolder(api, claim.stack, signal);
    if (!holder) continue;
    const held = `${holder.who} holds it since ${holder.since}, ${formatDuration(Math.max(0, holder.ageMs))} ago`;
    const dead = whyDead(holder, claim);
    if (dead !== undefined) {
      options.warn(
        `The lock of stack ${claim.stack} is stale and is broken: ${held}, and ${dead}.`,
      );
      await remove(api, holder.id, signal);
      continue;
    }
    if (clock.now() >= until) throw outOfTime(claim.stack, held, timeoutMs);
    if (told?.id !== holder.id || clock.now() - told.at >= REMIND_MS) {
      options.info(`Another deployment of stack ${claim.stack} is running: ${held}`);
      told = { id: holder.id, at: clock.now() };
    }
    await clock.sleep(Math.min(POLL_MS, until - clock.now()), signal);
  }
}

/** Why nobody lets go of it any more; undefined where somebody may. */
function whyDead(holder: Holder, { owner, attempt }: Claim): string | undefined {
  if (holder.run === owner.run && holder.attempt !== undefined && holder.attempt !== attempt) {
    return `that was attempt ${holder.attempt} of this step`;
  }
  if (holder.silentMs <= holder.leaseMs) return undefined;
  return `has not renewed it for ${formatDuration(holder.silentMs)}`;
}

/** Renews a lock that is ours. Resolves with false where it is not ours any more. Rejects as `EngineApi` does. */
export async function renewLock(
  api: EngineApi,
  { stack, token }: Pick<Claim, 'stack' | 'token'>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await findLock(api, stack, signal);
  if (found?.Spec.Labels[TOKEN_LABEL] !== token) return false;
  const Labels = { ...found.Spec.Labels, [RENEWED_LABEL]: new Date().toISOString() };
  await api.post(
    `/configs/${found.ID}/update`,
    { version: String(found.Version.Index) },
    { ...found.Spec, Labels },
    { signal },
  );
  return true;
}

function outOfTime(stack: string, held: string, timeoutMs: number): StackBusy {
  return new StackBusy(
    `Another deployment of stack ${stack} did not end within ${formatDuration(timeoutMs)}.`,
    {
      status: 'timeout',
      details: held,
      hint: `Nothing of the stack has been changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on a manager: docker config rm ${lockName(stack)}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
    },
  );
}

/** Lets go of the lock. Resolves with false where it was not ours any more. */
export async function unlock(
  api: EngineApi,
  { stack, token }: Pick<Claim, 'stack' | 'token'>,
  signal: AbortSignal,
): Promise<boolean> {
  const found = await findLock(api, stack, signal);
  if (found?.Spec.Labels[TOKEN_LABEL] !== token) return false;
  return await remove(api, found.ID, signal);
}

/** By id, so that a lock that was taken meanwhile is never meant. */
function remove(api: EngineApi, id: string, signal: AbortSignal): Promise<boolean> {
  return deleteIfThere(api, `/configs/${id}`, signal);
}
