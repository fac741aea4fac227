import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 60_000;
const POLL_MS = 100;

/**
 * Asks until the answer is yes, at most half of the time: a question is mostly two docker clients,
 * which take the machine's time from what is waited for, and on a busy machine from all other
 * tests. Between two questions are `pollMs` at least. Rejects with `what` where it was not within a
 * minute, or `limitMs`.
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
  pollMs = POLL_MS,
): Promise<void> {
  const limit = performance.now() + limitMs;
  for (;;) {
    const asked = performance.now();
    if (await condition()) return;
    const now = performance.now();
    if (now > limit) throw new Error(`Not within ${limitMs / 1_000} s: ${what}`);
    await pause(Math.max(pollMs, now - asked));
  }
}

/** Resolves once a `ttl: 1s` that a run has written before is over, by the clock of this machine. */
export async function untilTtlIsOver(): Promise<void> {
  const end = Date.now() + 1_000;
  await until('a ttl of one second is over', () => Date.now() > end);
}
