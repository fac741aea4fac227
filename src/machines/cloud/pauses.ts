/** How much longer each pause is than the one before, at most how long, in ms. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * The pause before a call is repeated, in ms: doubled each time up to a minute, and by up to half
 * shorter at random, so that calls that failed together do not come together again.
 */
export function backoffMs(attempt: number, random: () => number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return Math.round(whole * (1 - random() / 2));
}

/**
 * How long the vendor asks to wait, in ms; undefined if it names no time. `RateLimit-Reset` may be
 * the time at which all calls are allowed again, while single ones are allowed much earlier: more
 * than a minute is never waited because of it.
 */
export function namedPauseMs(headers: Headers, now: () => number): number | undefined {
  const after = Number(headers.get('retry-after') ?? Number.NaN);
  if (after >= 0) return after * 1_000;
  const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN);
  if (!(reset > 0)) return undefined;
  // Both are the vendor's own time, whatever the clock of this runner says.
  const told = Date.parse(headers.get('date') ?? '');
  const left = reset * 1_000 - (Number.isNaN(told) ? now() : told);
  return Math.min(LONGEST_MS, Math.max(0, left));
}
