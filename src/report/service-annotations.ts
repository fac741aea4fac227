import { ANNOTATIONS, type Log } from '../base/log.ts';
import type { Report } from './report.ts';

/**
 * An annotation for each service that failed, at its line of the compose file. Those that GitHub
 * would drop are lines of the log, and counted in one.
 */
export function annotateServices(
  log: Pick<Log, 'info' | 'error'>,
  { diagnoses }: Pick<Report, 'diagnoses'>,
): void {
  const isTooMany = diagnoses.length > ANNOTATIONS - 1;
  const shown = isTooMany ? ANNOTATIONS - 2 : diagnoses.length;
  for (const [at, { service, cause, evidence, hint, logTail, location }] of diagnoses.entries()) {
    const logs = logTail ? ['Its last log lines:', logTail.replace(/^/gm, '  ')] : [];
    const text = [cause, ...evidence, hint, ...logs].join('\n');
    if (at < shown) log.error(text, { title: `Service ${service}`, ...location });
    else log.info(`Service ${service}: ${text}`);
  }
  if (!isTooMany) return;
  log.error(`${diagnoses.length - shown} more services failed: the log says why.`, {
    title: 'Swarm Up',
  });
}
