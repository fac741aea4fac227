import { ActionError, describeError, type Status } from '../base/errors.ts';
import { ANNOTATIONS } from '../base/log.ts';
import { ComposeError } from '../compose/findings.ts';
import { kindsOf } from '../compose/log-findings.ts';
import { githubLog } from '../report/log.ts';
import { setOutput } from './runner/files.ts';

/** The output `status` of a run that ended with this error. */
export function statusOf(error: unknown): Status {
  if (error instanceof ActionError) return error.status;
  if (error instanceof AggregateError) return statusOf(error.errors[0]);
  return 'failed';
}

/** Shows the error and lets the step fail. */
export function fail(error: unknown): void {
  if (error instanceof ComposeError) {
    // The others stand in the text of the error, and each kind in one of its places.
    const shown = kindsOf(error.findings).slice(0, ANNOTATIONS - 1);
    for (const { message, location } of shown) githubLog.error(message, location);
  }
  githubLog.error(describeError(error), { title: 'Swarm Up' });
  process.exitCode = 1;
}

/** Ends a step that failed before it had anything else to report. Never throws. */
export function failEarly(error: unknown): void {
  const unwritten = attempt(() => setOutput('status', statusOf(error)));
  fail(error);
  failAlso(unwritten, error);
}

/** What the work threw; undefined where it threw nothing. */
export function attempt(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * Shows what went wrong beside the failure of the step, where anything did and its first line was
 * not shown yet.
 */
export function failAlso(error: unknown, shown: unknown): void {
  if (error === undefined) return;
  if (firstLine(error) !== firstLine(shown)) fail(error);
}

function firstLine(error: unknown): string | undefined {
  return describeError(error).split('\n', 1)[0];
}
