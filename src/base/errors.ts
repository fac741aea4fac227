/** How a run can end; `status` output of the action. */
export type Status =
  | 'converged'
  /** `wait: false`: handed to the swarm, and nobody waited for it. */
  | 'deployed'
  /** `dry-run: true`: nothing was changed. */
  | 'planned'
  /** A newer run deploys the same, so this one has changed nothing. */
  | 'superseded'
  /** After `status`: not everything runs yet, and nothing has failed. */
  | 'pending'
  | 'rolled-back'
  | 'paused'
  | 'unschedulable'
  | 'image'
  | 'crash-loop'
  | 'job-failed'
  | 'timeout'
  | 'cancelled'
  | 'failed';

/** Whether a run has deployed what it was to deploy, as far as it looked. */
export function isUp(status: Status): boolean {
  return status === 'converged' || status === 'deployed';
}

interface ActionErrorOptions {
  /** What the program that failed said itself, untruncated. */
  readonly details?: string | undefined;
  /** What the reader can do about it: a command to paste, an input to change. */
  readonly hint?: string | undefined;
  readonly status?: Status | undefined;
  readonly cause?: unknown;
}

/**
 * An error that a user reads. `message` says what failed and where; `details` holds the program's
 * own words; `hint` says what to do. Everything else that is thrown is a bug of ours and is
 * reported with its stack.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly details: string | undefined;
  readonly hint: string | undefined;
  readonly status: Status;

  constructor(message: string, options: ActionErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.details = options.details?.trim() || undefined;
    this.hint = options.hint;
    this.status = options.status ?? 'failed';
  }
}

/**
 * The whole text of an error for the log: what failed, the program's own words (indented), what to
 * do; then each cause in the same form.
 */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError) {
    return [error.message, ...error.errors.map((one) => indent(describeError(one)))].join('\n');
  }
  // Of a limit or an abort, which says all there is to say; where it was thrown helps nobody.
  if (error instanceof DOMException) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof ActionError)) return error.stack ?? error.message;
  const lines = [error.message];
  if (error.details) lines.push(indent(error.details));
  const cause = unprintedCause(error, lines);
  if (cause) lines.push(indent(describeCause(cause, error.hint)));
  if (error.hint) lines.push(error.hint);
  return lines.join('\n');
}

/**
 * The nearest cause of which not everything is among the lines: mostly an error holds the words of
 * the command under it.
 */
function unprintedCause(error: Error, lines: readonly string[]): Error | undefined {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    if (isContained(cause, lines)) return undefined;
    if (!(cause instanceof ActionError) || !hasWords(lines, cause.details)) return cause;
  }
  return undefined;
}

/** Whether each line of these details stands there. */
function hasWords(lines: readonly string[], details: string | undefined): boolean {
  if (details === undefined) return false;
  const said = lines.flatMap((text) => text.split('\n')).map((line) => line.trim());
  return details.split('\n').every((line) => said.includes(line.trim()));
}

/** A cause that is not ours is named; where it was thrown helps nobody who reads the log. */
function describeCause(cause: Error, hint: string | undefined): string {
  if (!(cause instanceof ActionError)) return `${cause.name}: ${cause.message}`;
  const { message, details, status } = cause;
  const isSameHint = hint !== undefined && cause.hint === hint;
  if (!isSameHint) return describeError(cause);
  return describeError(
    new ActionError(message, { details: details ?? '', status, cause: cause.cause }),
  );
}

function isContained(cause: Error, lines: readonly string[]): boolean {
  return lines.some((line) => line.includes(cause.message));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
