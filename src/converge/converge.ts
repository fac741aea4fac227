import type { Clock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { ActionError } from '../base/errors.ts';
import type { Snapshot, StackReader } from '../stack/snapshot.ts';
import type { Task } from '../swarm/objects.ts';
import { diagnose } from './diagnose/diagnose.ts';
import { failedVerdicts, type ServiceVerdict } from './verdict.ts';
import { createWatch, type Watched, type WatchOptions } from './watch.ts';

export type { ServiceVerdict } from './verdict.ts';

export interface ConvergeOptions extends WatchOptions {
  /** How long it may take in all, in ms; the time that it must hold is part of it. */
  readonly timeoutMs: number;
  /**
   * How long everything must run unchanged, in ms; a service's longer monitor period counts
   * instead.
   */
  readonly stableForMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with every service, and only when something is not as it was at the last call. */
  readonly onProgress: (verdicts: readonly ServiceVerdict[]) => void;
  /**
   * Called once for each message with which reading failed; it is tried again until the time is up.
   */
  readonly onReadError?: ((error: unknown) => void) | undefined;
  /** What is known to stand between where a question is not answered in time, as a sentence. */
  readonly outage?: () => string | undefined;
  /** ms between two questions. */
  readonly pollMs?: number | undefined;
}

const POLL_MS = 250;
/** Between two questions, where the answers take longer than that, in ms. */
const MOST_PAUSE_MS = 2_000;
/** How long one question may take, in ms; afterwards it is asked again. */
const READ_TIMEOUT_MS = 20_000;
/** The last question gets this much, in ms, although the time is up. */
const LEAST_READ_MS = 2_000;
/**
 * How long to wait for the end of a rollback, and until the old version runs again, in ms, once it is
 * certain that there is one.
 */
const SETTLE_MS = 30_000;

/** A stack that did not converge, with what is known of each of its services. */
export class ConvergeError extends ActionError {
  readonly verdicts: readonly ServiceVerdict[];

  constructor(
    message: string,
    options: ConstructorParameters<typeof ActionError>[1],
    verdicts: readonly ServiceVerdict[],
  ) {
    super(message, options);
    this.verdicts = verdicts;
  }
}

/**
 * Waits until every expected service has converged and held. Throws `ConvergeError` as soon as one
 * cannot any more, or the time is up; rejects with the signal's reason on abort. A question that
 * fails is asked again.
 */
export async function converge(
  reader: StackReader,
  options: ConvergeOptions,
): Promise<readonly ServiceVerdict[]> {
  const { clock, signal, stackName, expected } = options;
  if (expected.length === 0) {
    throw new ConvergeError(`Stack ${stackName} has no service to wait for.`, {}, []);
  }
  const watch = createWatch(options);
  const tell = onlyChanges(options.onProgress);
  const ask = patiently(reader, options);
  const until = clock.now() + options.timeoutMs;
  let watched: readonly Watched[] = [];
  let settledBy = Number.POSITIVE_INFINITY;

  for (;;) {
    const asked = clock.now();
    const snapshot = await ask.read(until);
    const now = clock.now();
    if (snapshot) {
      watched = watch(snapshot, now);
      const failed = failedOf(watched);
      if (failed.length > 0) settledBy = Math.min(settledBy, now + SETTLE_MS, until);
      if (failed.some(({ settling }) => !settling) || now >= settledBy) {
        watched = watch(snapshot, now, await ask.history(failed, until));
        const stillFailed = failedOf(watched);
        if (stillFailed.length === 0) settledBy = Number.POSITIVE_INFINITY;
        if (stillFailed.some(({ settling }) => !settling) || now >= settledBy) {
          const verdicts = verdictsOf(watched);
          tell(verdicts);
          throw failure(stackName, verdicts);
        }
      }
      tell(verdictsOf(watched));
      if (watched.every(({ verdict }) => verdict.state === 'converged')) return verdictsOf(watched);
    }
    if (now >= until) {
      const verdicts = watched.map(outOfTime);
      tell(verdicts);
      throw failure(stackName, verdicts, { timeoutMs: options.timeoutMs, cause: ask.lastError() });
    }
    // As long as the question took, at least: an engine that is slow, or has thousands of tasks to
    // tell of, is not kept busy by who waits for it.
    const tookMs = snapshot ? now - asked : 0;
    const pauseMs = Math.max(options.pollMs ?? POLL_MS, Math.min(tookMs, MOST_PAUSE_MS));
    const leftMs = snapshot ? leftToHold(watched) : Number.POSITIVE_INFINITY;
    await clock.sleep(Math.min(pauseMs, until - now, leftMs), signal);
  }
}

function verdictsOf(watched: readonly Watched[]): ServiceVerdict[] {
  return watched.map(({ verdict }) => verdict);
}

/** How long until everything has held, in ms; infinite where something does not hold yet. */
function leftToHold(watched: readonly Watched[]): number {
  const left = watched.map(({ leftMs }) => leftMs ?? Number.POSITIVE_INFINITY);
  // Whole ones, or a timer would end a part of one too early.
  return left.length === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(Math.max(...left)));
}

