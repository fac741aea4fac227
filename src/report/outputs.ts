import { setOutput } from '@actions/core';
import { firstUrl } from './headline.ts';
import type { Report } from './report.ts';

/**
 * The first URL of a service. No file can declare these, since their names are those of the
 * services.
 */
type UrlOutput = `url-${string}`;

/** The outputs of the action, as `action.yml` describes them. Those that do not apply are empty. */
export interface Outputs extends Readonly<Record<UrlOutput, string>> {
  readonly cluster: string;
  readonly 'stack-name': string;
  /** Address of the first manager. */
  readonly manager: string;
  /** JSON: name, address, role, state of each node. */
  readonly nodes: string;
  /** JSON: service, port, protocol, mode, urls of each published port. */
  readonly endpoints: string;
  readonly url: string;
  readonly status: string;
  readonly diagnostics: string;
  readonly 'docker-host': string;
  readonly 'ssh-config': string;
}

/** The outputs that a report gives. */
export function outputsOf(report: Report): Outputs {
  const manager = report.nodes.find(({ role }) => role === 'manager');
  return {
    cluster: report.cluster,
    'stack-name': report.stack ?? '',
    manager: manager?.address ?? '',
    nodes: JSON.stringify(
      report.nodes.map(({ name, address, role, state }) => ({ name, address, role, state })),
    ),
    endpoints: JSON.stringify(
      report.endpoints.map(({ service, published, protocol, mode, urls }) => ({
        service,
        port: published,
        protocol,
        mode,
        urls,
      })),
    ),
    url: firstUrl(report),
    status: report.status,
    diagnostics: report.diagnosticsFolder ?? '',
    'docker-host': report.dockerHost ?? '',
    'ssh-config': report.sshConfig ?? '',
    ...serviceUrls(report),
  };
}

function serviceUrls({ endpoints }: Report): Record<UrlOutput, string> {
  const services = Map.groupBy(endpoints, ({ service }) => service);
  return Object.fromEntries(
    [...services].map(([service, own]) => [`url-${service}`, firstUrl({ endpoints: own })]),
  );
}

/** Hands the outputs to the following steps. */
export function writeOutputs(outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}
