import type * as z from 'zod';
import type { Clock } from '../../base/clock.ts';
import { formatDuration } from '../../base/duration.ts';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import type { Argv } from '../../exec/argv.ts';
import {
  CommandError,
  CommandTimeout,
  type Executor,
  type RunResult,
} from '../../exec/executor.ts';
import { isNotFound } from '../../exec/not-started.ts';
import { quote } from '../../exec/quote.ts';
import type { Bounds } from '../cloud/cloud-client.ts';
import { withoutOwnVariables } from '../own-variables.ts';
import { hideKey } from './hide-key.ts';
import { lastDocument } from './last-document.ts';
import { PROTOCOL, type Request } from './requests.ts';

/** What programs end with, by the protocol. */
const EXIT = { done: 0, notFound: 10, noRoom: 11, tryAgain: 12 } as const;

/** Before each further attempt after `tryAgain`, in ms. */
const PAUSES_MS = [2_000, 4_000, 8_000];
/** How much of what a program said is told, in lines. */
const TOLD_LINES = 20;

/** What a piece of work with the programs needs. */
export interface Work {
  readonly runner: Executor;
  readonly clock: Clock;
  readonly log: DriverLog;
  readonly bounds: Bounds;
  /** Of one call, in ms. */
  readonly timeoutMs: number;
  /** The variables of the step. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The program of a call, what it is asked, and the form of its answer. */
export interface Call<T> {
  readonly argv: Argv;
  readonly request: Request;
  readonly answer: z.ZodType<T>;
}

/**
 * Asks a program of the user's own, and again as its exit code says. Gone already is success. Its standard error goes to the log. Throws `ActionError` if it fails,
 * takes too long, or answers in another form; rejects with the signal's reason on abort. Settles
 * only when the program and what it has started have ended.
 */
export async function callProgram<T>(work: Work, call: Call<T>): Promise<T> {
  let { request } = call;
  for (const pauses = [...PAUSES_MS]; ; ) {
    const result = await runOnce(work, { ...call, request });
    if (result.exitCode === EXIT.done) return answerOf(call, result);
    if (isGone(request, result)) return call.answer.parse({});
    const next = nextRequest(request, result.exitCode, pauses);
    if (!next) throw failed(call, result);
    if (result.exitCode === EXIT.tryAgain) await pause(work, call, result, pauses.shift() ?? 0);
    else work.log.info(`${titleOf(call)}: no room. It is asked once more.`);
    request = next;
  }
}

/** Whether there is nothing to remove. A list, which has to say what there is, never ends so. */
function isGone({ action }: Request, { exitCode }: RunResult): boolean {
  return exitCode === EXIT.notFound && (action === 'destroy' || action === 'cleanup');
}

/** What is asked after this exit code; undefined if nothing more is. */
function nextRequest(
  request: Request,
  exitCode: number,
  pauses: readonly number[],
): Request | undefined {
  if (exitCode === EXIT.tryAgain && pauses.length > 0) return request;
  const mayMove = exitCode === EXIT.noRoom && request.action === 'create' && request.attempt === 1;
  return mayMove ? { ...request, attempt: 2 } : undefined;
}

async function pause(
  { clock, bounds, log }: Work,
  call: Call<unknown>,
  result: RunResult,
  ms: number,
): Promise<void> {
  if (clock.now() + ms > bounds.deadline) throw failed(call, result);
  log.info(`${titleOf(call)}: not now. It is asked again in ${ms / 1_000} s.`);
  await clock.sleep(ms, bounds.signal);
}

async function runOnce(work: Work, call: Call<unknown>): Promise<RunResult> {
  const { runner, clock, bounds, log, variables } = work;
  const timeoutMs = Math.max(1, Math.min(work.timeoutMs, bounds.deadline - clock.now()));
  const hide = hiding(call.request);
  const title = titleOf(call);
  try {
    return await runner.run(call.argv, {
      stdin: `${JSON.stringify({ protocol: PROTOCOL, ...call.request })}\n`,
      env: {
        ...withoutOwnVariables(variables),
        SWARM_UP_PROTOCOL: String(PROTOCOL),
      },
      ...{ timeoutMs, signal: bounds.signal, anyExitCode: true },
      onErrorLine: (line) => log.info(`${title}: ${hide(line)}`),
    });
  } catch (error) {
    bounds.signal.throwIfAborted();
    throw notEnded(call, error, timeoutMs);
  }
}

/** `create shop-1`. */
function titleOf({ request }: Pick<Call<unknown>, 'request'>): string {
  return 'name' in request ? `${request.action} ${request.name}` : request.action;
}

function hiding(request: Request): (text: string) => string {
  return hideKey(request.action === 'create' ? request.host_key.private : undefined);
}

function answerOf<T>(call: Call<T>, { stdout }: RunResult): T {
  const document = lastDocument(stdout);
  const answer = call.answer.safeParse(document);
  if (answer.success) return answer.data;
  const isNone = document === undefined;
  const what = isNone ? 'Its output has to end with JSON.' : problemsOf(answer.error);
  throw new ActionError(
    `The program of \`${call.request.action}\` gave no answer of protocol ${PROTOCOL}: ${quote(call.argv)}`,
    {
      details: `${what}\nIt printed:\n${lastLines(call, stdout) || '(nothing)'}`,
      hint: 'The form of each answer is in docs/drivers/command.md. `script/check-command` tries all programs.',
    },
  );
}

/** A line for each: which field, and what was expected there. */
function problemsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `\`${fieldOf(path)}\`: expected ${message}`).join('\n');
}

