import { formatSpan } from '../../base/duration.ts';
import { atMost, code, table, words } from '../markdown.ts';

const ROWS = 200;

/** What is known of a stack that stays, beside what runs of it. */
export interface StandingReport {
  readonly cluster: string;
  /**
   * The step that has deployed it last, as `<run>/<job>/<step>`; undefined where this action has
   * not.
   */
  readonly deployedBy: string | undefined;
  /** Where its run can be looked at, or its number where there is no such place. */
  readonly deployedAt: string | undefined;
  readonly pullRequest: string | undefined;
  /** RFC 3339 time of the first deployment. */
  readonly created: string | undefined;
  /** The time after which `sweep` may remove it, and what is left until then in words. */
  readonly expires: { readonly at: string; readonly left: string } | undefined;
  /** The run that deploys or removes it now. */
  readonly lock: { readonly who: string; readonly since: string } | undefined;
  readonly changes: readonly ChangeReport[];
}

interface ChangeReport {
  readonly service: string;
  /** RFC 3339 time of its last change. */
  readonly at: string | undefined;
  /** Docker's word for what came of it; empty where the service was made and not changed since. */
  readonly update: string;
  /** The engine's own words where the update did not simply end. */
  readonly message: string;
}

/** Pairs of a name and a value, in the order in which they are shown. */
function factsOf(report: StandingReport, now: Date): (readonly [string, string])[] {
  const { cluster, deployedBy, deployedAt, pullRequest, created, expires, lock } = report;
  const place = deployedAt === undefined || deployedAt === deployedBy ? '' : ` (${deployedAt})`;
  return [
    ['Cluster', cluster],
    ['Deployed by', deployedBy === undefined ? 'not known: not by Swarm Up' : deployedBy + place],
    ...(pullRequest === undefined ? [] : [['Pull request', pullRequest] as const]),
    ...(created === undefined ? [] : [['First deployed', moment(created, now)] as const]),
    ['Expires', expires === undefined ? 'no ttl' : `${expires.at}, time left: ${expires.left}`],
    ['Lock', lock === undefined ? 'free' : `held by run ${lock.who} since ${lock.since}`],
  ];
}

/** As lines of the log. */
export function standingLines(report: StandingReport, now: Date): string[] {
  const facts = factsOf(report, now);
  const width = Math.max(...facts.map(([name]) => name.length));
  const serviceWidth = Math.max(0, ...report.changes.map(({ service }) => service.length));
  return [
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    ...report.changes.map(
      (one) => `${one.service.padEnd(serviceWidth)}  changed ${changeWords(one, now)}`,
    ),
  ];
}

/** As GitHub's Markdown, below the summary of what runs. */
export function renderStanding(report: StandingReport, now: Date): string {
  const facts = factsOf(report, now).map(([name, value]) => [name, words(value, 300)]);
  const { shown, more } = atMost(report.changes, ROWS);
  const changes = shown.map(({ service, at, update, message }) => [
    code(service, 64),
    words(at === undefined ? '' : moment(at, now), 100),
    words(update.replaceAll('_', ' '), 64),
    words(message, 300),
  ]);
  const columns = ['Service', 'Last change', 'Update', 'What the engine said'];
  return `${[
    `### Deployment\n\n${table(['What', 'Value'], facts)}`,
    ...(changes.length === 0 ? [] : [`### Last changes\n\n${table(columns, changes)}`]),
    ...(more === 0 ? [] : [`and ${more} more, in the job log.`]),
  ].join('\n\n')}\n`;
}

function changeWords({ at, update, message }: ChangeReport, now: Date): string {
  const what = update === '' ? '' : `, update ${update.replaceAll('_', ' ')}`;
  return `${at === undefined ? '' : moment(at, now)}${what}${message === '' ? '' : `: ${message}`}`;
}

/** `3 h ago (2026-11-30 10:00 UTC)`; the text as it is where it is no time. */
function moment(time: string, now: Date): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const utc = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `${formatSpan(Math.max(0, now.getTime() - at))} ago (${utc} UTC)`;
}
