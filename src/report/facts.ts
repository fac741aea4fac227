import { reasonToKeep } from '../down.ts';
import { ActionError } from '../errors.ts';
import type { Inputs } from '../inputs.ts';
import { writtenReference } from '../stack/images/content-tag.ts';
import type { Serving } from '../stack/serving.ts';
import type { State } from '../state.ts';
import { lifeLeft } from '../ttl.ts';
import type { Facts } from '../up/context.ts';
import type { Report, ServiceReport } from './report.ts';

/** The report of a run, made of whatever it had come to know. */
export function reportOf(
  inputs: Inputs,
  facts: Partial<Facts>,
  run: Pick<Report, 'status' | 'timeline' | 'warnings'> & {
    readonly error: unknown;
    readonly state: State | undefined;
    readonly repositoryUrl?: string | undefined;
  },
  now = new Date(),
): Report {
  const { stack, members = [], endpoints = [], diagnoses = [], diagnostics } = facts;
  return {
    cluster: inputs.cluster,
    driver: inputs.driver,
    stack: stack?.name,
    status: run.status,
    ...(facts.plan && { plan: facts.plan }),
    ...(facts.machines && { machines: facts.machines }),
    nodes: members.map(({ machine, node }) => ({
      // As the swarm calls it, because its tasks are said to be there.
      name: node.Description.Hostname,
      address: machine.address,
      role: node.Spec.Role,
      leader: node.ManagerStatus?.Leader ?? false,
      state: node.Status.State,
      engine: machine.engine.ServerVersion,
    })),
    ...(facts.living && { living: facts.living }),
    ...(facts.loads && { loads: facts.loads }),
    services: run.status === 'planned' || run.status === 'superseded' ? [] : servicesOf(facts),
    endpoints,
    timeline: run.timeline,
    warnings: run.warnings,
    diagnoses: diagnoses.map((diagnosis) => {
      const location = stack?.services.find(({ name }) => name === diagnosis.service)?.location;
      return location ? { ...diagnosis, location } : diagnosis;
    }),
    ...(facts.commands && isKept(run.state) && { commands: facts.commands }),
    ...(run.repositoryUrl !== undefined && { repositoryUrl: run.repositoryUrl }),
    ...(diagnostics === undefined ? {} : { diagnosticsFolder: diagnostics }),
    ...(facts.dockerHost === undefined ? {} : { dockerHost: facts.dockerHost }),
    ...(facts.sshConfig === undefined ? {} : { sshConfig: facts.sshConfig }),
    ...(run.error === undefined ? {} : { error: errorReport(run.error) }),
    ...(run.state && {
      teardown: { text: teardownText(run.state), ...expiryOf(facts.expires, now) },
    }),
  };
}

function expiryOf(expires: string | undefined, now: Date) {
  return expires === undefined ? {} : { expires, lifeLeft: lifeLeft(expires, now) };
}

function servicesOf({ stack, verdicts = [], serving = [] }: Partial<Facts>): ServiceReport[] {
  return (stack?.services ?? []).map((service) => {
    const verdict = verdicts.find((one) => one.service === service.name);
    const report = {
      name: service.name,
      mode: service.mode,
      image: writtenReference(service.image),
      running: verdict?.running ?? 0,
      desired: verdict?.desired ?? service.replicas,
      ports: service.ports.map(
        ({ published, target, protocol }) => `${published ?? 'chosen'}->${target}/${protocol}`,
      ),
      summary: verdict?.summary ?? 'not deployed',
      ...(verdict?.state === 'failed' && verdict.class ? { class: verdict.class } : {}),
      tasks: verdict?.tasks ?? [],
    };
    const served = serving.find((one) => one.service === service.name);
    return served ? withServing(report, served) : report;
  });
}

/** The tasks of a service that were counted at the beginning of its state. */
const COUNTS = /^\d+\/\d+ \w+(?:, )?/;
const FAILED = ['failed', 'rejected'];

/** The service with what still runs of it from before the deployment. */
function withServing(report: ServiceReport, serving: Serving): ServiceReport {
  const { running, desired, tasks } = serving;
  if (serving.isUnchanged) {
    if (report.tasks.length > 0) return report;
    return {
      ...report,
      running,
      desired,
      tasks,
      summary: `${running}/${desired} running, unchanged`,
    };
  }
  const before = { running, desired };
  if (!serving.isAsBefore) return { ...report, before, tasks: [...report.tasks, ...tasks] };
  // Nothing of the new version is left but what failed.
  const failed = report.tasks.filter(({ state }) => FAILED.includes(state));
  return {
    ...{ ...report, before, running: 0, tasks: [...failed, ...tasks] },
    summary: report.summary.replace(COUNTS, ''),
  };
}

function errorReport(error: unknown): NonNullable<Report['error']> {
  if (!(error instanceof ActionError)) return { message: String(error) };
  const { message, details, hint } = error;
  return { message, ...(details && { details }), ...(hint && { hint }) };
}

/** Whether what failed is still there after the job. */
function isKept(state: State | undefined): boolean {
  return state !== undefined && reasonToKeep(state, 'failure') !== undefined;
}

function teardownText(state: State): string {
  const kept = reasonToKeep(state, 'success');
  return kept === undefined
    ? 'The post step of this job removes the cluster.'
    : `The cluster stays after the job: ${kept}.`;
}
