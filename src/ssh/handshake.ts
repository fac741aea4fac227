import { connect as connectSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Client } from 'ssh2';
import { ActionError } from '../base/errors.ts';
import { HostKeyOffer } from './kexinit.ts';
import { hostKeyCheck } from './keys/host-key-check.ts';
import { sshLogin } from './login.ts';
import { type SshTarget, where } from './target.ts';

/** An authenticated connection. */
export interface SshLink {
  readonly client: Client;
  /** The key that the host proved itself by, as a blob. */
  readonly hostKey: Buffer;
  /** How long key exchange and login took, in ms: how quick the host is. */
  readonly tookMs: number;
  /** Aborted, with the reason, as soon as the connection is no more. */
  readonly lost: AbortSignal;
  /**
   * Says good-bye and ends the connection once all that was written is sent. The reason becomes
   * that of `lost`.
   */
  end(reason: Error): void;
  /** Cuts the connection. The reason becomes that of `lost`, unless there is one already. */
  drop(reason: Error): void;
}

/**
 * How long a host may take to send its first byte, in ms. Short, because a host that boots swallows
 * packets: a new attempt gets through sooner than the retransmission of an old one, which comes
 * after 1, 3, 7 and 15 s.
 */
const FIRST_BYTE_MS = 5_000;

/**
 * How long key exchange and authentication may take after that, in ms. Emulated machines need
 * seconds.
 */
const HANDSHAKE_MS = 30_000;

/** A lost host is noticed after a minute: a question each 15 s, three without an answer. */
const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };

/**
 * The host ended the connection after a proof was given, as it does where PAM lets nobody in: a
 * machine that boots, or an account that has expired.
 */
export class LoginCut extends Error {
  /** What the host had said by then. */
  readonly banner: string;

  constructor(banner: string, cause: unknown) {
    super(`The host ended the connection while it judged the login: ${String(cause)}`, { cause });
    this.banner = banner;
  }
}

/**
 * No address will appear by waiting; a resolver that is not ready yet says EAI_AGAIN, and that is
 * worth a wait.
 */
const UNKNOWN_HOST = 'ENOTFOUND';

/**
 * Connects once, by TCP or over the stream that is given. Rejects with `ActionError` where another
 * attempt must not or cannot help (wrong host key, refused login, unknown host name), with another
 * error where it may (nothing listens yet), and with the signal's reason.
 */
export async function connectOnce(
  target: SshTarget,
  signal: AbortSignal,
  over?: Duplex,
): Promise<SshLink> {
  signal.throwIfAborted();
  const began = performance.now();
  const hostKey = hostKeyCheck(target);
  const login = await sshLogin(target, signal);
  const { forwardedAgent } = target;
  signal.throwIfAborted();
  const client = new Client();
  // ssh2 leaves Nagle's algorithm on. Opening a channel consists of small packets: 8 ms per command
  // without it, 95 ms with it.
  const socket = over ?? connectSocket({ host: target.host, port: target.port, noDelay: true });
  const loss = new AbortController();
  const drop = (reason: Error): void => {
    loss.abort(reason);
    socket.destroy();
  };
  client.on('error', (error) => {
    // An agent that will not sign is no reason to give up: ssh2 goes on to the next proof.
    if ('level' in error && error.level === 'agent') return;
    drop(error);
  });
  client.on('end', () => drop(new Error('The host closed the connection.')));
  client.on('close', () => drop(new Error('The connection was closed.')));
  const onAbort = (): void => drop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });

  let timer = setTimeout(() => drop(new Error(silence(FIRST_BYTE_MS))), FIRST_BYTE_MS);
  socket.once('data', () => {
    clearTimeout(timer);
    timer = setTimeout(() => drop(new Error(silence(HANDSHAKE_MS))), HANDSHAKE_MS);
  });
  const offer = new HostKeyOffer();
  const readOffer = (bytes: Buffer): void => {
    if (!offer.add(bytes)) socket.off('data', readOffer);
  };
  socket.on('data', readOffer);
  let banner = '';
  client.on('banner', (text) => {
    banner += text;
  });
  let shown: Buffer | undefined;
  let isAccepted = false;
  try {
    await new Promise<void>((resolve, reject) => {
      loss.signal.addEventListener('abort', () => reject(loss.signal.reason), { once: true });
      client.once('ready', resolve);
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: 0,
        ...KEEPALIVE,
        ...(forwardedAgent && { agent: forwardedAgent, agentForward: true }),
        algorithms: {
          serverHostKey: hostKey.algorithms,
          // The cipher is ssh2's first choice, AES-GCM: no quicker one was found (chacha20 takes
          // 1.7 times the CPU time).
          compress: ['none'],
        },
        hostVerifier: (blob: Buffer) => {
          shown = Buffer.from(blob);
          isAccepted = hostKey.accepts(shown, offer.algorithms);
          return isAccepted;
        },
        authHandler: login.handler,
      });
    });
  } catch (error) {
    loss.abort(error);
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    if (shown && !isAccepted) throw hostKey.refusal(shown, offer.algorithms, error);
    if (String(error).includes('no matching host key format')) {
      throw hostKey.refusal(undefined, offer.algorithms, error);
    }
    const cut = login.isBegun ? new LoginCut(banner.trim(), error) : error;
    throw login.refusal(error) ?? unknownHost(target, error) ?? cut;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
  if (!shown) throw new Error('The host proved itself by no key.');
  hostKey.proved(shown);
  const end = (reason: Error): void => {
    loss.abort(reason);
    client.end();
  };
  const tookMs = performance.now() - began;
  return { client, hostKey: shown, tookMs, lost: loss.signal, end, drop };
}

function silence(ms: number): string {
  return `The host did not answer within ${ms / 1000} s.`;
}

function unknownHost(target: SshTarget, error: unknown): ActionError | undefined {
  if ((error as NodeJS.ErrnoException).code !== UNKNOWN_HOST) return undefined;
  return new ActionError(`The address of ${where(target)} is not known: ${target.host}`, {
    hint: 'Check the spelling, and that the runner can look the name up.',
    cause: error,
  });
}
