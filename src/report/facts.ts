import { ActionError, isUp } from '../base/errors.ts';
import { lifeLeft } from '../base/expiry.ts';
import { reasonToKeep } from '../down/remove-cluster.ts';
import type { State } from '../down/state.ts';
import type { Inputs } from '../inputs/up.ts';
import { publicUrlOf } from '../inputs/url.ts';
import type { Facts } from '../up/context.ts';
import type { Report } from './report.ts';
import { serviceReports } from './service-reports.ts';

/** The report of a run, made of whatever it had come to know. */
export function reportOf(
  inputs: Inputs,
  facts: Partial<Facts>,
  run: Pick<Report, 'status' | 'timeline' | 'warnings'> & {
    readonly error: unknown;
    readonly state: State | undefined;
    readonly repositoryUrl?: string | undefined;
    /** Whether the runner is thrown away with the job, and the machines with it. */
    readonly endsWithJob: boolean;
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
    services:
      run.status === 'planned' || run.status === 'superseded'
        ? []
        : serviceReports({ ...facts, isNew: run.state?.made ?? false }, run.status),
    endpoints,
    ...publicUrl(inputs, facts, run.status),
    timeline: run.timeline,
    warnings: run.warnings,
    diagnoses: diagnoses.map((diagnosis) => {
      const location = stack?.services.find(({ name }) => name === diagnosis.service)?.location;
      return location ? { ...diagnosis, location } : diagnosis;
    }),
    ...(facts.commands && isKept(run.state, true) && { commands: facts.commands }),
    ...(run.repositoryUrl !== undefined && { repositoryUrl: run.repositoryUrl }),
    ...(diagnostics === undefined ? {} : { diagnosticsFolder: diagnostics }),
    ...(facts.artifact && { artifact: facts.artifact }),
    ...(facts.dockerHost === undefined ? {} : { dockerHost: facts.dockerHost }),
    ...(facts.sshConfig === undefined ? {} : { sshConfig: facts.sshConfig }),
    ...(run.error === undefined ? {} : { error: errorReport(run.error) }),
    ...(run.state && {
      teardown: {
        text: teardownText(run.state, run.error !== undefined, run.endsWithJob),
        ...expiryOf(facts.expires, now),
        ...(isKept(run.state, run.error !== undefined) && { removal: removalText(run.state) }),
      },
    }),
  };
}

/** What does not run is not served. */
function publicUrl(
  { url, cluster }: Inputs,
  { stack }: Partial<Facts>,
  status: Report['status'],
): Pick<Report, 'url'> {
  if (!url || !stack || !isUp(status)) return {};
  return { url: publicUrlOf(url, { stack: stack.name, cluster }) };
}

function expiryOf(expires: string | undefined, now: Date) {
  return expires === undefined ? {} : { expires, lifeLeft: lifeLeft(expires, now) };
}

function errorReport(error: unknown): NonNullable<Report['error']> {
  if (!(error instanceof ActionError)) return { message: String(error) };
  const { message, details, hint } = error;
  return { message, ...(details && { details }), ...(hint && { hint }) };
}

/** Whether it is still there after the job. */
function isKept(state: State | undefined, hasFailed: boolean): boolean {
  return (
    state !== undefined && reasonToKeep(state, hasFailed ? 'failure' : 'success') !== undefined
  );
}

function removalText({ driver, cluster, stack }: State): string {
  const what =
    driver === 'ssh' && stack !== undefined
      ? `\`stack-name: ${stack}\``
      : `\`cluster: ${cluster}\``;
  return `A step with \`command: down\`, \`driver: ${driver}\` and ${what} removes it.`;
}

function teardownText(state: State, hasFailed: boolean, endsWithJob: boolean): string {
  if (endsWithJob) return 'The cluster is gone with the runner once this job has ended.';
  const kept = reasonToKeep(state, hasFailed ? 'failure' : 'success');
  if (kept !== undefined) return `The cluster stays after the job: ${kept}.`;
  const gone = 'The post step of this job removes the cluster.';
  return hasFailed && state.teardown === 'auto'
    ? `${gone} With \`teardown: on-success\` it stays after a failure, to be looked into.`
    : gone;
}
