import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { createTimeline } from '../base/timeline.ts';
import { unwritable } from '../base/unwritable.ts';
import type { LoadedDriver } from '../inputs/driver.ts';
import { parseLogsInputs } from '../inputs/operations.ts';
import { readLogs } from '../operations/logs.ts';
import { githubLog } from '../report/log.ts';
import { logsHeadline, renderLogs } from '../report/operations/logs.ts';
import { plain } from '../report/plain.ts';
import type { ServiceLog } from '../stack/service-logs.ts';
import { useOwnEngine } from './docker-host.ts';
import { attempt, failAlso } from './failure.ts';
import { operationOf } from './operation.ts';
import { cancellation } from './runner/cancellation.ts';
import { readEnvironment, readInput, tempFolderOf } from './runner/environment.ts';
import { setOutput } from './runner/files.ts';
import { writeSummary } from './summary.ts';

/**
 * `command: logs`. It changes nothing and leaves no state. Throws where the inputs are not right,
 * or there is nothing to read.
 */
export async function runLogs(definition: LoadedDriver): Promise<void> {
  useOwnEngine();
  const env = readEnvironment();
  const inputs = parseLogsInputs(readInput, env, definition, githubLog.warning);
  const signal = cancellation(
    () => setOutput('status', 'cancelled'),
    () => 'It has changed nothing.',
  );
  const timeline = createTimeline(systemClock);
  const context = operationOf(inputs, env, { log: githubLog, timeline, signal, readsOnly: true });
  const folder = join(tempFolderOf(env), `swarm-up-${inputs.stackName ?? inputs.cluster}-logs`);
  const kept = keeperOf(folder);
  const { stack, services } = await readLogs(context, {
    services: inputs.services,
    range: inputs.range,
    onLog: async (service, log) => {
      const lines = linesOf(log);
      kept.write(service, lines);
      await githubLog.group(`${service} (${log.lines.length} lines)`, async () => {
        for (const line of lines) githubLog.info(line);
      });
    },
  });
  const written = kept.isWritten() ? folder : undefined;
  githubLog.info(`${logsHeadline({ stack, services })}.`);
  writeSummary(renderLogs({ stack, services, folder: written }));
  const unwritten = attempt(() => {
    setOutput('cluster', inputs.cluster);
    setOutput('stack-name', stack);
    setOutput('diagnostics', written ?? '');
    setOutput('status', 'read');
  });
  failAlso(unwritten, undefined);
}

function linesOf({ lines }: ServiceLog): readonly string[] {
  return lines.map(
    ({ time, task, id, node, text }) => `${time}  ${task} (${id}) on ${node}  ${text}`,
  );
}

/**
 * Writes logs into a folder, which is made anew. What cannot be written is a warning: the log of
 * the step has all of it.
 */
function keeperOf(folder: string) {
  let isWritten = false;
  let failure: unknown;
  const begin = () => {
    if (isWritten) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 });
    isWritten = true;
  };
  return {
    write: (service: string, lines: readonly string[]) => {
      if (failure !== undefined) return;
      failure = attempt(() => {
        begin();
        // As in the log of the step: what is secret is masked, and nothing moves what is seen.
        const text = lines.map((line) => `${plain(line)}\n`).join('');
        writeFileSync(join(folder, 'logs', `${service}.txt`), text, { mode: 0o600 });
      });
      if (failure === undefined) return;
      const error = unwritable('RUNNER_TEMP', folder, failure);
      githubLog.warning(describeError(error), { title: 'Swarm Up, logs' });
    },
    isWritten: () => isWritten && failure === undefined,
  };
}
