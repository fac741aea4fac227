import type { Clock } from '../../../base/clock.ts';

/** How fast calls may follow each other: so many at once, and then one every `everyMs`. */
interface Pace {
  readonly burst: number;
  readonly everyMs: number;
}

/**
 * Gives what each order waits for, in the turn in which they ask: then a vendor refuses none of them
 * for coming too early. It rejects with the reason of the signal.
 */
export function orderPace(
  clock: Clock,
  { burst, everyMs }: Pace,
): (signal?: AbortSignal) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY;
  return async (signal) => {
    const now = clock.now();
    last = Math.max(last + everyMs, now);
    const waitMs = last - (burst - 1) * everyMs - now;
    if (waitMs > 0) await clock.sleep(waitMs, signal);
  };
}
