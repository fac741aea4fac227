import { systemClock } from '../base/clock.ts';
import { createTimeline } from '../base/timeline.ts';
import type { LoadedDriver } from '../inputs/driver.ts';
import { parseStatusInputs } from '../inputs/operations.ts';
import { readStatus, type Status } from '../operations/status.ts';
import { headline } from '../report/headline.ts';
import { limitedLog } from '../report/limited-log.ts';
import { githubLog } from '../report/log.ts';
import { renderStanding, standingLines } from '../report/operations/standing.ts';
import { outputsOf, writeOutputs } from '../report/outputs.ts';
import type { Report } from '../report/report.ts';
import { annotateServices } from '../report/service-annotations.ts';
import { renderSummary } from '../report/summary.ts';
import { stateWords } from '../report/tables/state-words.ts';
import { useOwnEngine } from './docker-host.ts';
import { attempt, fail, failAlso } from './failure.ts';
import { operationOf } from './operation.ts';
import { cancellation } from './runner/cancellation.ts';
import { readEnvironment, readInput } from './runner/environment.ts';
import { setOutput } from './runner/files.ts';
import { writeSummary } from './summary.ts';
import { withoutAnnotated } from './without-annotated.ts';

/**
 * `command: status`. It changes nothing and leaves no state. Throws where the inputs are not right,
 * or there is nothing to look at.
 */
export async function runStatus(definition: LoadedDriver): Promise<void> {
  useOwnEngine();
  const env = readEnvironment();
  const inputs = parseStatusInputs(readInput, env, definition, githubLog.warning);
  const signal = cancellation(
    () => setOutput('status', 'cancelled'),
    () => 'It has changed nothing.',
  );
  const timeline = createTimeline(systemClock);
  const log = limitedLog(githubLog);
  const context = operationOf(inputs, env, { log, timeline, signal, readsOnly: true });
  const { standing, failure, ...found } = await readStatus(context);
  const report: Report = {
    ...found,
    cluster: standing.cluster,
    driver: inputs.driver.name,
    timeline: [],
    warnings: log.warnings,
    error: failure && { message: failure.message, hint: failure.hint },
  };
  tell(found, standing);
  log.countOthers();
  githubLog.info(headline(report));
  const now = new Date();
  writeSummary(`${renderSummary(report)}\n${renderStanding(standing, now)}`);
  const unwritten = attempt(() => writeOutputs(outputsOf(report)));
  if (failure) {
    annotateServices(githubLog, report);
    fail(withoutAnnotated(failure, report));
  }
  failAlso(unwritten, failure);
}

function tell(
  { nodes, services, endpoints }: Omit<Status, 'standing' | 'failure'>,
  standing: Status['standing'],
): void {
  for (const { name, role, leader, state, address } of nodes) {
    githubLog.info(`${name}  ${leader ? `${role}, leader` : role}  ${state}  ${address}`);
  }
  for (const service of services) {
    githubLog.info([service.name, stateWords(service), service.image, ...service.ports].join('  '));
  }
  for (const { service, published, urls, note } of endpoints) {
    githubLog.info([service, published, ...urls, ...(note ? [`(${note})`] : [])].join('  '));
  }
  for (const line of standingLines(standing, new Date())) githubLog.info(line);
}
