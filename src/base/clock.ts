import { setTimeout as wait } from 'node:timers/promises';

/** Time as the waiting code sees it; tests bring their own. */
export interface Clock {
  /** ms since some fixed moment; never goes back. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};

interface Wait {
  readonly clock: Clock;
  /** Ends the wait; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Between two looks, in ms. */
  readonly everyMs: number;
}

/**
 * Looks at once, and again and again until what is seen is enough, or `limitMs` are over. Gives
 * what was seen last: after the time limit it is not enough, and the caller says what that means.
 */
export async function until<T>(
  look: () => Promise<T>,
  isEnough: (seen: T) => boolean,
  { clock, signal, limitMs, everyMs }: Wait & { readonly limitMs: number },
): Promise<T> {
  const end = clock.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (isEnough(seen) || clock.now() > end) return seen;
    await clock.sleep(everyMs, signal);
  }
}

/**
 * Looks until nothing has moved for `quietMs`, or `limitMs` are over, where there is such a limit.
 * `hasMoved` may also end the wait by what it throws.
 */
export async function untilQuiet(
  hasMoved: () => Promise<boolean>,
  {
    clock,
    signal,
    quietMs,
    limitMs = Number.POSITIVE_INFINITY,
    everyMs,
  }: Wait & { readonly quietMs: number; readonly limitMs?: number | undefined },
): Promise<void> {
  const end = clock.now() + limitMs;
  for (let since = clock.now(); clock.now() - since < quietMs && clock.now() < end; ) {
    if (await hasMoved()) since = clock.now();
    await clock.sleep(everyMs, signal);
  }
}
