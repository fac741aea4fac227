import { ActionError, describeError } from '../base/errors.ts';
import { lifeLeft } from '../base/expiry.ts';
import { inStage } from '../base/stages.ts';
import { diagnoseFailed } from '../converge/diagnose/diagnose-failed.ts';
import { failedVerdicts } from '../converge/verdict.ts';
import { writtenReference } from '../images/content-tag.ts';
import type { Owner } from '../machines/ownership.ts';
import type { StandingReport } from '../report/operations/standing.ts';
import type { NodeReport, Report, ServiceReport } from '../report/report.ts';
import { lockHolder } from '../stack/lock.ts';
import { modeOf, publishedPorts } from '../stack/present.ts';
import type { Deployed } from '../stack/turn.ts';
import { readSwarmLabels } from '../swarm/membership.ts';
import type { Node } from '../swarm/objects.ts';
import { deploymentsNoted } from '../up/deploy/turns.ts';
import { publishedEndpoints } from '../verify/endpoints.ts';
import { type Endpoint, verify } from '../verify/verify.ts';
import { look, type Seen } from './look.ts';
import { type OperationContext, onStanding, type Standing } from './standing.ts';

type Known = Pick<Report, 'stack' | 'status' | 'nodes' | 'services' | 'endpoints' | 'diagnoses'>;

/** What `command: status` has found. */
export interface Status extends Known {
  /** Who has deployed it and until when, and what each service was last told. */
  readonly standing: StandingReport;
  /** What the step fails with where not everything runs. */
  readonly failure: ActionError | undefined;
}

/** Looks at what an earlier run has deployed. Changes nothing. Throws as `onStanding` does. */
export async function readStatus(context: OperationContext): Promise<Status> {
  return await onStanding(context, (standing) =>
    inStage(context.reporter, `Looking at ${standing.stack ?? context.owner.cluster}`, () =>
      statusOf(context, standing),
    ),
  );
}

/** How a stack is at this moment. Changes nothing. */
export async function statusOf(context: OperationContext, standing: Standing): Promise<Status> {
  const { clock, signal } = context;
  const { stack, swarm } = standing;
  const { api, members, manager } = swarm;
  const nodes = nodeReports(standing);
  for (const { name, state } of nodes.filter((node) => node.state !== 'ready')) {
    context.reporter.log.warning(`Node ${name} is ${state}.`);
  }
  const seen = stack === undefined ? [] : await look(api, stack, signal);
  const verdicts = seen.map(({ verdict }) => verdict);
  const published =
    stack === undefined ? [] : await publishedEndpoints(api, stack, members, signal);
  const endpoints = await verify(published, [], { clock, signal, timeoutMs: 0 });
  const machines = members.map(({ machine }) => machine);
  return {
    ...{ stack, nodes, endpoints },
    status: statusWord(stack, seen),
    services: seen.map((one) => serviceReport(one, stack ?? '', endpoints)),
    diagnoses: (await diagnoseFailed(verdicts, machines, manager)).diagnoses,
    standing: await standingReport(context, standing, seen),
    failure: stack === undefined ? undefined : failureOf(stack, seen),
  };
}

function statusWord(stack: string | undefined, seen: readonly Seen[]): Report['status'] {
  if (stack !== undefined && seen.length === 0) return 'failed';
  const [worst] = failedVerdicts(seen.map(({ verdict }) => verdict));
  if (worst) return worst.class ?? 'failed';
  return seen.every(({ isWhole }) => isWhole) ? 'converged' : 'pending';
}

function failureOf(stack: string, seen: readonly Seen[]): ActionError | undefined {
  if (seen.length === 0) {
    return new ActionError(`Stack ${stack} has no services on the swarm.`, {
      hint: 'Somebody has removed them since it was deployed. Deploy it again, or remove what is left with `command: down`.',
    });
  }
  const parts = seen.filter(({ isWhole }) => !isWhole).map(({ verdict }) => verdict);
  if (parts.length === 0) return undefined;
  const status = statusWord(stack, seen);
  const names = parts.map(({ service, class: found = 'pending' }) => `${service} (${found})`);
  return new ActionError(`Not all of stack ${stack} runs: ${names.join(', ')}`, {
    status,
    details: parts
      .flatMap(({ service, summary, reasons }) => [
        `${service}: ${summary}`,
        ...reasons.map((reason) => `  ${reason}`),
      ])
      .join('\n'),
    hint:
      status === 'pending'
        ? 'Nothing has failed so far: look again later.'
        : 'See its log with `command: logs`. `command: rollback` takes the stack back to what it was before its last deployment.',
  });
}

