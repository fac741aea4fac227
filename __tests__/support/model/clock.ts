import type { Clock } from '../../../src/base/clock.ts';

/** The Unix time, in ms, at which each model begins. */
const BEGIN = Date.UTC(2026, 0, 1);
/**
 * Between two renewals of a lock: no run here lasts until one is due, unless its waiting for
 * something else passes that moment.
 */
const LONG_MS = 5_000;
/**
 * What passes at least while somebody waits, in ms: the machines are slow ones, so that nothing is
 * asked again ten times in vain.
 */
const STEP_MS = 700;
/**
 * How many turns of the event loop nothing has to be asked in before everybody is taken to wait.
 */
const QUIET_TURNS = 6;

export interface ModelClock extends Clock {
  /** What the machines of the model take for the time. */
  date(): Date;
  /** To be told of every call: as long as there are some, no time passes. */
  touch(): void;
}

interface Sleeper {
  readonly at: number;
  readonly isLong: boolean;
  readonly wake: () => void;
}

/**
 * Time passes only while everybody waits for it, and then at once up to the moment that somebody
 * waits for. `longMs`: what nobody is to wait for alone. `stepMs`: what passes at least.
 */
export function modelClock(longMs = LONG_MS, stepMs = STEP_MS): ModelClock {
  let now = 0;
  let quiet = 0;
  let isDue = false;
  const sleepers = new Set<Sleeper>();

  const turn = () => {
    isDue = false;
    quiet += 1;
    if (quiet > QUIET_TURNS) wakeNearest();
    schedule();
  };
  const wakeNearest = () => {
    const all = [...sleepers].sort((a, b) => a.at - b.at);
    // One that sleeps long wakes only where the time of a shorter sleep comes past it.
    if (all.every(({ isLong }) => isLong)) return;
    const [nearest] = all;
    if (!nearest) return;
    now = Math.max(now + stepMs, nearest.at);
    nearest.wake();
    quiet = 0;
  };
  const schedule = () => {
    if (isDue || [...sleepers].every(({ isLong }) => isLong)) return;
    isDue = true;
    setImmediate(turn);
  };

  return {
    now: () => now,
    date: () => new Date(BEGIN + now),
    touch: () => {
      quiet = 0;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          at: now + ms,
          isLong: ms >= longMs,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
        quiet = 0;
        schedule();
      }),
  };
}
