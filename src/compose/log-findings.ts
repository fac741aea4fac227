import { listed } from '../base/listed.ts';
import type { Log } from '../base/log.ts';
import type { Finding } from './findings.ts';

/**
 * So many warnings of a file are annotations: GitHub shows ten of a step, and some are of what
 * comes later.
 */
const ANNOTATIONS = 6;
const NAMED = 3;

/**
 * Warns of what was found in a file: of each kind once, what changes how the services run before
 * what is only left out. Those beyond the first few are no annotations. Where a kind stands in
 * several places, each is a line of the log.
 */
export function logFindings(
  log: Pick<Log, 'info' | 'warning'>,
  findings: readonly Finding[],
): void {
  for (const [at, { message, location, members }] of kindsOf(findings).entries()) {
    log.warning(message, { ...location, isMinor: at >= ANNOTATIONS });
    if (members.length < 2) continue;
    for (const one of members) log.info(`  ${placed(one)}`);
  }
}

interface Kind extends Finding {
  readonly members: readonly Finding[];
}

/**
 * Findings that say the same of several services as one that names them, at the place of the first;
 * the more important ones first.
 */
export function kindsOf(findings: readonly Finding[]): readonly Kind[] {
  const groups = Map.groupBy(
    findings,
    (one) => `${one.level} ${ofService(one)?.rest ?? one.message}`,
  );
  return [...groups.values()]
    .flatMap((members): Kind[] => {
      const [first] = members;
      const of = first && ofService(first);
      if (!first) return [];
      if (!of || members.length === 1) return [{ ...first, members }];
      const names = [...new Set(members.map((one) => ofService(one)?.names ?? ''))];
      const shown = listed(names, NAMED);
      return [{ ...first, message: `services ${shown}: ${of.rest}`, members }];
    })
    .sort((a, b) => rank(a) - rank(b));
}

/** What is refused, what the services run without, and what they do not miss. */
function rank({ level, message }: Finding): number {
  if (level === 'error') return 0;
  return /\b(?:is|are) left out\b/.test(message) && !/runs? without/.test(message) ? 2 : 1;
}

function ofService({ message }: Finding): { names: string; rest: string } | undefined {
  const [, names, rest] = /^services? ([^:]+): (.*)$/s.exec(message) ?? [];
  return names === undefined || rest === undefined ? undefined : { names, rest };
}

function placed({ message, location }: Finding): string {
  return location ? `${location.file}:${location.line}: ${message}` : message;
}
