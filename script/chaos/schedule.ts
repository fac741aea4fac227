import type { Random } from './random.ts';

/** Gives who acts next. */
export interface Schedule<T> {
  /** The first in line that is idle; undefined where nobody is. */
  next(isIdle: (one: T) => boolean): T | undefined;
}

/**
 * Everybody once in each round, in an order of the stream. Who is busy is passed over, and keeps
 * the place.
 */
export function createSchedule<T>(all: readonly T[], random: Random): Schedule<T> {
  const line: T[] = [];
  return {
    next(isIdle) {
      if (!all.some(isIdle)) return undefined;
      for (;;) {
        const at = line.findIndex(isIdle);
        if (at >= 0) return line.splice(at, 1)[0];
        line.push(...random.shuffled(all));
      }
    },
  };
}
