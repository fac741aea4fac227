import { randomInt } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../clock.ts';
import { formatDuration } from '../duration.ts';
import { ActionError } from '../errors.ts';
import { type EngineApi, NoAnswer } from '../exec/engine-api.ts';
import { deleteIfThere } from '../exec/engine-delete.ts';
import {
  type ClusterId,
  type Labels,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../machines/labels.ts';
import type { ConnectedMachine } from '../machines/ready.ts';

// One run at a time makes a swarm of hosts: until there is one, only the engine of each host can be asked. The lock is a volume without content,
// because an engine has one volume of a name: who creates it a second time gets the first one, with the labels of the first.

const VOLUME = 'swarm-up-forming';
const TOKEN_LABEL = 'swarm-up.forming';
const ATTEMPT_LABEL = 'swarm-up.forming.attempt';
const URL_LABEL = 'swarm-up.forming.url';

/** How long a run may take to form a swarm, in ms, before others take it for lost: labels of a volume cannot be renewed. */
const LEASE_MS = 300_000;
const POLL_MS = 500;

type Host = Pick<ConnectedMachine, 'name' | 'api'>;

/** What a run says of itself where it forms a swarm. */
export interface FormingClaim {
  readonly owner: Owner;
  /** Known to nobody else. */
  readonly token: string;
  /** Of the run on GitHub, for whoever waits. */
  readonly url: string | undefined;
  readonly attempt: string | undefined;
}

interface WaitOptions {
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
const info = z.object({ SystemTime: z.string() });

/** Of a lock that is there. */
interface Held {
  readonly labels: Labels;
  readonly owner: Owner;
  readonly created: string;
}

/**
 * Takes the lock of every host, or waits, with none of them, until the run that has one lets go of it. One that is older than `LEASE_MS`, or of an
 * earlier attempt of the same step, is broken.
 * Throws `ActionError` that names the other run when the time is up, and where something else has the name of the lock.
 */
export async function takeHosts(
  hosts: readonly Host[],
  claim: FormingClaim,
  { timeoutMs, clock, signal, log }: WaitOptions,
): Promise<void> {
  const until = clock.now() + timeoutMs;
  let told = '';
  for (;;) {
    const other = await tryAll(hosts, claim, signal, log);
    if (!other) return;
    await letHostsGo(hosts, claim.token, signal);
    if (clock.now() >= until) throw outOfTime(other, timeoutMs);
    if (told !== other) {
      log.info(`${other} This run waits for it.`);
      told = other;
    }
    // Two that have each a lock which the other needs would else meet again and again.
    await clock.sleep(POLL_MS + randomInt(POLL_MS), signal);
  }
}

/** Lets go of the locks that are ours. */
export async function letHostsGo(
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
 * Removes the lock that a run of a cluster which was lost has left on a host; with `run` only where it was that one. Gives whether there was one.
 */
export async function removeLeftLock(
  { api }: Pick<Host, 'api'>,
  { cluster, repository, run }: ClusterId & { readonly run?: string },
  signal: AbortSignal,
): Promise<boolean> {
  const held = await readHeld(api, signal);
  const isOwn = held?.owner.cluster === cluster && held.owner.repository === repository;
  const isMeant = isOwn && (run === undefined || held.owner.run === run);
  return isMeant && (await remove(api, signal));
}

/** Who has the lock of one of them, as a sentence; undefined where all are ours now. */
async function tryAll(
  hosts: readonly Host[],
  claim: FormingClaim,
  signal: AbortSignal,
  log: WaitOptions['log'],
): Promise<string | undefined> {
  // In the same order in every run.
  for (const host of hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const held = await tryOne(host, claim, signal);
    if (held.labels[TOKEN_LABEL] === claim.token) continue;
    // Both are the time of this one engine.
    const { SystemTime } = await host.api.get('/info', {}, info, { signal });
    const ageMs = Math.max(0, Date.parse(SystemTime) - Date.parse(held.created));
    const { run } = held.owner;
    const url = held.labels[URL_LABEL];
    const who = `Another run forms a swarm of ${host.name}: ${run}${url === undefined ? '' : ` (${url})`}, since ${held.created}.`;
    const attempt = held.labels[ATTEMPT_LABEL];
    const isEarlier = run === claim.owner.run && attempt !== claim.attempt;
    if (!isEarlier && !(ageMs > LEASE_MS)) return who;
    log.warning(`${who} It is taken for lost, and its lock is broken.`);
    await remove(host.api, signal);
    return await tryAll(hosts, claim, signal, log);
  }
  return undefined;
}

/** The lock of a host, ours or not, after the attempt to make it. */
async function tryOne(host: Host, claim: FormingClaim, signal: AbortSignal): Promise<Held> {
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
  try {
    await api.post('/volumes/create', {}, { Name: VOLUME, Labels }, { signal });
  } catch (error) {
    // It may be there all the same.
    if (!(error instanceof NoAnswer)) throw error;
  }
  const made = await readHeld(api, signal);
  if (made) return made;
  throw new ActionError(
    `The lock of ${name} cannot be taken: the volume ${VOLUME} has its name, and not its form.`,
    {
      hint: `Nothing was changed. See what it is (docker volume inspect ${VOLUME}), remove it if nothing needs it (docker volume rm ${VOLUME}), then run again.`,
    },
  );
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

function outOfTime(other: string, timeoutMs: number): ActionError {
  return new ActionError(`${other} It did not end within ${formatDuration(timeoutMs)}.`, {
    status: 'timeout',
    hint: `Nothing was changed. Raise \`lock-timeout\`; or, if that run is dead, remove its lock on the host: docker volume rm ${VOLUME}. \`concurrency:\` in the workflow keeps runs from meeting at all.`,
  });
}