/** Those that were entered first, in their order. */
function nodeReports({ nodes, swarm: { members } }: Standing): readonly NodeReport[] {
  const rank = ({ ID }: Node) => {
    const at = members.findIndex(({ node }) => node.ID === ID);
    return at < 0 ? members.length : at;
  };
  const nameOf = ({ Description }: Node) => Description.Hostname;
  return nodes
    .toSorted((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)))
    .map((node) => {
      const { Spec, Status, Description, ManagerStatus } = node;
      const machine = members[rank(node)]?.machine;
      return {
        name: nameOf(node),
        address: machine?.address ?? Status.Addr ?? '',
        role: Spec.Role,
        leader: ManagerStatus?.Leader ?? false,
        state: Status.State,
        engine: machine?.engine.ServerVersion ?? Description.Engine?.EngineVersion ?? '',
      };
    });
}

function serviceReport(
  { service, verdict, isWhole }: Seen,
  stack: string,
  endpoints: readonly Endpoint[],
): ServiceReport {
  const { Spec } = service;
  const name = Spec.Name.slice(stack.length + 1);
  const chosen = endpoints.filter((endpoint) => endpoint.service === name);
  const ports =
    chosen.length > 0
      ? chosen.map(({ published, target, protocol }) => `${published}->${target}/${protocol}`)
      : publishedPorts(service).map(
          ({ PublishedPort, TargetPort, Protocol }) =>
            `${PublishedPort ?? 'chosen'}->${TargetPort}/${Protocol}`,
        );
  return {
    name,
    mode: modeOf(Spec),
    image: writtenReference(Spec.TaskTemplate.ContainerSpec?.Image ?? ''),
    running: verdict.running,
    desired: verdict.desired,
    ports: [...new Set(ports)],
    summary: verdict.summary,
    class: !isWhole && verdict.state === 'failed' ? verdict.class : undefined,
    tasks: verdict.tasks,
  };
}

/**
 * A swarm that was made for a cluster says who has deployed last only where runs are numbered; else
 * it was who made it.
 */
function whoDeployed(
  record: Standing['record'],
  whose: Owner | undefined,
  noted: readonly Deployed[],
): Pick<StandingReport, 'deployedBy' | 'deployedAt'> {
  const deployedAt = noted.at(-1)?.by;
  if (record) return { deployedBy: record.latest ?? record.owner.run, deployedAt };
  return { deployedBy: whose && (deployedAt ?? whose.run), deployedAt };
}

function expiryOf(expires: string | undefined): StandingReport['expires'] {
  return expires === undefined ? undefined : { at: expires, left: lifeLeft(expires, new Date()) };
}

async function standingReport(
  { owner, reporter, signal }: OperationContext,
  { stack, record, cluster, swarm }: Standing,
  seen: readonly Seen[],
): Promise<StandingReport> {
  const { api } = swarm;
  const whose = record?.owner ?? cluster?.owner;
  const noted =
    record?.deployed ??
    (stack === undefined ? [] : deploymentsNoted(await readSwarmLabels(api, signal), stack));
  const lock =
    stack === undefined
      ? undefined
      : await lockHolder(api, stack, signal).catch((error: unknown) => {
          if (!(error instanceof ActionError)) throw error;
          reporter.log.warning(describeError(error));
          return undefined;
        });
  return {
    cluster: whose?.cluster ?? owner.cluster,
    ...whoDeployed(record, whose, noted),
    pullRequest: whose?.pullRequest,
    created: record?.created ?? cluster?.created,
    expires: expiryOf(whose?.expires),
    lock,
    changes: seen.map(({ verdict, changed, update }) => ({
      service: verdict.service,
      at: changed,
      update: update?.State ?? '',
      message: update?.State === 'completed' ? '' : (update?.Message ?? ''),
    })),
  };
}
