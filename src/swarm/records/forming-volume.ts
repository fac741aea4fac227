import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { type EngineApi, NoAnswer } from '../../engine/api.ts';
import { deleteIfThere } from '../../engine/delete.ts';
import { readTime } from '../../engine/wall-clock.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import { type Labels, type Owner, ownerLabels, ownerOf } from '../../machines/ownership.ts';

// One run at a time makes a swarm of hosts, or takes it apart: if there is none, only the engine of
// each host can be asked. The lock is a volume without content, because an engine has one volume of
// a name: who creates it a second time gets the first one, with its labels.

export const VOLUME = 'swarm-up-forming';
export const TOKEN_LABEL = 'swarm-up.forming';
export const ATTEMPT_LABEL = 'swarm-up.forming.attempt';
export const URL_LABEL = 'swarm-up.forming.url';

/**
 * How long a run may hold hosts, in ms, before others take it for lost: labels of a volume cannot
 * be renewed.
 */
const LEASE_MS = 300_000;
/** How often a lock is made whose answer is lost. */
const TRIES = 3;

export type Host = Pick<ConnectedMachine, 'name' | 'api'>;

/** What a run says of itself while it forms a swarm or takes one apart. */
export interface FormingRequest {
  readonly owner: Owner;
  /** Known to nobody else. */
  readonly token: string;
  /** Of the run on GitHub, for whoever waits. */
  readonly url: string | undefined;
  readonly attempt: string | undefined;
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
export interface Held {
  readonly labels: Labels;
  readonly owner: Owner;
  readonly created: string;
}

/** Whether the run that took a lock is taken for lost, by the clock of the host itself. */
export async function isLost(
  { api }: Pick<Host, 'api'>,
  held: Held,
  signal: AbortSignal,
): Promise<boolean> {
  // Both are the time of this one engine.
  const now = await readTime(api, signal);
  return now.getTime() - Date.parse(held.created) > LEASE_MS;
}

/** The lock of a host, ours or not, after the attempt to make it. */
export async function tryOne(
  host: Host,
  claim: FormingRequest,
  signal: AbortSignal,
): Promise<Held> {
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

/** The lock of a host; undefined where there is none, or what has its name is no lock. */
export async function readHeld(api: EngineApi, signal: AbortSignal): Promise<Held | undefined> {
  const filters = JSON.stringify({ name: [VOLUME] });
  const { Volumes } = await api.get('/volumes', { filters }, volumes, { signal });
  const found = Volumes?.find(({ Name }) => Name === VOLUME);
  const labels = found?.Labels ?? {};
  const owner = ownerOf(labels);
  if (!found || !owner?.run || !labels[TOKEN_LABEL]) return undefined;
  return { labels, owner, created: found.CreatedAt };
}

/** Gives whether there was one. */
export function removeLock(api: EngineApi, signal: AbortSignal): Promise<boolean> {
  return deleteIfThere(api, `/volumes/${VOLUME}`, signal);
}
