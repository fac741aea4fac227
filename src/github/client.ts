import type * as z from 'zod';
import { type Clock, systemClock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { limit } from '../base/time-limit.ts';
import { changeRefused } from '../exec/read-only-executor.ts';
import { readAnswer, readMessage, waitOf } from './answer.ts';
import { type RunsFor, refusalHint } from './refusal-hint.ts';

const TIMEOUT_MS = 20_000;
const ATTEMPTS = 3;
/** GitHub may ask to wait longer; then the question is given up. In ms. */
const LONGEST_WAIT_MS = 60_000;

/** A repository at GitHub, and who asks. */
export interface GitHub {
  /** `https://api.github.com`, or that of an Enterprise Server. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly token: string;
  /** For what a refusal means. */
  readonly runsFor?: RunsFor | undefined;
  /** For a dry run: only GET is asked. */
  readonly readsOnly?: boolean | undefined;
}

export interface Question<T> {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the repository, for example `/pulls/3`. */
  readonly path: string;
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  /** What the token must be allowed to, for example `pull-requests: read`. */
  readonly permission: string;
  /**
   * `false` where asking again could do a second time what an answer that was lost has done
   * already.
   */
  readonly isRepeatable?: boolean | undefined;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
  /** In ms; where GitHub asks to wait longer, the question is given up. */
  readonly longestWaitMs?: number | undefined;
}

export interface Reply<T> {
  readonly value: T;
  /** Whether no page follows. */
  readonly isLast: boolean;
}

/** GitHub does not let this token do it; asking again is of no use. */
export class RefusedError extends ActionError {}

/**
 * Asks GitHub's REST API. Up to three times where GitHub is busy or cannot be reached, after the
 * time that it names. Throws `RefusedError` where the token is not known or not allowed to,
 * `ActionError` where there is no answer or another than expected, or where GitHub is only to be
 * read and the question may change something.
 */
export async function ask<T>(
  { apiUrl, repository, token, readsOnly, runsFor }: GitHub,
  question: Question<T>,
  { signal, clock = systemClock, longestWaitMs = LONGEST_WAIT_MS }: AskOptions,
): Promise<Reply<T>> {
  const url = `${apiUrl}/repos/${repository}${question.path}`;
  if (readsOnly && question.method !== 'GET')
    throw changeRefused('GitHub', `${question.method} ${url}`);
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await askOnce(url, { token, runsFor }, question, signal);
    if ('reply' in outcome) return outcome.reply;
    const { error, waitMs } = outcome;
    if (waitMs === undefined || waitMs > longestWaitMs || attempt === ATTEMPTS) throw error;
    await clock.sleep(waitMs, signal);
  }
}

type Outcome<T> =
  | { readonly reply: Reply<T> }
  /** `waitMs` is undefined where asking again is of no use. */
  | { readonly error: ActionError; readonly waitMs: number | undefined };

async function askOnce<T>(
  url: string,
  { token, runsFor }: { readonly token: string; readonly runsFor: RunsFor | undefined },
  { method, body, answer, permission, isRepeatable = true }: Question<T>,
  signal: AbortSignal,
): Promise<Outcome<T>> {
  using bounds = limit([signal], TIMEOUT_MS, () => {
    return new ActionError(`No answer within ${TIMEOUT_MS / 1000} s from ${url}`);
  });
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers: {
        Accept: 'application/vnd.github+json',
        Authorization: `Bearer ${token}`,
        'User-Agent': 'swarm-up',
        'X-GitHub-Api-Version': '2022-11-28',
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: bounds.signal,
    });
    text = await response.text();
  } catch (cause) {
    signal.throwIfAborted();
    const error = new ActionError(`No answer from ${url}`, { cause });
    return { error, waitMs: isRepeatable ? RETRY_MS : undefined };
  }
  const { status, headers } = response;
  if (status === 200 || status === 201) {
    const value = readAnswer(text, answer);
    if (!value.success) {
      return { error: new ActionError(`Unexpected answer from ${url}`), waitMs: undefined };
    }
    return { reply: { value: value.data, isLast: !/rel="next"/.test(headers.get('link') ?? '') } };
  }
  const details = readMessage(text);
  const message = `Status ${status} from ${url}`;
  const waitMs = waitOf({ status, headers, details });
  if (waitMs !== undefined) return { error: new ActionError(message, { details }), waitMs };
  if (status >= 500) {
    const error = new ActionError(message, { details });
    return { error, waitMs: isRepeatable ? RETRY_MS : undefined };
  }
  const isRefused = [401, 403, 404].includes(status);
  const hint =
    status === 403 ? { hint: refusalHint(details, permission, runsFor ?? {}) } : undefined;
  const Kind = isRefused ? RefusedError : ActionError;
  return { error: new Kind(message, { details, ...hint }), waitMs: undefined };
}

const RETRY_MS = 1_000;
