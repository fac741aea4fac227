import * as z from 'zod';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type EngineApi, NoAnswer } from '../../engine/api.ts';
import type { Labels } from '../../machines/ownership.ts';
import { isOutdated } from '../membership.ts';

// Labels that several write are changed by what they are at that moment: the engine refuses a
// change that was meant for an earlier version.

const POLL_MS = 100;
/** How often a change is begun while others change the same, unless told. */
const TRIES = 20;

const versioned = z.object({
  Version: z.object({ Index: z.number() }),
  // Handed back whole by an update: what we do not know of must survive it.
  Spec: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
});

interface ChangeOptions {
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
  readonly tries?: number | undefined;
}

/**
 * Gives a node the labels that `change` makes of those which it has, told to a manager. It is
 * called again where somebody else has changed the node meanwhile, and what it throws ends the
 * attempt. Nothing is written where nothing changes.
 */
export function changeNodeLabels(
  api: Pick<EngineApi, 'get' | 'post'>,
  id: string,
  change: (labels: Labels) => Labels,
  options: ChangeOptions,
): Promise<void> {
  return changeLabels(
    api,
    { read: `/nodes/${id}`, update: `/nodes/${id}/update` },
    change,
    options,
  );
}

/** The same for the labels of the swarm itself. */
export function changeSwarmLabels(
  api: Pick<EngineApi, 'get' | 'post'>,
  change: (labels: Labels) => Labels,
  options: ChangeOptions,
): Promise<void> {
  return changeLabels(api, { read: '/swarm', update: '/swarm/update' }, change, options);
}

async function changeLabels(
  api: Pick<EngineApi, 'get' | 'post'>,
  path: { readonly read: string; readonly update: string },
  change: (labels: Labels) => Labels,
  { signal, clock = systemClock, tries = TRIES }: ChangeOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { Version, Spec } = await api.get(path.read, {}, versioned, { signal });
    const before = Spec.Labels ?? {};
    const Labels = change(before);
    if (isSameLabels(before, Labels)) return;
    try {
      const query = { version: String(Version.Index) };
      return await api.post(path.update, query, { ...Spec, Labels }, { signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!isWorthAnother(error) || attempt === tries) throw error;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** Somebody was faster; or it is not known whether it was changed, which is asked. */
function isWorthAnother(error: unknown): boolean {
  return error instanceof NoAnswer || isOutdated(error);
}

export function isSameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys({ ...a, ...b });
  return keys.every((key) => a[key] === b[key]);
}
