import type { RenderedStack } from '../compose/render/render.ts';
import type { Serving } from '../converge/serving.ts';
import type { ServiceVerdict } from '../converge/verdict.ts';
import { writtenReference } from '../images/content-tag.ts';
import type { Report, ServiceReport } from './report.ts';

/** What is known of the services of a run. */
interface ServiceFacts {
  readonly stack?: Pick<RenderedStack, 'services'> | undefined;
  readonly verdicts?: readonly ServiceVerdict[] | undefined;
  /** Undefined where the swarm was not asked what runs. */
  readonly serving?: readonly Serving[] | undefined;
  /**
   * Whether the machines are of this run, so that nothing can run on them that it has not deployed.
   */
  readonly isNew?: boolean | undefined;
}

/** Neither deployed to its end nor looked at: something may run. */
const UNKNOWN = 'not known';

/**
 * The services of a run as the report has them, in the order of the stack; none where there is no
 * stack.
 */
export function serviceReports(
  { stack, verdicts = [], serving, isNew = false }: ServiceFacts,
  status: Report['status'],
): ServiceReport[] {
  const isUnseen = status === 'deployed';
  const unjudged = serving || isNew ? 'not deployed' : UNKNOWN;
  return (stack?.services ?? []).map((service) => {
    const verdict = verdicts.find((one) => one.service === service.name);
    const report = {
      name: service.name,
      mode: service.mode,
      image: writtenReference(service.image),
      running: verdict?.running ?? 0,
      // A number would say that somebody has looked.
      desired: verdict?.desired ?? (isUnseen ? 0 : service.replicas),
      ports: service.ports.map(
        ({ published, target, protocol }) => `${published ?? 'chosen'}->${target}/${protocol}`,
      ),
      summary: verdict?.summary ?? (isUnseen ? 'deployed, not waited for' : unjudged),
      class: verdict?.state === 'failed' ? verdict.class : undefined,
      tasks: verdict?.tasks ?? [],
    };
    const served = serving?.find((one) => one.service === service.name);
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
