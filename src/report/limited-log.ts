import { ANNOTATIONS, type AnnotationPlace, type Log } from '../base/log.ts';
import type { WarningReport } from './report.ts';

/** A log whose warnings are kept for the summary, and of which GitHub drops none without a word. */
export interface LimitedLog extends Log {
  /** All of them, in their order. */
  readonly warnings: readonly WarningReport[];
  /** Writes one annotation that counts those that were none. To be called at the end. */
  countOthers(): void;
}

/**
 * Nine warnings become annotations; minor ones, and all after these, are lines of the log, which
 * one annotation counts at the end.
 */
export function limitedLog(log: Log): LimitedLog {
  const warnings: WarningReport[] = [];
  let shown = 0;
  let others = 0;
  const warning = (message: string, { isMinor, ...place }: AnnotationPlace = {}) => {
    warnings.push({ message, ...place });
    if (!isMinor && shown < ANNOTATIONS - 1) {
      shown += 1;
      log.warning(message, place);
      return;
    }
    others += 1;
    const at = place.file === undefined ? '' : `${place.file}:${place.line ?? 1}: `;
    log.info(`Warning: ${at}${message}`);
  };
  return {
    ...{ ...log, warnings, warning },
    countOthers: () => {
      if (others === 0) return;
      const what = others === 1 ? '1 more warning stands' : `${others} more warnings stand`;
      log.warning(`${what} in the summary and in the log ("Warning: …").`, { title: 'Swarm Up' });
      others = 0;
    },
  };
}
