import type { Argv } from '../exec/argv.ts';
/**
 * The last lines of one task, untruncated and without its name before each; from whichever node ran
 * it.
 */
export function taskLogs(taskId: string, lines: number): Argv {
  return ['docker', 'service', 'logs', '--raw', '--tail', String(lines), taskId];
}

/**
 * The last lines of each task of a service, each with its time, task and node. `sinceMs`: of which
 * time until now; all where nothing is said.
 */
export function serviceLogs(
  service: string,
  { tail, sinceMs }: { readonly tail: number; readonly sinceMs?: number | undefined },
): Argv {
  const since = sinceMs === undefined ? [] : [`--since=${Math.ceil(sinceMs / 1_000)}s`];
  return ['docker', 'service', 'logs', '--timestamps', `--tail=${tail}`, ...since, service];
}
