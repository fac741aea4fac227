import { UnreachableError } from '../base/unreachable.ts';
import { connectPatiently } from './attempts.ts';
import type { SshExecutor } from './executor.ts';
import { type Reconnect, sshExecutor } from './executor.ts';
import { wordsOf } from './lost-connection.ts';
import { type SshTarget, where } from './target.ts';

export type { SshTarget } from './target.ts';

/**
 * Between two attempts, in ms. A host that boots answers at once when it is ready, and a refused
 * attempt costs it nothing.
 */
const PAUSE_MS = 75;

/**
 * How long a host that was there before may end connections while it judges the login, in ms. A
 * machine that boots does so until it is up.
 */
const LOGIN_CUT_MS = 5_000;

/**
 * Connects to a machine, and goes on trying while it boots (connection refused, reset, no answer),
 * until `timeoutMs` is over. Rejects with `ActionError`: at once where the host key is not the
 * expected one, the login is refused, a jump host lets nothing through, or the host name is
 * unknown; at the end of the time with what was last seen. Rejects with the signal's reason on
 * abort. With `reconnect` the executor connects again when the connection is lost, as long as the
 * signal is not aborted.
 */
export async function connectSsh(
  target: SshTarget,
  options: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    readonly reconnect?: Omit<Reconnect, 'signal'> | undefined;
  },
): Promise<SshExecutor> {
  const { signal, timeoutMs, reconnect } = options;
  const link = await connectPatiently(target, {
    signals: [signal],
    timeoutMs,
    pauseMs: { first: PAUSE_MS, longest: PAUSE_MS },
    loginCutMs: reconnect && LOGIN_CUT_MS,
    timedOut: ({ count, last }) =>
      new UnreachableError(`${where(target)} did not answer SSH within ${timeoutMs / 1000} s`, {
        details: `after ${count} attempts, the last: ${wordsOf(last)}`,
        hint: 'Check that the machine runs, that sshd listens there, and that no firewall stands between.',
        cause: last,
      }),
  });
  return sshExecutor(target, link, reconnect && { ...reconnect, signal });
}
