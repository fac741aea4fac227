import { randomInt, randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError, describeError } from '../../base/errors.ts';
import { releaseLimit } from '../../base/time-limit.ts';
import { type EngineApi, NoAnswer } from '../../engine/api.ts';
import { deleteIfThere } from '../../engine/delete.ts';
import { readSwarmState } from '../../engine/enter.ts';
import { readTime } from '../../engine/wall-clock.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import {
  isSameCluster,
  jobOf,
  type Labels,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../../machines/ownership.ts';

// One run at a time makes a swarm of hosts, or takes it apart: if there is none, only the engine of
// each host can be asked. The lock is a volume without content, because an engine has one volume of
// a name: who creates it a second time gets the first one, with its labels.

const VOLUME = 'swarm-up-forming';
const TOKEN_LABEL = 'swarm-up.forming';
const ATTEMPT_LABEL = 'swarm-up.forming.attempt';
const URL_LABEL = 'swarm-up.forming.url';

/**
 * How long a run may hold hosts, in ms, before others take it for lost: labels of a volume cannot
 * be renewed.
 */
const LEASE_MS = 300_000;
/** How often a lock is made whose answer is lost. */
const TRIES = 3;
const POLL_MS = 500;
/**
 * How long letting go may take, in ms: an engine may restart at that moment, but a step that is
 * cancelled has ten seconds in all.
 */
const RELEASE = { usualMs: 150_000, abortedMs: 3_000 };

type Host = Pick<ConnectedMachine, 'name' | 'api'>;

/** Another run holds hosts, and did not let go of them in time. */
export class HostsBusy extends ActionError {}

/** What a run says of itself while it forms a swarm or takes one apart. */
export interface FormingRequest {
  readonly owner: Owner;
  /** Known to nobody else. */
  readonly token: string;
  /** Of the run on GitHub, for whoever waits. */
  readonly url: string | undefined;
  readonly attempt: string | undefined;
}

export interface WaitOptions {
  /** How long to wait for another run, in ms. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: { info(line: string): void; warning(message: string): void };
}

const volumes = z.object({
  Volumes: z
    .array(
      z.object({
        Name: z.string(),
        CreatedAt: z.string().default(''),
        Labels: z.record(z.string(), z.string()).nullish(),
      }),
    )
    .nullable(),
});

/** Of a lock that is there. */
interface Held {
  readonly labels: Labels;
  readonly owner: Owner;
  readonly created: string;
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
 * it. A lock is broken if it is older than `LEASE_MS`, of an earlier attempt of the same step, or
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
      if (held?.labels[TOKEN_LABEL] === token) await remove(api, signal);
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
  return isOfStep && (await remove(api, signal));
}

/** Who has the lock of one of them, as a sentence; undefined where all are ours now. */
async function tryAll(
  hosts: readonly Host[],
  claim: FormingRequest,
  signal: AbortSignal,
  log: WaitOptions['log'],
): Promise<string | undefined> {
  // In the same order in every run.
  for (const host of hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const held = await tryOne(host, claim, signal);
    if (held.labels[TOKEN_LABEL] === claim.token) continue;
    const url = held.labels[URL_LABEL];
    const who = `Another run forms a swarm of ${host.name}, or takes one apart: ${held.owner.run}${url === undefined ? '' : ` (${url})`}, since ${held.created}.`;
    if (!isOver(held, claim) && !(await isLost(host, held, signal))) return who;
    log.warning(`${who} It is taken for lost, and its lock is broken.`);
    await remove(host.api, signal);
    return await tryAll(hosts, claim, signal, log);
  }
  return undefined;
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

async function isLost(
  { api }: Pick<Host, 'api'>,
  held: Held,
  signal: AbortSignal,
): Promise<boolean> {
  // Both are the time of this one engine.
  const now = await readTime(api, signal);
  return now.getTime() - Date.parse(held.created) > LEASE_MS;
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

/** The lock of a host, ours or not, after the attempt to make it. */
async function tryOne(host: Host, claim: FormingRequest, signal: AbortSignal): Promise<Held> {
  const { name, api } = host;
  const found = await readHeld(api, signal);
  if (found) return found;
  const { owner, token, url, attempt } = claim;
  const Labels = {
    ...ownerLabels(owner),
    [TOKEN_LABEL]: token,
    ...(attempt === undefined ? {} : { [ATTEMPT_LABEL]: attempt }),
    ...(url === undefined ? {} : { [URL_LABEL]: url }),
  };
  let made: Held | undefined;
  for (let tries = 1; !made; tries += 1) {
    const isLost = await createLock(api, Labels, signal);
    made = await readHeld(api, signal);
    if (!isLost || tries === TRIES) break;
  }
  if (made) return made;
  throw new ActionError(
    `The lock of ${name} cannot be taken: the volume ${VOLUME} has its name, and not its form.`,
    {
      hint: `Nothing was changed. See what it is (docker volume inspect ${VOLUME}). Remove it if nothing needs it (docker volume rm ${VOLUME}), then run again.`,
    },
  );
}

/** Gives whether the answer was lost: it may be there all the same. */
async function createLock(api: EngineApi, Labels: Labels, signal: AbortSignal): Promise<boolean> {
  try {
    await api.post('/volumes/create', {}, { Name: VOLUME, Labels }, { signal });
    return false;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return true;
  }
}

async function readHeld(api: EngineApi, signal: AbortSignal): Promise<Held | undefined> {
  const filters = JSON.stringify({ name: [VOLUME] });
  const { Volumes } = await api.get('/volumes', { filters }, volumes, { signal });
  const found = Volumes?.find(({ Name }) => Name === VOLUME);
  const labels = found?.Labels ?? {};
  const owner = ownerOf(labels);
  if (!found || !owner?.run || !labels[TOKEN_LABEL]) return undefined;
  return { labels, owner, created: found.CreatedAt };
}

function remove(api: EngineApi, signal: AbortSignal): Promise<boolean> {
  return deleteIfThere(api, `/volumes/${VOLUME}`, signal);
}

function outOfTime(other: string, timeoutMs: number): HostsBusy {
  return new HostsBusy(`${other} It did not end within ${formatDuration(timeoutMs)}.`, {
    status: 'timeout',
    hint: `Nothing of the hosts was changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on the host: docker volume rm ${VOLUME}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
  });
}
