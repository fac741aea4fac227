import type * as z from 'zod';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type ClockReading, clockReading } from '../../base/clock-reading.ts';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import { limit } from '../../base/time-limit.ts';
import { changeRefused } from '../../exec/read-only-executor.ts';
import { CloudError, errorOfAnswer, parsedJson } from './cloud-error.ts';
import { backoffMs, namedPauseMs } from './pauses.ts';

const CALL_TIMEOUT_MS = 30_000;
/** Of a call that fails on the vendor's side, or gets no answer: half a minute in all. */
const ATTEMPTS = 6;

/** A question to a vendor, or an order. */
export interface CloudCall<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the endpoint, for example `/servers/3`. */
  readonly path: string;
  /** A list is given as the same key again and again; undefined is left out. */
  readonly query?: Readonly<Record<string, string | number | readonly number[] | undefined>>;
  readonly body?: unknown;
  /** Of an answer without a body, undefined is read. */
  readonly answer: z.ZodType<T>;
  /** For a POST that does nothing more if it is done twice. */
  readonly isRepeatable?: boolean;
}

/** How long it may take. */
export interface Bounds {
  readonly signal: AbortSignal;
  /** On the client's clock, in ms: nothing is waited for beyond it. */
  readonly deadline: number;
}

export interface CloudClient {
  /**
   * Calls, and repeats what failed: after 429 any call, as nothing was done, until the deadline;
   * after 5xx and without an answer a few times, and no POST. The signal ends every wait but that
   * for the answer of a POST. Throws `CloudError`, or the reason of the signal.
   */
  call<T>(call: CloudCall<T>, bounds: Bounds): Promise<T>;
  /**
   * By how much the vendor's clock is ahead of this runner's, as its last answer told; undefined
   * before the first, and if no answer has a `Date`.
   */
  vendorClock(): ClockReading | undefined;
}

export interface CloudAccess {
  /** For messages: `Hetzner`. */
  readonly vendor: string;
  readonly endpoint: string;
  /** Secret. Undefined if `fetch` itself says who asks. */
  readonly token: string | undefined;
  readonly log: DriverLog;
  /** In a dry run: only GET is asked. */
  readonly readsOnly?: boolean;
  /** Codes by which the vendor says that nothing was done and the call is to be repeated. */
  readonly retriedCodes?: readonly string[];
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** Of the calendar, in ms since 1970. */
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

interface Failure {
  readonly error: CloudError;
  /** Whether it says that nothing was done. */
  readonly isUndone: boolean;
  readonly isLimited: boolean;
  readonly pauseMs: number | undefined;
}

type Outcome<T> = { readonly value: T } | { readonly failure: Failure };

/**
 * A client of a vendor's API. Throws `ActionError` if the token cannot be one. An `ActionError` of
 * `fetch` is thrown as it is, and nothing is repeated.
 */
export function cloudClient(access: CloudAccess): CloudClient {
  const { vendor, token, log, clock = systemClock, now = Date.now, random = Math.random } = access;
  // What fetch says of a header that it does not take contains the header.
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) throw unusable(vendor);
  const tell = limitTold(vendor, log, now);
  let vendorClock: ClockReading | undefined;
  const answered = (headers: Headers, sent: number) => {
    vendorClock = readingOf(headers, sent, now()) ?? vendorClock;
  };
  return {
    vendorClock: () => vendorClock,
    async call(call, bounds) {
      if (access.readsOnly && call.method !== 'GET') throw changeRefused(vendor, nameOf(call));
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await callOnce(access, call, bounds, { clock, now, answered });
        if ('value' in outcome) return outcome.value;
        const { failure } = outcome;
        const leftMs = bounds.deadline - clock.now();
        const pauseMs = pauseWithin(failure.pauseMs, backoffMs(attempt, random), leftMs);
        if (pauseMs === undefined || !mayRepeat(call, failure, attempt)) throw failure.error;
        if (failure.isLimited) tell(pauseMs);
        await clock.sleep(pauseMs, bounds.signal);
      }
    },
  };
}

interface Told {
  readonly clock: Clock;
  readonly now: () => number;
  /** Told the headers of each answer, and when the call was sent. */
  readonly answered: (headers: Headers, sent: number) => void;
}

