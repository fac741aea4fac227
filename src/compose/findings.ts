import { ActionError } from '../base/errors.ts';
import type { KeyPath, Location } from './location.ts';

/** Something the user should know about the compose file, with the place to look at. */
export interface Finding {
  readonly level: 'warning' | 'error';
  /** What, why, and what to do, in one line of text. */
  readonly message: string;
  readonly location: Location | undefined;
}

/**
 * What becomes of warnings, which tell of what can be left out without changing what the file means
 * or how safe it is: `strict` makes an error of each.
 */
export const COMPATIBILITIES = ['warn', 'strict'] as const;
export type Compatibility = (typeof COMPATIBILITIES)[number];

/**
 * A compose file that cannot be deployed. Every problem of it is in `findings`, so that each can be
 * shown at its line.
 */
export class ComposeError extends ActionError {
  readonly findings: readonly Finding[];

  constructor(message: string, findings: readonly Finding[], hint?: string) {
    super(message, {
      details: findings.map(describeFinding).join('\n'),
      hint,
    });
    this.findings = findings;
  }
}

/** `compose.yaml:12: message`, for logs. */
function describeFinding(finding: Finding): string {
  const { location, message } = finding;
  return location ? `${location.file}:${location.line}: ${message}` : message;
}

/**
 * Takes what is noticed while a file is rendered; nothing is thrown before all of it has been seen.
 */
export interface Findings {
  warn(path: KeyPath, message: string): void;
  refuse(path: KeyPath, message: string): void;
  all(): readonly Finding[];
}

/** How many services are named that have one and the same finding. */
const NAMED = 3;

/**
 * Findings of several services that have one cause, a line that they share (an anchor, an extended
 * service), as one that names them. The others stay as they are, in their order.
 */
export function groupFindings(findings: readonly Finding[]): readonly Finding[] {
  const groups = Map.groupBy(findings, (finding) => {
    const of = serviceOf(finding);
    return of && finding.location
      ? `${finding.level} ${finding.location.file}:${finding.location.line} ${of.rest}`
      : finding;
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const names = [...new Set(group.flatMap((one) => serviceOf(one)?.name ?? []))];
    const rest = first && serviceOf(first)?.rest;
    if (!first || rest === undefined || names.length < 2) return first ?? [];
    const more = names.length - NAMED;
    const shown = names.slice(0, NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
    return { ...first, message: `services ${shown}: ${rest}` };
  });
}

function serviceOf({ message }: Finding): { name: string; rest: string } | undefined {
  const [, name, rest] = /^service (\S+): (.*)$/s.exec(message) ?? [];
  return name === undefined || rest === undefined ? undefined : { name, rest };
}

/**
 * Collects findings in the order they are made; `all` gives those of one cause as one. What is said
 * of a value at or above one of the paths that are `told` already is left out.
 */
export function collectFindings(
  locate: (path: KeyPath) => Location | undefined,
  told: readonly KeyPath[] = [],
): Findings {
  const findings: Finding[] = [];
  const isTold = (path: KeyPath) =>
    path.length > 2 && told.some((one) => path.every((key, at) => one[at] === key));
  const add = (level: Finding['level']) => (path: KeyPath, message: string) => {
    if (isTold(path)) return;
    findings.push({ level, message, location: locate(path) });
  };
  return { warn: add('warning'), refuse: add('error'), all: () => groupFindings(findings) };
}
