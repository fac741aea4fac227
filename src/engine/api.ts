import { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import { systemClock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { limit, unlessAborted } from '../base/time-limit.ts';
import type { Argv } from '../exec/argv.ts';
import { isEngineQuestion } from '../exec/engine-question.ts';
import { CommandError, type Executor } from '../exec/executor.ts';
import { changeRefused } from '../exec/read-only-executor.ts';
import { lostConnectionOf, NoChannel } from '../ssh/lost-connection.ts';
import { engineAbsence } from './absent-engine.ts';
import type { EarlyStream } from './early-stream.ts';
import { type Answer, asSocket, exchange, type Question, StaleStream } from './exchange.ts';

/** Asks a Docker Engine over its HTTP API (https://docs.docker.com/reference/api/engine/). */
export interface EngineApi extends Disposable {
  /**
   * GET of a path such as `/services`, checked by `schema`. One request at a time; those that come
   * meanwhile wait their turn, and `timeoutMs` (30 000 where nothing is said) counts from the call.
   * Asked again where the connection to the machine was lost, and where the executor is patient and
   * no `timeoutMs` is given, also where the engine does not answer. Rejects with `ActionError`
   * where the engine cannot be reached, refuses, answers something else, or does not answer in
   * time, and where the executor only reads and the question is not known to; with the signal's
   * reason on abort.
   */
  get<T>(path: string, query: Query, schema: z.ZodType<T>, options?: AskOptions): Promise<T>;
  /**
   * POST of a JSON body. Sent once: what it changes may have changed although no answer came, which
   * is a `NoAnswer`. What surely was not sent is sent when a patient executor has an engine again.
   * Rejects as `get` does.
   */
  post(path: string, query: Query, body: unknown, options?: AskOptions): Promise<void>;
  /**
   * DELETE of a path such as `/services/<id>`. Rejects as `get` does; what is not there is refused
   * with status 404. With a patient executor it is sent again as long as no answer comes, and then
   * that may be what an earlier attempt has removed.
   */
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
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Beside those of the body. They may hold a secret, so no message names them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A question that got no answer. Where it was to change something, and was sent, it may have. */
export class NoAnswer extends ActionError {
  /** Whether the engine may have got it. */
  readonly isSent: boolean;

  constructor(title: string, { isSent, ...options }: NoAnswerOptions) {
    super(title, options);
    this.isSent = isSent;
  }
}

type NoAnswerOptions = ConstructorParameters<typeof ActionError>[1] & { readonly isSent: boolean };

/**
 * Connects its standard input and output with the engine's socket; a part of every docker client
 * since 18.09.
 */
export const DIAL: Argv = ['docker', 'system', 'dial-stdio'];

const TIMEOUT_MS = 30_000;
/** Between two attempts to ask an engine that does not answer, in ms. */
const POLL_MS = 1_000;

const engineMessage = z.object({ message: z.string() });

/**
 * The engine's API over one long-lived stream to it, opened at the first question and again after
 * it broke. Asking this way costs one round trip; starting a docker client for each question costs
 * a process and two. A stream that was opened before is taken for the first question.
 */
export function engineApi(executor: Executor, early?: EarlyStream): EngineApi {
  const open = async (method: string | undefined): Promise<Duplex> => {
    // It may have broken since, unseen: then nobody could tell whether a change was made.
    const stream = method === 'GET' ? await early?.take() : undefined;
    return stream ? asSocket(stream, { isEarly: true }) : asSocket(await executor.open(DIAL));
  };
  const agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), {
    createConnection: (
      { method }: { readonly method?: string },
      done: (error: Error | null, stream?: Duplex) => void,
    ) => {
      open(method).then((stream) => done(null, stream), done);
    },
  });
  const ask = async (question: Question, options: AskOptions): Promise<Answer> => {
    const { patience } = executor;
    if (!patience || options.timeoutMs !== undefined) return await askOnce(question, options);
    for (let until: number | undefined; ; ) {
      try {
        const answer = await askOnce(question, options);
        if (until !== undefined) patience.answered();
        return answer;
      } catch (error) {
        options.signal?.throwIfAborted();
        if (error instanceof EngineRefusal && until !== undefined) patience.answered();
        if (!(error instanceof NoAnswer) || !mayAskAgain(question, error)) throw error;
        until ??= systemClock.now() + patience.limitMs;
        if (systemClock.now() > until) throw error;
        patience.silent(wordsOf(error));
        await systemClock.sleep(POLL_MS, options.signal);
      }
    }
  };
  const askOnce = async (question: Question, options: AskOptions): Promise<Answer> => {
    options.signal?.throwIfAborted();
    const { method, target, title } = question;
    if (executor.readsOnly && !isEngineQuestion(method, target)) {
      throw changeRefused(executor.where, title);
    }
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const sending = { isSent: false };
    using bounds = limit([options.signal], timeoutMs, () => {
      const { isSent } = sending;
      return new NoAnswer(`No answer within ${timeoutMs / 1000} s to ${title}`, { isSent });
    });
    // node:http ends a request that has no connection yet only once it has one, which a lost host
    // may never give.
    const asked = unlessAborted(exchange(agent, question, sending, bounds.signal), bounds.signal);
    const answer = await asked.catch((cause) => {
      bounds.signal.throwIfAborted();
      throw new NoAnswer(`No answer to ${title}`, {
        details: cause instanceof ActionError ? undefined : String(cause),
        isSent: sending.isSent && absenceOf(cause) !== 'not begun',
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
    [Symbol.dispose]: () => {
      early?.[Symbol.dispose]();
      agent.destroy();
    },
  };
}

/** How a question failed for want of an engine, if it did. */
function absenceOf(cause: unknown): ReturnType<typeof engineAbsence> {
  return cause instanceof CommandError ? engineAbsence(cause.result.stderr) : undefined;
}

/** Why there was no answer, in as few words as are known. */
function wordsOf({ cause, details, message }: NoAnswer): string {
  return (cause instanceof ActionError ? cause.details : details) ?? message;
}

/**
 * Whether another attempt may get an answer, and does no harm: a GET changes nothing, and what a
 * DELETE removes is as gone after two as after one. A connection that cannot be made any more, or a
 * client that is refused, is no reason.
 */
function mayAskAgain({ method }: Question, { isSent, cause }: NoAnswer): boolean {
  if (method === 'POST' && isSent) return false;
  const hasTimedOut = cause === undefined;
  return (
    hasTimedOut || isCut(cause) || cause instanceof NoChannel || absenceOf(cause) !== undefined
  );
}

/** Whether the stream broke, and a new one may be made. */
function isCut(cause: unknown): boolean {
  const isReset = cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET';
  return isReset || cause instanceof StaleStream || lostConnectionOf(cause)?.sent === true;
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
