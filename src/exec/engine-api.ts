import { Agent, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { ActionError } from '../errors.ts';
import { isEngineQuestion } from './engine-question.ts';
import type { Argv, Executor } from './executor.ts';
import { limit, unlessAborted } from './limit.ts';
import { lostConnectionOf } from './lost-connection.ts';
import { changeRefused } from './read-only-executor.ts';

/** Asks a Docker Engine over its HTTP API (https://docs.docker.com/reference/api/engine/). */
export interface EngineApi extends Disposable {
  /**
   * GET of a path such as `/services`, checked by `schema`. One request at a time; those that come meanwhile wait their turn, and
   * `timeoutMs` (30 000 where nothing is said) counts from the call. Asked again where the connection to the machine was lost.
   * Rejects with `ActionError` where the engine cannot be reached, refuses, answers something else, or does not answer in time, and where the
   * executor only reads and the question is not known to; with the signal's reason on abort.
   */
  get<T>(path: string, query: Query, schema: z.ZodType<T>, options?: AskOptions): Promise<T>;
  /** POST of a JSON body. Sent once: what it changes may have changed although no answer came, which is a `NoAnswer`. Rejects as `get` does. */
  post(path: string, query: Query, body: unknown, options?: AskOptions): Promise<void>;
  /** DELETE of a path such as `/services/<id>`. Sent once. Rejects as `get` does; what is not there is refused with status 404. */
  delete(path: string, options?: AskOptions): Promise<void>;
}

/** The engine understood the request and refused it. */
export class EngineRefusal extends ActionError {
  readonly httpStatus: number;

  constructor(title: string, httpStatus: number, details: string) {
    super(`Status ${httpStatus} from ${title}`, { details });
    this.httpStatus = httpStatus;
  }
}

type Query = Readonly<Record<string, string>>;

interface AskOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Beside those of the body. They may hold a secret, so no message names them. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A question that got no answer. Where it was to change something, it may have. */
export class NoAnswer extends ActionError {}

/** Connects its standard input and output with the engine's socket; a part of every docker client since 18.09. */
export const DIAL: Argv = ['docker', 'system', 'dial-stdio'];

const TIMEOUT_MS = 30_000;

const engineMessage = z.object({ message: z.string() });

/**
 * The engine's API over one long-lived stream to it, opened at the first question and again after it broke. Asking this way costs one
 * round trip; starting a docker client for each question costs a process and two.
 */
export function engineApi(executor: Executor): EngineApi {
  const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
    createConnection: (_options: unknown, done: (error: Error | null, stream?: Duplex) => void) => {
      executor.open(DIAL).then((stream) => done(null, asSocket(stream)), done);
    },
  });
  const ask = async (question: Question, options: AskOptions): Promise<Answer> => {
    options.signal?.throwIfAborted();
    const { method, target, title } = question;
    if (executor.readsOnly && !isEngineQuestion(method, target)) {
      throw changeRefused(executor.where, title);
    }
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    using bounds = limit([options.signal], timeoutMs, () => {
      return new NoAnswer(`No answer within ${timeoutMs / 1000} s to ${title}`);
    });
    // node:http ends a request that has no connection yet only once it has one, which a lost host may never give.
    const asked = unlessAborted(exchange(agent, question, bounds.signal), bounds.signal);
    const answer = await asked.catch((cause) => {
      bounds.signal.throwIfAborted();
      throw new NoAnswer(`No answer to ${title}`, {
        ...(!(cause instanceof ActionError) && { details: String(cause) }),
        cause,
      });
    });
    refuseFailure(question, answer);
    return answer;
  };
  const question = (
    method: Question['method'],
    path: string,
    query: Query,
    { headers = {} }: AskOptions,
    body?: unknown,
  ) => {
    const params = new URLSearchParams(query).toString();
    const target = params ? `${path}?${params}` : path;
    const title = `${method} ${target} of the Docker Engine on ${executor.where}`;
    return { method, target, title, headers, body };
  };
  return {
    get: async (path, query, schema, options = {}) => {
      const asked = question('GET', path, query, options);
      return check(asked, await ask(asked, options), schema);
    },
    post: async (path, query, body, options = {}) => {
      await ask(question('POST', path, query, options, body), options);
    },
    delete: async (path, options = {}) => {
      await ask(question('DELETE', path, {}, options), options);
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

interface Question {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly target: string;
  /** For messages. The body, which may hold a secret, is no part of it. */
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A GET changes nothing, so it is asked again where the stream went away: as often as the connection is lost and re-established, else once. */
async function exchange(agent: Agent, question: Question, signal: AbortSignal): Promise<Answer> {
  for (let stale = 0; ; ) {
    try {
      return await exchangeOnce(agent, question, signal);
    } catch (error) {
      if (question.method !== 'GET' || signal.aborted) throw error;
      if (error instanceof StaleStream) stale += 1;
      else if (!lostConnectionOf(error)?.sent) throw error;
      if (stale > 1) throw error;
    }
  }
}

/** The engine, or what leads to it, had gone since the last answer. */
class StaleStream extends Error {
  override readonly name = 'StaleStream';
}

async function exchangeOnce(
  agent: Agent,
  { method, target, headers: given, body }: Question,
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
    asking.on('error', (cause) => {
      const stale = asking.reusedSocket && !signal.aborted;
      reject(stale ? new StaleStream('The stream was closed meanwhile', { cause }) : cause);
    });
    asking.end(json);
  });
  const said = await text(response).catch((cause) => {
    throw signal.aborted ? cause : new StaleStream('The stream broke in mid-answer', { cause });
  });
  return { status: response.statusCode ?? 0, body: said };
}

function refuseFailure({ title }: Question, { status, body }: Answer): void {
  if (status >= 200 && status <= 299) return;
  const said = engineMessage.safeParse(parse(body));
  throw new EngineRefusal(title, status, said.success ? said.data.message : body);
}

function check<T>({ title }: Question, { body }: Answer, schema: z.ZodType<T>): T {
  const json = parse(body);
  const checked = schema.safeParse(json);
  if (checked.success) return checked.data;
  throw new ActionError(`Unexpected answer to ${title}`, {
    details: json === undefined ? body.slice(0, 1000) : z.prettifyError(checked.error),
    hint: 'This version of Docker Engine may be one that Swarm Up does not know yet. Please report it with the output of `docker version`.',
    cause: checked.error,
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** node:http calls these on its connections. A stream that is no socket has nothing to set. */
function asSocket(stream: Duplex): Duplex {
  const itself = (): Duplex => stream;
  return Object.assign(stream, {
    setKeepAlive: itself,
    setNoDelay: itself,
    setTimeout: itself,
    ref: itself,
    unref: itself,
  });
}
