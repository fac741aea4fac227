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
  readonly details?: string;
  /** What the reader can do about it: a command to paste, an input to change. */
  readonly hint?: string;
  readonly status?: Status;
  readonly cause?: unknown;
}

/**
 * An error that a user reads. `message` says what failed and where; `details` holds the program's own words; `hint` says what to do.
 * Everything else that is thrown is a bug of ours and is reported with its stack.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly details: string | undefined;
  readonly hint: string | undefined;
  readonly status: Status;

  constructor(message: string, options: ActionErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.details = options.details?.trim() || undefined;
    this.hint = options.hint;
    this.status = options.status ?? 'failed';
  }
}

/** The whole text of an error for the log: what failed, the program's own words (indented), what to do; then each cause in the same form. */
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
  if (error.cause instanceof Error && !isContained(error.cause, lines)) {
    lines.push(indent(describeCause(error.cause)));
  }
  if (error.hint) lines.push(error.hint);
  return lines.join('\n');
}

/** A cause that is not ours is named; where it was thrown helps nobody who reads the log. */
function describeCause(cause: Error): string {
  return cause instanceof ActionError ? describeError(cause) : `${cause.name}: ${cause.message}`;
}

function isContained(cause: Error, lines: readonly string[]): boolean {
  return lines.some((line) => line.includes(cause.message));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
