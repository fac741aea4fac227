import type { Clock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import type { Bounds } from './cloud-client.ts';
import { isUnclear } from './cloud-error.ts';

const ATTEMPTS = 5;
const PAUSE_MS = 2_000;

/** Something of which the vendor lets only one of a name exist. */
export interface Wanted<T> {
  /** For messages: `network su-42-shop`. */
  readonly what: string;
  /** For messages: how a person removes it. */
  readonly hint: string;
  /** Finds what has the name now. */
  find(): Promise<T | undefined>;
  create(): Promise<T>;
  /** Whether it was made for this cluster. */
  isOurs(found: T): boolean;
  /** Whether the vendor refused because something has the name. */
  isTaken(error: unknown): boolean;
  /** Whether what has the name is on its way out, so that the name is free soon. */
  isLeaving?(found: T): boolean;
}

/**
 * Makes what is wanted, or adopts what is there already under its name: from an earlier run, or
 * from a call whose answer was lost. Throws `ActionError` if what has the name belongs to somebody
 * else, and what `create` throws otherwise.
 */
export async function createOrAdopt<T>(
  wanted: Wanted<T>,
  { clock, bounds }: { readonly clock: Clock; readonly bounds: Bounds },
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await wanted.create();
    } catch (error) {
      if (!wanted.isTaken(error) && !isUnclear(error)) throw error;
      const found = await wanted.find();
      const isLeaving = found !== undefined && (wanted.isLeaving?.(found) ?? false);
      if (found !== undefined && !isLeaving) return adopted(wanted, found, error);
      if (attempt === ATTEMPTS || clock.now() + PAUSE_MS >= bounds.deadline) throw error;
      await clock.sleep(PAUSE_MS, bounds.signal);
    }
  }
}

/** As `createOrAdopt`, and looks first: for what mostly exists. */
export async function adoptOrCreate<T>(
  wanted: Wanted<T>,
  how: { readonly clock: Clock; readonly bounds: Bounds },
): Promise<T> {
  const found = await wanted.find();
  if (found === undefined || wanted.isLeaving?.(found)) return await createOrAdopt(wanted, how);
  return adopted(wanted, found);
}

function adopted<T>({ isOurs, what, hint }: Wanted<T>, found: T, cause?: unknown): T {
  if (isOurs(found)) return found;
  throw new ActionError(`The ${what} exists and is not of this cluster.`, {
    details: 'Its labels name another owner, or none.',
    hint,
    cause,
  });
}