/** `machines[0].address`. */
function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return text.join('').replace(/^\./, '') || 'answer';
}

function failed(call: Call<unknown>, { exitCode, stderr, stdout }: RunResult): ActionError {
  const title = titleOf(call);
  const details = lastLines(call, stderr.trim() === '' ? stdout : stderr);
  if (exitCode === EXIT.noRoom) {
    return new ActionError(`The program of \`${title}\` has no room: ${quote(call.argv)}`, {
      details,
      hint: 'Have the program try another place or size, or run this again later.',
    });
  }
  return new ActionError(
    `The program of \`${title}\` failed (exit code ${exitCode}): ${quote(call.argv)}`,
    {
      details,
      ...(exitCode === EXIT.tryAgain && {
        hint: 'By exit code 12 it says that a later attempt may succeed: run this again later.',
      }),
    },
  );
}

function notEnded(call: Call<unknown>, error: unknown, timeoutMs: number): unknown {
  const title = titleOf(call);
  const program = quote(call.argv);
  if (error instanceof CommandTimeout) {
    return new ActionError(
      `The program of \`${title}\` did not end within ${formatDuration(timeoutMs)}, and was ended: ${program}`,
      {
        details: lastLines(call, error.output.stderr),
        hint: 'If it needs longer, give a longer `timeout` in `driver-options`.',
      },
    );
  }
  if (error instanceof CommandError) {
    const details = lastLines(call, error.result.stderr);
    return new ActionError(`The program of \`${title}\` was ended by a signal: ${program}`, {
      details,
    });
  }
  return isNotFound(error) ? missing(call, error) : error;
}

function missing({ argv: [program], request }: Call<unknown>, cause: ActionError): ActionError {
  return new ActionError(`The program of \`${request.action}\` was not found: ${program}`, {
    hint: /[\\/]/.test(program)
      ? 'Its path counts from the folder of the job. In a job that has not checked out the repository, add the step `actions/checkout` before this one. If it is there, what its first line (`#!`) names is missing.'
      : cause.hint,
    cause,
  });
}

function lastLines({ request }: Call<unknown>, text: string): string {
  const lines = text.trim().split('\n').slice(-TOLD_LINES);
  return hiding(request)(lines.join('\n'));
}