function failedOf(watched: readonly Watched[]): readonly Watched[] {
  return watched.filter(({ verdict }) => verdict.state === 'failed');
}

function onlyChanges(
  onProgress: ConvergeOptions['onProgress'],
): (verdicts: readonly ServiceVerdict[]) => void {
  let last = '';
  return (verdicts) => {
    const now = JSON.stringify(verdicts);
    if (now === last || verdicts.length === 0) return;
    last = now;
    onProgress(verdicts);
  };
}

interface Asking {
  /** `undefined` where the question failed. */
  read(until: number): Promise<Snapshot | undefined>;
  /**
   * Only where the end of an update makes it necessary; `undefined` where it is not, or cannot be
   * had.
   */
  history(failed: readonly Watched[], until: number): Promise<readonly Task[] | undefined>;
  /** With which the latest question failed; `undefined` where it was answered. */
  lastError(): unknown;
}

function patiently(reader: StackReader, options: ConvergeOptions): Asking {
  const { clock, signal } = options;
  const told = new Set<string>();
  let lastError: unknown;
  const attempt = async <T>(
    question: (signal: AbortSignal) => Promise<T>,
    until: number,
  ): Promise<T | undefined> => {
    const limitMs = Math.max(LEAST_READ_MS, Math.min(READ_TIMEOUT_MS, until - clock.now()));
    try {
      const answer = await within(limitMs, question, options);
      lastError = undefined;
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      lastError = error;
      if (!told.has(String(error))) options.onReadError?.(error);
      told.add(String(error));
      return undefined;
    }
  };
  return {
    read: (until) => attempt((bound) => reader.read(bound), until),
    history: async (failed, until) => {
      const tells = ({ verdict }: Watched) =>
        verdict.class === 'rolled-back' || (verdict.class === 'paused' && verdict.ends);
      if (!failed.some(tells)) return undefined;
      return await attempt((bound) => reader.history(bound), until);
    },
    lastError: () => lastError,
  };
}

/** Asks with a limit in ms that also holds where the question does not listen to its signal. */
async function within<T>(
  limitMs: number,
  question: (signal: AbortSignal) => Promise<T>,
  { clock, signal, outage }: Pick<ConvergeOptions, 'clock' | 'signal' | 'outage'>,
): Promise<T> {
  signal.throwIfAborted();
  const bound = new AbortController();
  const stop = () => bound.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const tooLong = clock.sleep(limitMs, bound.signal).then((): never => {
    throw new ActionError(`The swarm did not answer within ${formatDuration(limitMs)}.`, {
      details: outage?.() ?? '',
      hint: 'It is asked again until `wait-timeout` is over.',
    });
  });
  try {
    return await Promise.race([question(bound.signal), tooLong]);
  } finally {
    signal.removeEventListener('abort', stop);
    bound.abort();
  }
}

function outOfTime({ verdict, trouble, holdingMs }: Watched): ServiceVerdict {
  if (verdict.state !== 'pending') return verdict;
  const held = holdingMs === undefined ? '' : `, not yet for ${formatDuration(holdingMs)}`;
  return {
    ...verdict,
    state: 'failed',
    class: trouble?.class ?? 'timeout',
    summary: verdict.summary + held,
  };
}

function failure(
  stackName: string,
  verdicts: readonly ServiceVerdict[],
  timeout?: { readonly timeoutMs: number; readonly cause: unknown },
): ConvergeError {
  const failed = failedVerdicts(verdicts);
  const [first] = failed;
  const status = first?.class ?? 'timeout';
  const limit = timeout ? ` within ${formatDuration(timeout.timeoutMs)}` : '';
  // What was seen last may be long past.
  const isUnanswered = timeout?.cause !== undefined;
  const who = isUnanswered
    ? 'the swarm does not answer any more'
    : failed.map((verdict) => `${verdict.service} (${verdict.class})`).join(', ');
  const seen = failed.map(({ service, summary, reasons }) => {
    return [`${service}: ${summary}`, ...reasons.map((reason) => `  ${reason}`)].join('\n');
  });
  return new ConvergeError(
    `Stack ${stackName} did not converge${limit}${who && `: ${who}`}`,
    {
      status,
      details: [...(isUnanswered && first ? ['When it last answered:'] : []), ...seen].join('\n'),
      hint: hintFor(isUnanswered ? undefined : first, timeout !== undefined),
      cause: timeout?.cause,
    },
    verdicts,
  );
}

function hintFor(first: ServiceVerdict | undefined, timedOut: boolean): string {
  const raise = 'Raise `wait-timeout` if it only needs longer.';
  if (!first) return `The swarm could not be asked. Check that the manager is up. ${raise}`;
  const { hint } = diagnose(first, undefined);
  return timedOut && !hint.includes('wait-timeout') ? `${hint} ${raise}` : hint;
}
