import { setOutput } from '@actions/core';
import { ActionError, describeError, type Status } from '../errors.ts';
import { githubLog } from '../report/log.ts';
import { ComposeError } from '../stack/findings.ts';

/** The output `status` of a run that ended with this error. */
export function statusOf(error: unknown): Status {
  if (error instanceof ActionError) return error.status;
  if (error instanceof AggregateError) return statusOf(error.errors[0]);
  return 'failed';
}

/** Shows the error and lets the step fail. */
export function fail(error: unknown): void {
  if (error instanceof ComposeError) {
    for (const { message, location } of error.findings) githubLog.error(message, location);
  }
  githubLog.error(describeError(error), { title: 'Swarm Up' });
  process.exitCode = 1;
}

/** Ends a step that failed before it had anything else to report. */
export function failEarly(error: unknown): void {
  setOutput('status', statusOf(error));
  fail(error);
}
