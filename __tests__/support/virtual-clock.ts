import type { Clock } from '../../src/base/clock.ts';

/**
 * A clock on which time passes only while everybody waits for it: as soon as nothing else is left
 * to do, the nearest sleeper wakes.
 */
export function virtualClock(): Clock {
  let now = 0;
  let due = false;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();

  const wakeNearest = () => {
    due = false;
    const [nearest] = [...sleepers].sort((a, b) => a.at - b.at);
    if (!nearest) return;
    now = Math.max(now, nearest.at);
    nearest.wake();
    schedule();
  };
  const schedule = () => {
    if (due || sleepers.size === 0) return;
    due = true;
    setImmediate(wakeNearest);
  };

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
        schedule();
      }),
  };
}
