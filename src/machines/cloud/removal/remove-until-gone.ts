import type { Clock } from '../../../base/clock.ts';
import type { ActionError } from '../../../base/errors.ts';
import type { Bounds } from '../cloud-client.ts';

/** Between two looks, in ms. What a vendor makes or removes in the background may not be in one. */
const LOOK_MS = 2_000;
/** How many looks in a row have to find nothing. */
export const EMPTY_LOOKS = 2;

/** The removal of a cluster, as its vendor does it. */
export interface Removal {
  /** Looks, and asks to remove what is there. Gives whether nothing was, and nothing is unknown. */
  round(): Promise<boolean>;
  /** Whether only a person can remove what is left, so that another round is in vain. */
  isStuck(): boolean;
  /** The error that names what is left. */
  incomplete(): ActionError;
}

/**
 * Goes on until two looks in a row find nothing. Throws what `incomplete` gives as soon as the
 * removal is stuck, or no time is left for another round, and what `round` throws.
 */
export async function removeUntilGone(
  removal: Removal,
  { clock, bounds }: { readonly clock: Clock; readonly bounds: Bounds },
): Promise<void> {
  for (let empty = 0; empty < EMPTY_LOOKS; ) {
    empty = (await removal.round()) ? empty + 1 : 0;
    if (empty === EMPTY_LOOKS) return;
    // The next look, too, needs time for its calls.
    const isOver = clock.now() + 2 * LOOK_MS > bounds.deadline;
    if (isOver || removal.isStuck()) throw removal.incomplete();
    await clock.sleep(LOOK_MS, bounds.signal);
  }
}
