import type { Report } from '../report/report.ts';
import type { Log } from '../step.ts';

/** A log that remembers its warnings, for the summary. */
export function warningsOf(inner: Log): {
  readonly log: Log;
  readonly warnings: Report['warnings'];
} {
  const warnings: Report['warnings'][number][] = [];
  const log: Log = {
    ...inner,
    warning: (message, place) => {
      const { file, line } = place ?? {};
      warnings.push({
        message,
        ...(file !== undefined && { file }),
        ...(line !== undefined && { line }),
      });
      inner.warning(message, place);
    },
  };
  return { log, warnings };
}
