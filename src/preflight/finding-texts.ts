import { count } from '../base/count.ts';
import { listed } from '../base/listed.ts';
import type { PreflightFinding } from './host.ts';

/** Hosts that a text names. */
const NAMES = 10;
/** Texts of one check that are not the same. */
const TEXTS = 5;

/**
 * Findings as texts for people. Those that say the same of several hosts are one text, and of one
 * check there are `TEXTS` at most, with a count of the rest: what is wrong with all of a thousand
 * hosts is told once.
 */
export function findingTexts(findings: readonly PreflightFinding[]): string[] {
  return [...Map.groupBy(findings, ({ check }) => check).values()].flatMap((ofCheck) => {
    const alike = [...Map.groupBy(ofCheck, withoutHost).values()];
    const rest = alike.slice(TEXTS).flat();
    return [...alike.slice(0, TEXTS).map(textOf), ...restOf(rest)];
  });
}

function textOf([first, ...same]: readonly PreflightFinding[]): string {
  if (!first) return '';
  const { host, message, remedy } = first;
  const also =
    same.length === 0 ? [] : [`The same on ${count(same.length, 'other host')}: ${namesOf(same)}`];
  return [`${host}: ${message}`, remedy, ...also].join('\n');
}

function restOf(rest: readonly PreflightFinding[]): string[] {
  const [first] = rest;
  if (!first) return [];
  const what = count(rest.length, 'more host');
  return [`${what} with findings about ${first.check}, which the table shows: ${namesOf(rest)}`];
}

function namesOf(findings: readonly PreflightFinding[]): string {
  return listed(
    findings.map(({ host }) => host),
    NAMES,
  );
}

/** Where a name ends, no other begins: `web-1` is no part of `web-10`. */
function withoutHost({ host, message, remedy }: PreflightFinding): string {
  const escaped = host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const name = new RegExp(`(?<![\\w.-])${escaped}(?![\\w-]|\\.\\w)`, 'g');
  return `${message}\n${remedy}`.replace(name, '');
}
