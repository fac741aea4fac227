import { count } from '../count.ts';
import { planCounts } from '../stack/plan-text.ts';
import type { Report } from './report.ts';

const NAMES = 3;

/** How a name or an address is set off in the sentence: as code in Markdown, not at all in the log. */
export interface Marks {
  readonly name: (text: string) => string;
  readonly url: (text: string) => string;
}

const NO_MARKS: Marks = { name: (text) => text, url: (text) => text };

/** The outcome in one sentence, for example `web runs on 3 nodes: http://127.0.0.1:8080`. */
export function headline(report: Report, marks: Marks = NO_MARKS): string {
  const subject = report.stack ?? report.cluster;
  const what = marks.name(subject);
  const because = culprits(report, marks);
  switch (report.status) {
    case 'converged':
      return success(report, what, marks);
    case 'deployed':
      return success(report, what, marks);
    case 'planned':
      return `Nothing was changed; deploying ${what} would: ${planned(report)}`;
    case 'superseded':
      return `${what} was not deployed: a newer run has taken the place of this one`;
    case 'rolled-back':
      return `${what} was rolled back${because}`;
    case 'paused':
      return `The update of ${what} is paused${because}`;
    case 'unschedulable':
      return `${what} finds no node that fits${because}`;
    case 'image':
      return `${what} cannot start, an image cannot be had${because}`;
    case 'crash-loop':
      return `${what} does not stay up${because}`;
    case 'job-failed':
      return `A job of ${what} failed${because}`;
    case 'timeout':
      return `${what} did not converge in time${because}`;
    case 'cancelled':
      return `${what} was cancelled`;
    case 'failed':
      return `${what} failed${because}`;
  }
}

/**
 * The address that a following step most likely wants: that of the proxy, else the first one over HTTP, else the first at all; empty where none
 * is published.
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
  const services = plan && planCounts(plan);
  return (
    [...machines, services ? `services: ${services}` : ''].filter(Boolean).join('; ') ||
    'do nothing'
  );
}

/** The services that the outcome is about, and how many failed in another way. */
function culprits({ status, services }: Report, { name }: Marks): string {
  const failed = services.filter((service) => service.class !== undefined);
  const same = failed.filter((service) => service.class === status);
  const late = services.filter(({ running, desired }) => running < desired);
  const named = [same, failed, status === 'timeout' ? late : []].find(({ length }) => length > 0);
  if (named === undefined) return '';
  const others = failed.length - named.length;
  const rest = others > 0 ? `; ${others} more failed in other ways` : '';
  return `: ${list(named.map((service) => name(service.name)))}${rest}`;
}

function list(names: readonly string[]): string {
  if (names.length <= NAMES) return names.join(', ');
  return `${names.slice(0, NAMES - 1).join(', ')} and ${names.length - NAMES + 1} more`;
}
