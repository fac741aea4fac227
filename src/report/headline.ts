import { count } from '../base/count.ts';
import type { Status } from '../base/errors.ts';
import type { Plan } from '../deploy/plan.ts';
import { planCounts } from '../deploy/plan-text.ts';
import { oneLine } from './markdown.ts';
import type { Report } from './report.ts';

const NAMES = 3;
/** The state of work that has ended well. */
const COMPLETED = /^(\d+)\/\1 completed$/;

/**
 * How a name or an address is set off in the sentence: as code in Markdown, not at all in the log.
 */
export interface Marks {
  readonly name: (text: string) => string;
  readonly url: (text: string) => string;
  /** A sentence that others may have written. */
  readonly text: (text: string) => string;
}

const AS_IT_IS = (text: string) => text;
const NO_MARKS: Marks = { name: AS_IT_IS, url: AS_IT_IS, text: AS_IT_IS };

/** The outcome in one sentence, for example `web runs on 3 nodes: http://127.0.0.1:8080`. */
export function headline(report: Report, marks: Marks = NO_MARKS): string {
  const what = marks.name(report.stack ?? report.cluster);
  switch (report.status) {
    case 'converged':
      return success(report, what, marks);
    case 'deployed':
      return success(report, what, marks);
    case 'planned':
      return `Plan for ${what}: ${planned(report)} (dry run, nothing changed)`;
    case 'superseded':
      return `${what} was not deployed: a newer run has taken the place of this one`;
    case 'pending':
      return `Not all of ${what} runs${culprits(report, marks)}`;
    case 'cancelled':
      return `${what} was cancelled`;
    default:
      return failed(report, report.status, what, marks);
  }
}

type Failed = Exclude<
  Status,
  'converged' | 'deployed' | 'pending' | 'planned' | 'superseded' | 'cancelled'
>;

/** What is said of a stack that failed, before the services to which it applies. */
const FAILURES: Readonly<Record<Failed, (what: string) => string>> = {
  'rolled-back': (what) => `${what} was rolled back`,
  paused: (what) => `The update of ${what} is paused`,
  unschedulable: (what) => `${what} finds no node that fits`,
  image: (what) => `${what} cannot start, image not found`,
  'crash-loop': (what) => `${what} does not stay up`,
  'job-failed': (what) => `A job of ${what} failed`,
  timeout: (what) => `${what} did not converge in time`,
  failed: (what) => `${what} failed`,
};

function failed(report: Report, status: Failed, what: string, marks: Marks): string {
  const culprit = culprits(report, marks);
  // Of a failure that no service is to blame for, the error says what it was.
  const cause = culprit === '' && status === 'failed' ? causeOf(report, marks) : culprit;
  return FAILURES[status](what) + cause;
}

const CAUSE_LENGTH = 120;

/** Whether the headline has all of the error's message. */
export function headlineHasError(report: Report): boolean {
  const message = (report.error?.message ?? '').trim();
  return (
    report.status === 'failed' &&
    culprits(report, NO_MARKS) === '' &&
    !message.includes('\n') &&
    message.length <= CAUSE_LENGTH
  );
}

/** `: docker stack deploy failed on node-1`: the first sentence of the error. */
function causeOf({ error }: Report, { text }: Marks): string {
  const [first = ''] = (error?.message ?? '').split('\n', 1);
  const sentence = oneLine(first, CAUSE_LENGTH).replace(/[.:]$/, '');
  return sentence === '' ? '' : `: ${text(sentence)}`;
}

/** What became of a deployment, as one character that is found in a list of jobs. */
export function sign(status: Status): string {
  switch (status) {
    case 'converged':
    case 'deployed':
      return '✅';
    case 'planned':
      return '📋';
    case 'pending':
      return '⏳';
    case 'superseded':
      return '⏭️';
    case 'cancelled':
      return '🚫';
    default:
      return '❌';
  }
}

/**
 * The address that a following step most likely wants: that of the proxy, else the first one over
 * HTTP, else the first at all; empty where none is published.
 */
export function firstUrl({ url, endpoints }: Pick<Report, 'url' | 'endpoints'>): string {
  if (url !== undefined) return url;
  const urls = endpoints.flatMap((endpoint) => endpoint.urls);
  return urls.find((one) => /^https?:/.test(one)) ?? urls[0] ?? '';
}

function success(report: Report, what: string, marks: Marks): string {
  const lost = report.nodes.filter(({ state }) => state === 'down').map(({ name }) => name);
  const rest = lost.length === 0 ? '' : ` (${lost.map(marks.name).join(', ')} down)`;
  const nodes = count(report.nodes.length - lost.length, 'node') + rest;
  const url = firstUrl(report);
  if (report.stack === undefined) return `The swarm ${what} of ${nodes} is ready`;
  const done =
    report.status === 'deployed'
      ? `was deployed to ${nodes}, and not waited for`
      : `runs on ${nodes}`;
  return `${what} ${done}${url === '' ? '' : `: ${marks.url(url)}`}`;
}

function planned({ plan, machines = [] }: Report): string {
  const services = plan && plannedServices(plan);
  return [services ?? '', ...machines].filter(Boolean).join('; ') || 'no changes';
}

/** `3 services updated, 3 unchanged`. */
function plannedServices(plan: Plan): string {
  const [first = '', ...rest] = planCounts(plan).split(', ');
  const [number = '', word = ''] = first.split(' ');
  if (word === '') return '';
  return [`${count(Number(number), 'service')} ${word}`, ...rest].join(', ');
}

/** The services that the outcome is about, and how many failed in another way. */
function culprits({ status, services }: Report, { name }: Marks): string {
  const failed = services.filter((service) => service.class !== undefined);
  const same = failed.filter((service) => service.class === status);
  const late = services.filter(
    ({ running, desired, summary }) => running < desired && !COMPLETED.test(summary),
  );
  const named = [same, failed, status === 'timeout' || status === 'pending' ? late : []].find(
    ({ length }) => length > 0,
  );
  if (named === undefined) return '';
  const others = failed.length - named.length;
  const rest = others > 0 ? `; ${others} more failed in other ways` : '';
  return `: ${list(named.map((service) => name(service.name)))}${rest}`;
}

function list(names: readonly string[]): string {
  if (names.length <= NAMES) return names.join(', ');
  return `${names.slice(0, NAMES - 1).join(', ')} and ${names.length - NAMES + 1} more`;
}
