/** Admits a bounded number at once, first come, first served. */
export interface Slots {
  /** How many are held. */
  readonly used: number;
  /** Whether the next one would have to wait. */
  readonly isFull: boolean;
  /** Resolves with a slot held; rejects with the signal's reason, and then holds none. */
  acquire(signal: AbortSignal): Promise<void>;
  release(): void;
  /** Admits no more than `limit` (1 at least) from now on. Those that hold a slot keep it. */
  lower(limit: number): void;
}

/**
 * Makes `limit` slots. Not p-limit: a waiting one must go on abort, and the limit follows what the
 * server admits.
 */
export function slots(limit: number): Slots {
  const waiting = new Set<() => void>();
  let used = 0;

  const admit = (): void => {
    for (const one of waiting) {
      if (used >= limit) return;
      waiting.delete(one);
      used += 1;
      one();
    }
  };

  return {
    get used() {
      return used;
    },
    get isFull() {
      return used >= limit;
    },
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const onAbort = (): void => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        const enter = (): void => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        };
        signal.addEventListener('abort', onAbort, { once: true });
        waiting.add(enter);
        admit();
      }),
    release: () => {
      used -= 1;
      admit();
    },
    lower: (to) => {
      limit = Math.max(1, Math.min(limit, to));
    },
  };
}
