import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 60_000;
/** A question is mostly two docker clients, which take the machine's time from what is waited for. */
const POLL_MS = 100;

/** Asks until the answer is yes. Rejects with `what` where it was not within a minute, or `limitMs`. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error(`Not within ${limitMs / 1_000} s: ${what}`);
    await pause(POLL_MS);
  }
}
