import { setTimeout as pause } from 'node:timers/promises';
import { ActionError } from '../base/errors.ts';
import { limit } from '../base/time-limit.ts';
import { LoginCut, type SshLink } from './handshake.ts';
import { connectThrough } from './jump.ts';
import { type SshTarget, where } from './target.ts';

/** After a login that was cut, in ms. */
const CUT_PAUSE_MS = 1_000;

/** How the attempts to connect went so far. */
export interface Attempts {
  readonly count: number;
  /** What the latest that came to an end failed with. */
  readonly last: unknown;
}

/**
 * Connects, and goes on trying, until `timeoutMs` is over: then it rejects with what `timedOut`
 * makes of the attempts. Rejects at once where another attempt cannot help (`connectThrough` throws
 * an `ActionError`), and with a signal's reason on abort. `onAttempt` is called with the attempts after each.
 */
export async function connectPatiently(
  target: SshTarget,
  options: {
    readonly signals: readonly AbortSignal[];
    readonly timeoutMs: number;
    /** Between two attempts, in ms: the first pause, which doubles each time up to the longest. */
    readonly pauseMs: { readonly first: number; readonly longest: number };
    readonly timedOut: (attempts: Attempts) => ActionError;
    readonly onAttempt?: ((attempts: Attempts) => void) | undefined;
    /**
     * How long a host may end connections while it judges the login, in ms; as long as it is tried
     * where nothing is said.
     */
    readonly loginCutMs?: number | undefined;
  },
): Promise<SshLink> {
  const { pauseMs, timedOut, onAttempt } = options;
  let attempts: Attempts = { count: 0, last: undefined };
  let cutSince: number | undefined;
  let cut: LoginCut | undefined;
  using bounds = limit(options.signals, options.timeoutMs, () => timedOut(attempts));
  for (let pausing = pauseMs.first; ; pausing = Math.min(pausing * 2, pauseMs.longest)) {
    attempts = { ...attempts, count: attempts.count + 1 };
    try {
      return await connectThrough(target, bounds.signal);
    } catch (error) {
      if (error instanceof ActionError || bounds.signal.aborted) throw error;
      attempts = { ...attempts, last: error };
      if (error instanceof LoginCut) cut = error;
      if (cut) {
        cutSince ??= performance.now();
        const cutMs = performance.now() - cutSince;
        const limitMs = options.loginCutMs ?? Number.POSITIVE_INFINITY;
        if (cutMs >= limitMs) throw letNobodyIn(target, cut);
      }
    }
    onAttempt?.(attempts);
    // sshd (PerSourcePenalties) soon takes no connections from who does that often.
    await pause(cut ? Math.max(pausing, CUT_PAUSE_MS) : pausing, undefined, {
      signal: bounds.signal,
    }).catch(() => {});
    bounds.signal.throwIfAborted();
  }
}

function letNobodyIn(target: SshTarget, cut: LoginCut): ActionError {
  return new ActionError(
    `${where(target)} ends the connection while it judges the login of user ${target.user}`,
    {
      details: cut.banner || 'It said nothing.',
      hint: `So does PAM with an account that has expired (chage -l ${target.user}). So does PAM with one that may log in only at other times or from elsewhere. It also does while /etc/nologin or /run/nologin exists. The reason is in the log of its sshd.`,
      cause: cut,
    },
  );
}
