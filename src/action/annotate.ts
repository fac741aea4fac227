import { ActionError } from '../errors.ts';
import { githubLog } from '../report/log.ts';
import type { Report } from '../report/report.ts';

/** One annotation per service that failed, at its line of the compose file. */
export function annotateServices(report: Pick<Report, 'diagnoses'>): void {
  for (const { service, cause, evidence, hint, logTail, location } of report.diagnoses) {
    const logs = logTail ? ['Its last log lines:', logTail.replace(/^/gm, '  ')] : [];
    githubLog.error([cause, ...evidence, hint, ...logs].join('\n'), {
      title: `Service ${service}`,
      ...location,
    });
  }
}

/** The error without what the annotations of the services have said already. */
export function unsaid(error: unknown, { diagnoses }: Pick<Report, 'diagnoses'>): unknown {
  if (!(error instanceof ActionError) || diagnoses.length === 0) return error;
  const { message, hint, cause } = error;
  const isSaid = diagnoses.some((diagnosis) => diagnosis.hint === hint);
  return new ActionError(message, {
    ...(cause === undefined ? {} : { cause }),
    ...(hint === undefined || isSaid ? {} : { hint }),
  });
}