async function callOnce<T>(
  access: CloudAccess,
  call: CloudCall<T>,
  { signal, deadline }: Bounds,
  { clock, now, answered }: Told,
): Promise<Outcome<T>> {
  signal.throwIfAborted();
  const name = nameOf(call);
  const timeoutMs = Math.max(1, Math.min(CALL_TIMEOUT_MS, deadline - clock.now()));
  // Cut off, a POST may have been done or not: its answer is awaited, and tells what exists.
  using bounds = limit(call.method === 'POST' ? [] : [signal], timeoutMs, () => {
    return new Error(`No answer within ${Math.ceil(timeoutMs / 1_000)} s`);
  });
  const sent = now();
  try {
    const response = await (access.fetch ?? fetch)(urlOf(access.endpoint, call), {
      method: call.method,
      headers: headersOf(access.token, call.body),
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      // The token is for the endpoint alone.
      redirect: 'manual',
      signal: bounds.signal,
    });
    answered(response.headers, sent);
    const text = await response.text();
    if (response.ok) return { value: read(access.vendor, call, text) };
    const answer = { status: response.status, text };
    return {
      failure: failureOf(access, errorOfAnswer(access.vendor, name, answer), response, now),
    };
  } catch (cause) {
    if (cause instanceof ActionError) throw cause;
    signal.throwIfAborted();
    const details = reasonOf(cause);
    const error = new CloudError(`No answer from ${access.vendor} to ${name}.`, {
      ...{ call: name, details, cause },
    });
    return { failure: { error, isUndone: false, isLimited: false, pauseMs: undefined } };
  }
}

function read<T>(vendor: string, call: CloudCall<T>, text: string): T {
  const found = call.answer.safeParse(parsedJson(text));
  if (found.success) return found.data;
  const [issue] = found.error.issues;
  throw new CloudError(`${vendor} answered ${nameOf(call)} in another form than expected.`, {
    call: nameOf(call),
    httpStatus: 200,
    details: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  });
}

function failureOf(
  { retriedCodes = [] }: CloudAccess,
  error: CloudError,
  { headers }: Response,
  now: () => number,
): Failure {
  const isLimited = error.httpStatus === 429;
  const isUndone = isLimited || retriedCodes.includes(error.code ?? '');
  const isNamed = isLimited || error.httpStatus === 503;
  return { error, isUndone, isLimited, pauseMs: isNamed ? namedPauseMs(headers, now) : undefined };
}

/** `Date` has whole seconds (RFC 9110 section 5.6.7). */
function readingOf(headers: Headers, sent: number, received: number): ClockReading | undefined {
  const second = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(second)) return undefined;
  const told = { ms: second + 500, plusMinus: 500 };
  return clockReading({ sent, first: told, last: told, received });
}

function mayRepeat(
  { method, isRepeatable = method !== 'POST' }: Omit<CloudCall<unknown>, 'answer'>,
  { error, isUndone, isLimited }: Failure,
  attempt: number,
): boolean {
  if (isLimited) return true;
  if (attempt >= ATTEMPTS) return false;
  const isFault = error.httpStatus === undefined || error.httpStatus >= 500;
  return isUndone || (isRepeatable && isFault);
}

/**
 * How long to wait before the next attempt; undefined if nothing is left for one. A time that the
 * vendor names is kept to; an own one is cut short, so that one attempt more fits in.
 */
function pauseWithin(named: number | undefined, own: number, leftMs: number): number | undefined {
  if (named !== undefined && named >= own) return named < leftMs ? named : undefined;
  return leftMs > 1_000 ? Math.min(own, leftMs / 2) : undefined;
}

/** Tells of the rate limit the first time only. */
function limitTold(vendor: string, log: DriverLog, now: () => number): (pauseMs: number) => void {
  let isTold = false;
  return (pauseMs) => {
    if (isTold) return;
    isTold = true;
    const time = new Date(now() + pauseMs).toISOString().slice(11, 16);
    log.info(`Rate limit of ${vendor} reached; the run waits until ${time} UTC.`);
  };
}

function nameOf({ method, path }: Pick<CloudCall<unknown>, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

function urlOf(endpoint: string, { path, query = {} }: Omit<CloudCall<unknown>, 'answer'>): string {
  const url = new URL(endpoint + path);
  for (const [key, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) url.searchParams.append(key, String(one));
    }
  }
  return url.href;
}

function headersOf(token: string | undefined, body: unknown): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    'User-Agent': 'swarm-up',
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
}

/** What fetch hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const { code } = cause as NodeJS.ErrnoException;
  return code && !cause.message.includes(code) ? `${code}: ${cause.message}` : cause.message;
}

function unusable(vendor: string): ActionError {
  return new ActionError(`The token for ${vendor} is empty, or has blanks or other characters.`, {
    hint: 'Store the secret anew, without a line break at its end.',
  });
}
