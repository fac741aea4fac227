/**
 * One signal for all the reasons to stop; `[Symbol.dispose]` lets go of its timer and its
 * listeners.
 */
export interface Limit extends Disposable {
  readonly signal: AbortSignal;
  /** Stops with a reason of one's own. The first reason stays. */
  stop(reason: unknown): void;
}

/**
 * Joins the caller's signals with a time limit in ms. Unlike `AbortSignal.any` with
 * `AbortSignal.timeout` it leaves nothing behind: thousands of commands may run under one signal
 * that lives as long as the job.
 */
export function limit(
  signals: readonly (AbortSignal | undefined)[],
  timeoutMs: number,
  timedOut: () => Error,
): Limit {
  const controller = new AbortController();
  const stop = (reason: unknown): void => controller.abort(reason);
  const undo: (() => void)[] = [];
  for (const signal of signals) {
    if (!signal) continue;
    if (signal.aborted) stop(signal.reason);
    const onAbort = (): void => stop(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    undo.push(() => signal.removeEventListener('abort', onAbort));
  }
  const timer = setTimeout(() => stop(timedOut()), timeoutMs);
  undo.push(() => clearTimeout(timer));
  return {
    signal: controller.signal,
    stop,
    [Symbol.dispose]: () => {
      for (const one of undo) one();
    },
  };
}

/**
 * How long something that was taken may take to be let go: `usualMs`, and once `signal` has aborted
 * no longer than `abortedMs`, since a step that is cancelled is ended soon.
 */
export function releaseLimit(
  signal: AbortSignal,
  { usualMs, abortedMs }: { readonly usualMs: number; readonly abortedMs: number },
): Limit {
  const timedOut = () => new Error('It was not let go in time.');
  const whole = limit([], signal.aborted ? abortedMs : usualMs, timedOut);
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => whole.stop(timedOut()), abortedMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    ...whole,
    [Symbol.dispose]: () => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(timer);
      whole[Symbol.dispose]();
    },
  };
}

/**
 * Settles as `promise` does, or rejects with the signal's reason if that comes first. Lets go of
 * the signal in both cases.
 */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
