import { ActionError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { ServiceLogReport } from '../report/operations/logs.ts';
import { readServices, STACK_LABEL } from '../stack/present.ts';
import { type LogRange, readServiceLog, type ServiceLog } from '../stack/service-logs.ts';
import { noStackAt } from './find-stack.ts';
import { type OperationContext, onStanding, type Standing } from './standing.ts';

/** What `command: logs` is asked for. */
export interface LogsWanted {
  /** As in the compose file; empty means: all of the stack. */
  readonly services: readonly string[];
  readonly range: LogRange;
  /** Called with the log of each service as soon as it is read. */
  readonly onLog: (service: string, log: ServiceLog) => Promise<void>;
}

/** What was read. */
export interface Logs {
  readonly stack: string;
  readonly services: readonly ServiceLogReport[];
}

/**
 * Reads the logs of a stack that an earlier run has deployed, service by service. Changes nothing.
 * A log that is not whole is a warning. Throws as `onStanding` does, and `ActionError` where a
 * service is not there, or no log can be had.
 */
export async function readLogs(context: OperationContext, wanted: LogsWanted): Promise<Logs> {
  return await onStanding(context, async (standing) => {
    const { stack } = standing;
    if (stack === undefined) throw noStackAt(context.owner.cluster);
    const services = await chosen(standing, stack, wanted.services, context.signal);
    const read: ServiceLogReport[] = [];
    for (const service of services) read.push(await readOne(context, standing, service, wanted));
    const [first] = read;
    if (first && read.every(({ lines, trouble }) => lines === 0 && trouble !== undefined)) {
      throw new ActionError(`No log of stack ${stack} can be read.`, {
        details: read.map(({ name, trouble }) => `${name}: ${trouble}`).join('\n'),
        hint: 'The logs come from the nodes of the tasks, with a log driver that can be read (`json-file`, `local`, `journald`). See with `command: status` whether the nodes are ready.',
      });
    }
    return { stack, services: read };
  });
}

async function readOne(
  { reporter, signal }: OperationContext,
  { stack, swarm }: Standing,
  service: string,
  { range, onLog }: LogsWanted,
): Promise<ServiceLogReport> {
  const prefix = `${stack}_`;
  const found = await readServiceLog(swarm.manager.ssh, prefix + service, range, signal);
  const lines = found.lines.map((line) =>
    line.task.startsWith(prefix) ? { ...line, task: line.task.slice(prefix.length) } : line,
  );
  await onLog(service, { ...found, lines });
  if (found.trouble !== undefined) {
    reporter.log.warning(`The log of service ${service} is not whole. ${found.trouble}`);
  }
  return {
    name: service,
    lines: lines.length,
    tasks: new Set(lines.map(({ id }) => id)).size,
    nodes: [...new Set(lines.map(({ node }) => node))],
    first: lines[0]?.time,
    last: lines.at(-1)?.time,
    trouble: found.trouble,
  };
}

async function chosen(
  { swarm }: Standing,
  stack: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const all = await readServices(swarm.api, signal);
  const there = all
    .filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack)
    .map(({ Spec }) => Spec.Name.slice(stack.length + 1));
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length === 0) return names.length > 0 ? names : there;
  const meant = nearest(missing[0] ?? '', there);
  throw new ActionError(`Stack ${stack} has no service ${missing.join(', ')}.`, {
    details: `Its services: ${there.join(', ') || 'none'}`,
    hint: `Give \`services\` as in the compose file, one per line.${meant ? ` Did you mean \`${meant}\`?` : ''}`,
  });
}
