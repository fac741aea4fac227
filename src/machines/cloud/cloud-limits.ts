import type { Clock } from '../../base/clock.ts';
import type { Bounds } from './cloud-client.ts';

/** The most that a question may take, in ms. */
export const QUESTION_MS = 60_000;
/** The most that making a machine, or what machines share, may take, in ms. */
export const MAKING_MS = 300_000;
/** The most that a removal may take, in ms: post is cut after five minutes in all. */
export const REMOVAL_MS = 270_000;

/** From now on for `limitMs`, or until the signal. */
export function boundsFor(clock: Clock, limitMs: number, signal?: AbortSignal): Bounds {
  return { signal: signal ?? new AbortController().signal, deadline: clock.now() + limitMs };
}
