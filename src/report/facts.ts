import { ActionError, isUp } from '../base/errors.ts';
import { lifeLeft } from '../base/expiry.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import type { ServiceVerdict } from '../converge/converge.ts';
import type { Diagnosis } from '../converge/diagnose/diagnose.ts';
import type { Serving } from '../converge/serving.ts';
import type { Plan } from '../deploy/plan.ts';
import type { State } from '../down/state.ts';
import { reasonToKeep } from '../down/teardown.ts';
import type { LoadReport } from '../images/load-report.ts';
import type { Inputs } from '../inputs/inputs.ts';
import { publicUrlOf } from '../inputs/url.ts';
import type { Present } from '../stack/present.ts';
import type { Member } from '../swarm/form.ts';
import type { Endpoint } from '../verify/verify.ts';
import type { ArtifactReport, Report } from './report.ts';
import { serviceReports } from './service-reports.ts';
import type { Preview } from './tables/previews-table.ts';

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
    driver: inputs.driver.name,
    stack: stack?.name,
    status: run.status,
    plan: facts.plan,
    planned: facts.planned,
    costs: facts.costs,
    machines: facts.machines,
    nodes: members.map(({ machine, node }) => ({
      // As the swarm calls it, because its tasks are said to be there.
      name: node.Description.Hostname,
      address: machine.address,
      role: node.Spec.Role,
      leader: node.ManagerStatus?.Leader ?? false,
      state: node.Status.State,
      engine: machine.engine.ServerVersion,
    })),
    livePreviews: facts.livePreviews,
    loads: facts.loads,
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
    commands: isKept(run.state, true) ? facts.commands : undefined,
    repositoryUrl: run.repositoryUrl,
    diagnosticsFolder: diagnostics,
    artifact: facts.artifact,
    dockerHost: facts.dockerHost,
    sshConfig: facts.sshConfig,
    error: run.error === undefined ? undefined : errorReport(run.error),
    teardown: run.state && {
      text: teardownText(run.state, run.error !== undefined, run.endsWithJob),
      ...expiryOf(facts.expires, now),
      removal: isKept(run.state, run.error !== undefined)
        ? removalText(run.state, inputs.driver)
        : undefined,
    },
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

/** An error as the report has it. */
export function errorReport(error: unknown): NonNullable<Report['error']> {
  if (!(error instanceof ActionError)) return { message: String(error) };
  const { message, details, hint } = error;
  return { message, details, hint };
}

/** Whether it is still there after the job. */
function isKept(state: State | undefined, hasFailed: boolean): boolean {
  return (
    state !== undefined && reasonToKeep(state, hasFailed ? 'failure' : 'success') !== undefined
  );
}

function removalText({ cluster, stack }: State, driver: Inputs['driver']): string {
  const what =
    !driver.makesMachines && stack !== undefined
      ? `\`stack-name: ${stack}\``
      : `\`cluster: ${cluster}\``;
  return `A step with \`command: down\`, \`driver: ${driver.name}\` and ${what} removes it.`;
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

/** What is known of a run so far: the report of a run that fails is made of it. */
export interface Facts {
  stack: RenderedStack | undefined;
  /** What the deployment changes. */
  plan: Plan | undefined;
  /** What was on the swarm before the deployment. */
  before: Present;
  /** After a failure: what still runs that the deployment has not replaced. */
  serving: readonly Serving[];
  /** After a failure: commands with which a person looks into the stack, where it stays. */
  commands: readonly string[];
  /** What making the machines was to take (types, place, price). */
  planned: readonly string[];
  /** What the machines are, where, and what they cost. */
  costs: readonly string[];
  /** With `dry-run: true`: what would become of machines. */
  machines: readonly string[];
  members: readonly Member[];
  /** What was loaded into each machine; empty where no images were to be. */
  loads: readonly LoadReport[];
  verdicts: readonly ServiceVerdict[];
  endpoints: readonly Endpoint[];
  diagnoses: readonly Diagnosis[];
  /** Folder with what was collected about a failure. */
  diagnostics: string | undefined;
  /** The artifact that was made of it. */
  artifact: ArtifactReport | undefined;
  /** What `DOCKER_HOST` of the following steps shall be. */
  dockerHost: string | undefined;
  /** RFC 3339 time after which `sweep` may remove it all. */
  expires: string | undefined;
  /** Of a preview: what of the repository lives, its own among it. */
  livePreviews: readonly Preview[];
  /** Path of the OpenSSH config that reaches every node. */
  sshConfig: string | undefined;
}
