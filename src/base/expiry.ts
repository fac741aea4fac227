import { formatSpan } from './duration.ts';

/**
 * The RFC 3339 time, to the second, at which something that is made or renewed now has lived for
 * `ttlMs`.
 */
export function expiryAfter(ttlMs: number, now: Date): string {
  return new Date(now.getTime() + ttlMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Whether the time has come; a text that is no time never does. */
export function hasPassed(expires: string, now: Date): boolean {
  return Date.parse(expires) <= now.getTime();
}

/**
 * What is left until then, for people: `23 h 59 min`, or `expired 3 h ago` once it has passed;
 * empty where the text is no time.
 */
export function lifeLeft(expires: string, now: Date): string {
  const leftMs = Date.parse(expires) - now.getTime();
  if (Number.isNaN(leftMs)) return '';
  return leftMs > 0 ? formatSpan(leftMs) : `expired ${formatSpan(-leftMs)} ago`;
}
