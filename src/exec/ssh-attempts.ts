import { setTimeout as pause } from 'node:timers/promises';
import { ActionError } from '../errors.ts';
import { limit } from './limit.ts';
import type { SshLink } from './ssh-connect.ts';
import { connectThrough } from './ssh-jump.ts';
import type { SshTarget } from './ssh-target.ts';

/** How the attempts to connect went so far. */
export interface Attempts {
  readonly count: number;
  /** What the latest that came to an end failed with. */
  readonly last: unknown;
}

/**
 * Connects, and goes on trying, until `timeoutMs` is over: then it rejects with what `timedOut` makes of the attempts. Rejects at once
 * where another attempt cannot help (`connectThrough` throws an `ActionError`), and with a signal's reason on abort.
 * `told` is given the attempts after each.
 */
export async function connectPatiently(
  target: SshTarget,
  options: {
    readonly signals: readonly AbortSignal[];
    readonly timeoutMs: number;
    /** Between two attempts, in ms: the first pause, which doubles each time up to the longest. */
    readonly pauseMs: { readonly first: number; readonly longest: number };
    readonly timedOut: (attempts: Attempts) => ActionError;
    readonly told?: (attempts: Attempts) => void;
  },
): Promise<SshLink> {
  const { pauseMs, timedOut, told } = options;
  let attempts: Attempts = { count: 0, last: undefined };
  using bounds = limit(options.signals, options.timeoutMs, () => timedOut(attempts));
  for (let pausing = pauseMs.first; ; pausing = Math.min(pausing * 2, pauseMs.longest)) {
    attempts = { ...attempts, count: attempts.count + 1 };
    try {
      return await connectThrough(target, bounds.signal);
    } catch (error) {
      if (error instanceof ActionError || bounds.signal.aborted) throw error;
      attempts = { ...attempts, last: error };
    }
    told?.(attempts);
    await pause(pausing, undefined, { signal: bounds.signal }).catch(() => {});
    bounds.signal.throwIfAborted();
  }
}
