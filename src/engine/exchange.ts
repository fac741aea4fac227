import { type Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { lostConnectionOf } from '../ssh/lost-connection.ts';

/** A request to an engine. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly target: string;
  /** For messages. The body, which may hold a secret, is no part of it. */
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What it answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Told as soon as an engine may have got the question. */
export interface Sending {
  isSent: boolean;
}

/**
 * A GET changes nothing, so it is asked again where the stream went away: as often as the
 * connection is lost and re-established, else once.
 */
export async function exchange(
  agent: Agent,
  question: Question,
  sending: Sending,
  signal: AbortSignal,
): Promise<Answer> {
  for (let stale = 0; ; ) {
    try {
      return await exchangeOnce(agent, question, sending, signal);
    } catch (error) {
      if (question.method !== 'GET' || signal.aborted) throw error;
      if (error instanceof StaleStream) stale += 1;
      else if (!lostConnectionOf(error)?.sent) throw error;
      if (stale > 1) throw error;
    }
  }
}

const openedEarly = new WeakSet<object>();

function isEarly(stream: object | null): boolean {
  return stream !== null && openedEarly.has(stream);
}

/** The engine, or what leads to it, had gone since the last answer. */
export class StaleStream extends Error {
  override readonly name = 'StaleStream';
}

async function exchangeOnce(
  agent: Agent,
  { method, target, headers: given, body }: Question,
  sending: Sending,
  signal: AbortSignal,
): Promise<Answer> {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    json === undefined
      ? given
      : { ...given, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = request(
      { agent, signal, host: 'docker', path: target, method, headers },
      resolve,
    );
    asking.on('socket', () => {
      sending.isSent = true;
    });
    asking.on('error', (cause) => {
      const isOld = asking.reusedSocket || isEarly(asking.socket);
      const stale = isOld && !signal.aborted;
      reject(stale ? new StaleStream('The stream was closed meanwhile', { cause }) : cause);
    });
    asking.end(json);
  });
  const said = await text(response).catch((cause) => {
    throw signal.aborted ? cause : new StaleStream('The stream broke in mid-answer', { cause });
  });
  return { status: response.statusCode ?? 0, body: said };
}

/**
 * node:http calls these on its connections. A stream that is no socket has nothing to set. One that
 * is `isEarly` was opened before there was anything to ask, as one that was used before.
 */
export function asSocket(stream: Duplex, { isEarly = false } = {}): Duplex {
  const itself = (): Duplex => stream;
  if (isEarly) openedEarly.add(stream);
  return Object.assign(stream, {
    setKeepAlive: itself,
    setNoDelay: itself,
    setTimeout: itself,
    ref: itself,
    unref: itself,
  });
}
