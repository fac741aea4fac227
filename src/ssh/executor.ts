import { Readable } from 'node:stream';
import { ActionError } from '../base/errors.ts';
import { unlessAborted } from '../base/time-limit.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor, RunOptions } from '../exec/executor.ts';
import { abandonInput } from '../exec/stdin.ts';
import { type Attempts, connectPatiently } from './attempts.ts';
import type { SshLink } from './handshake.ts';
import { LostConnection, wordsOf } from './lost-connection.ts';
import { sshSession } from './session.ts';
import { type SshTarget, where } from './target.ts';

/** How a lost connection is re-established. */
export interface Reconnect {
  readonly signal: AbortSignal;
  /** How long it is tried, in ms, from when a command first wants it. */
  readonly limitMs: number;
  /** Told that the connection is lost, as soon as a command wants it. */
  readonly info: (line: string) => void;
  /** Told that it is back. */
  readonly warning: (message: string) => void;
}

/**
 * Quick at first, since most cuts are short. Later slowly: to a host that counts failed connections
 * it must not look like an attack.
 */
const PAUSE_MS = { first: 75, longest: 2_000 };

/** How often one command is begun: a connection that is lost each time is no connection. */
const TRIES = 4;

interface Outage {
  readonly since: number;
  readonly reason: unknown;
  attempts: Attempts;
}

/**
 * Runs commands over a connection, and with `reconnect` over the next one when it was lost. The
 * next one is made when a command wants it, once for all that wait. A command that was not sent, or
 * is repeatable, is begun again; any other fails with `LostConnection`.
 */
export function sshExecutor(
  target: SshTarget,
  link: SshLink,
  reconnect: Reconnect | undefined,
): SshExecutor {
  const closing = new AbortController();
  let session = sshSession(target, link);
  let outage: Outage | undefined;
  let returning: Promise<void> | undefined;
  let failure: unknown;

  const watch = (): void => {
    const { lost } = session;
    const onLost = (): void => {
      outage = {
        since: performance.now(),
        reason: lost.reason,
        attempts: { count: 0, last: undefined },
      };
    };
    if (lost.aborted) onLost();
    else lost.addEventListener('abort', onLost, { once: true });
  };
  watch();

  /**
   * Resolves when there is a connection, or none is to be made: then the command fails with what
   * became of the last one.
   */
  async function ready(signal: AbortSignal | undefined): Promise<void> {
    closing.signal.throwIfAborted();
    if (!outage || !reconnect) return;
    if (failure !== undefined) throw failure;
    returning ??= restore(outage, reconnect).finally(() => {
      returning = undefined;
    });
    // Whoever waits may have been aborted by then.
    returning.catch(() => {});
    await (signal ? unlessAborted(returning, signal) : returning);
  }

  async function restore(lost: Outage, { signal, limitMs, info, warning }: Reconnect) {
    const what = `Connection to ${where(target)} was lost`;
    info(`${what} (${wordsOf(lost.reason)}); connecting again, for ${limitMs / 1000} s at most`);
    try {
      const next = await connectPatiently(target, {
        signals: [signal, closing.signal],
        timeoutMs: limitMs,
        pauseMs: PAUSE_MS,
        timedOut: ({ count, last }) =>
          new ActionError(`${what} and did not come back within ${limitMs / 1000} s`, {
            details: `lost: ${wordsOf(lost.reason)}\nafter ${count} attempts, the last: ${wordsOf(last)}`,
            hint: 'Check that the host runs, that sshd listens there, and that no firewall stands between; then run again.',
          }),
        onAttempt: (attempts) => {
          lost.attempts = attempts;
        },
      });
      if (closing.signal.aborted) next.drop(closing.signal.reason);
      session = sshSession(target, next);
      outage = undefined;
      watch();
      warning(`${what} (${wordsOf(lost.reason)}), and is back ${secondsSince(lost)} s later.`);
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
      throw error;
    }
  }

  async function begin<T>(
    attempt: () => Promise<T>,
    signal: AbortSignal | undefined,
    mayRepeat: (error: LostConnection) => boolean,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      await ready(signal);
      try {
        return await attempt();
      } catch (error) {
        const again = error instanceof LostConnection && mayRepeat(error) && tries < TRIES;
        if (!again || !reconnect || closing.signal.aborted) throw error;
      }
    }
  }

  const close = async (): Promise<void> => {
    closing.abort(new ActionError(`Connection to ${where(target)} was closed on this side.`));
    await session.close();
  };

  return {
    where: target.name,
    hostKey: link.hostKey,
    run: async (argv: Argv, options: RunOptions = {}) => {
      const isWhole = !(options.stdin instanceof Readable);
      try {
        return await begin(
          () => session.run(argv, options),
          options.signal,
          ({ sent }) => !sent || (isWhole && options.repeatable === true),
        );
      } finally {
        abandonInput(options.stdin);
      }
    },
    open: (argv) =>
      begin(
        () => session.open(argv),
        undefined,
        ({ sent }) => !sent,
      ),
    outage: () => {
      if (!outage || outage.attempts.count === 0) return undefined;
      const { reason, attempts } = outage;
      return `Connection to ${where(target)} was lost ${secondsSince(outage)} s ago (${wordsOf(reason)}) and is not back; the last of ${attempts.count} attempts: ${wordsOf(attempts.last)}`;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function secondsSince({ since }: Outage): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

/** Runs commands on a machine, over one SSH connection that all of them share. */
export interface SshExecutor extends Executor, AsyncDisposable {
  /** The key that the host proved itself by, as a blob; undefined if it is not reached by SSH. */
  readonly hostKey?: Buffer | undefined;
  /**
   * Ends the connection and what runs over it, for good. Rejects never; called twice it does
   * nothing.
   */
  close(): Promise<void>;
  /**
   * What is known of a connection that was lost and that no attempt has re-established yet, as a
   * sentence; else undefined.
   */
  outage(): string | undefined;
}
