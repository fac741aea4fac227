import { constants } from 'node:os';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { ActionError } from '../base/errors.ts';
import { limit, unlessAborted } from '../base/time-limit.ts';
import type { SshLink } from './handshake.ts';
import { NoShell } from './no-shell.ts';
import { slots } from './slots.ts';
import { type SshTarget, where } from './target.ts';

/** How a command ended. */
export interface Exit {
  /**
   * 128 plus its number where a signal ended it, as in a shell; undefined where the host did not
   * say.
   */
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/**
 * sshd admits 10 sessions per connection (`MaxSessions`); two are left to whoever else shares its
 * limits.
 */
const AT_ONCE = 8;

/** Between two attempts to open a channel that the host refused, in ms. */
const REFUSED_PAUSE_MS = 25;

/**
 * How long, in ms, and how often the host may refuse a channel while none of ours is open: on a
 * busy runner or host few attempts fill the time.
 */
const REFUSED_MS = 5_000;
const REFUSED_TRIES = 50;

/**
 * For the command to begin, from there to SIGTERM, to SIGKILL and to the host's word that it is
 * over: as long for each, in ms.
 */
const GRACE_MS = 1_000;

/** Between two SIGKILL to a command of which nothing has been heard yet, in ms. */
const KILL_PAUSE_MS = 100;

/** How long the host may take to say good-bye, in ms. */
const CLOSE_MS = 500;

/**
 * As many sessions of a host are wanted at once: a stream to its engine, a listener, and what is
 * run meanwhile.
 */
const WANTED = 4;

/**
 * The host admits no more sessions on this connection than those that are open, which are fewer
 * than are wanted.
 */
export class NoRoom extends Error {}

/** The channels of one connection. Each runs one command. */
export interface SshChannels {
  /**
   * Starts a command line in a channel of its own, as soon as there is room for one more. Rejects
   * with the signal's reason, with `NoRoom`, and with `ActionError` where the host admits no
   * channel at all. `onSent` is called when the line is about to go to the host.
   */
  open(line: string, signal: AbortSignal, onSent: () => void): Promise<ClientChannel>;
  /**
   * Resolves when the command is over and all its output was read. On abort it stops the command
   * first, then rejects with the reason; with `NoShell` at once.
   */
  ended(channel: ClientChannel, signal: AbortSignal): Promise<Exit>;
  /**
   * Ends the command: SIGTERM, then SIGKILL. Its input ends at once only in a conversation; else
   * not before the command is over, because it would take the part that it has for the whole.
   * Resolves when it is over, or cannot be ended: then its input ends as the last means.
   */
  stop(channel: ClientChannel, isConversation?: boolean): Promise<void>;
  /** Whether all channels that the host is known to admit are in use. */
  readonly isFull: boolean;
  close(): Promise<void>;
}

/**
 * What ssh2 1.17 keeps to itself. Its `channel.signal()` does nothing once standard input has been
 * closed, though RFC 4254 allows it; and after a loss it leaves channels "open", so that the next
 * write throws out of the middle of a stream.
 */
interface Internals {
  readonly outgoing: { readonly id: number; state: string };
  readonly _client: { readonly _protocol: { signal(id: number, name: string): void } };
}

export function sshChannels(target: SshTarget, link: SshLink): SshChannels {
  const room = slots(AT_ONCE);
  const live = new Set<ClientChannel>();
  /** Those of which something was read: their command runs. */
  const begun = new WeakSet<ClientChannel>();
  // The host admitted this many at once. A refusal with fewer open only means that it has not
  // cleared away the last ones: sshd frees a session after it has read all that has arrived, so an
  // "open" right behind a "close" may come too early.
  let admitted = 0;
  let closing: Promise<void> | undefined;

  const onLost = (): void => {
    for (const channel of live) internals(channel).outgoing.state = 'closed';
  };
  link.lost.addEventListener('abort', onLost, { once: true });

  function exec(line: string, signal: AbortSignal): Promise<ClientChannel> {
    const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
    try {
      link.client.exec(line, (error, channel) => {
        if (error) {
          room.release();
          reject(error);
          return;
        }
        live.add(channel);
        admitted = Math.max(admitted, live.size);
        channel.on('error', ignore);
        channel.stderr.on('error', ignore);
        channel.once('close', () => {
          live.delete(channel);
          room.release();
        });
        if (signal.aborted) void stop(channel);
        resolve(channel);
      });
    } catch (error) {
      room.release();
      reject(error);
    }
    return promise;
  }

  async function open(
    line: string,
    signal: AbortSignal,
    onSent: () => void,
  ): Promise<ClientChannel> {
    let refusedSince: number | undefined;
    let refusals = 0;
    for (;;) {
      await room.acquire(signal);
      onSent();
      try {
        return await unlessAborted(exec(line, signal), signal);
      } catch (error) {
        if (signal.aborted || !isRefusal(error)) throw error;
        room.lower(admitted);
        if (room.isFull && admitted < WANTED) throw new NoRoom(undefined, { cause: error });
        refusals = live.size > 0 ? 0 : refusals + 1;
        if (refusals === 0) refusedSince = undefined;
        else refusedSince ??= performance.now();
        const isLong = refusedSince !== undefined && performance.now() - refusedSince > REFUSED_MS;
        if (isLong && refusals >= REFUSED_TRIES) {
          throw new ActionError(`${where(target)} admits no SSH session`, {
            details: error.message,
            hint: 'Check MaxSessions in its sshd_config, and the log of its sshd.',
            cause: error,
          });
        }
      }
      await unlessAborted(pause(REFUSED_PAUSE_MS), signal);
    }
  }

  async function ended(channel: ClientChannel, signal: AbortSignal): Promise<Exit> {
    const { promise: closed, resolve } = Promise.withResolvers<Exit>();
    channel.once('close', (code?: number | null, name?: string) => resolve(exitOf(code, name)));
    channel.once('data', () => begun.add(channel));
    const errorsRead = finished(channel.stderr).catch(ignore);
    try {
      const [exit] = await unlessAborted(Promise.all([closed, errorsRead]), signal);
      return exit;
    } catch (reason) {
      const stopped = stop(channel);
      // What runs in place of a command takes no signal, and ends with the connection.
      if (!(reason instanceof NoShell)) await stopped;
      throw reason;
    }
  }

  async function stop(channel: ClientChannel, isConversation = false): Promise<void> {
    if (!live.has(channel) || link.lost.aborted) return;
    const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));
    const isBegun = begun.has(channel)
      ? Promise.resolve()
      : new Promise<void>((resolve) => channel.once('data', () => resolve()));
    // Without a reader the channel would never come to its end.
    channel.resume();
    channel.stderr.resume();
    // sshd signals a group of processes that the command makes as its first act: before it is
    // there, a signal meets nobody.
    await within(GRACE_MS, Promise.race([isBegun, closed]));
    kill(channel, 'TERM');
    // The docker client takes a SIGTERM as a wish and goes on until its standard input ends.
    if (isConversation) channel.eof();
    if (await within(GRACE_MS, closed)) return;
    for (let waited = 0; waited < GRACE_MS; waited += KILL_PAUSE_MS) {
      kill(channel, 'KILL');
      if (await within(KILL_PAUSE_MS, closed)) return;
    }
    channel.close();
    await within(GRACE_MS, closed);
  }

  /** Whether `event` came within the time; a lost connection ends the wait too. */
  async function within(ms: number, event: Promise<void>): Promise<boolean> {
    using bounds = limit([link.lost], ms, () => new Error('The time is over.'));
    return await unlessAborted(event, bounds.signal).then(
      () => true,
      () => false,
    );
  }

  async function close(): Promise<void> {
    if (link.lost.aborted) return;
    for (const channel of live) {
      kill(channel, 'TERM');
      // The connection takes the input along: what has a part of it must not get as far as its end.
      if (!channel.writableFinished) kill(channel, 'KILL');
    }
    const closed = new Promise<void>((resolve) => link.client.once('close', () => resolve()));
    const reason = new Error('The connection was closed on this side.');
    link.end(reason);
    using bounds = limit([], CLOSE_MS, () => reason);
    await unlessAborted(closed, bounds.signal).catch(ignore);
    link.drop(reason);
  }

  return {
    open,
    ended,
    stop,
    get isFull() {
      return room.isFull;
    },
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * RFC 4254 section 5.1: the host answers an open request with a reason. Anything else is not a
 * refusal.
 */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'reason' in error && typeof error.reason === 'number';
}

function exitOf(code: number | null | undefined, name: string | undefined): Exit {
  if (code !== null) return { code, signal: undefined };
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return { code: 128 + (numbers[name ?? ''] ?? 0), signal: name ?? 'a signal' };
}

function kill(channel: ClientChannel, name: 'TERM' | 'KILL'): void {
  const { outgoing, _client } = internals(channel);
  if (outgoing.state !== 'open' && outgoing.state !== 'eof') return;
  _client._protocol.signal(outgoing.id, name);
}

function internals(channel: ClientChannel): Internals {
  return channel as unknown as Internals;
}

function ignore(): void {}
