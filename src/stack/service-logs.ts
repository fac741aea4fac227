import { formatDuration } from '../base/duration.ts';
import { CommandError, CommandTimeout, type Executor } from '../exec/executor.ts';
import { serviceLogs } from './log-commands.ts';

/** Which lines of the logs are asked for. */
export interface LogRange {
  /** How many lines of each task, at most. */
  readonly tail: number;
  /** Of which time until now, in ms; undefined for all that the engines still have. */
  readonly sinceMs: number | undefined;
}

/** A line that a task has written. */
export interface LogLine {
  /** RFC 3339 time, by the clock of the node. */
  readonly time: string;
  /** `web.1`; of a global service the id of the node in place of the number. */
  readonly task: string;
  /** Id of the task, as far as the client shows it. */
  readonly id: string;
  readonly node: string;
  readonly text: string;
}

export interface ServiceLog {
  /** In the order in which they were written, as far as the clocks of the nodes agree. */
  readonly lines: readonly LogLine[];
  /** Why the log is not whole, in the program's own words; undefined where it is. */
  readonly trouble: string | undefined;
}

/** Logs come from the nodes that ran the tasks; one that is down never answers. In ms. */
const TIMEOUT_MS = 30_000;

/**
 * The logs of a service of a stack, from all nodes. Changes nothing. What cannot be had gives
 * `trouble` and no exception: lines that came before it stay. Rejects with the signal's reason on
 * abort.
 */
export async function readServiceLog(
  manager: Executor,
  service: string,
  range: LogRange,
  signal: AbortSignal,
): Promise<ServiceLog> {
  try {
    const options = { signal, repeatable: true, timeoutMs: TIMEOUT_MS };
    const { stdout, stderr } = await manager.run(serviceLogs(service, range), options);
    return { ...parsed(stdout, stderr), trouble: undefined };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CommandTimeout) {
      const { lines } = parsed(error.output.stdout, error.output.stderr);
      const trouble = `docker service logs did not end within ${formatDuration(TIMEOUT_MS)}.`;
      return { lines, trouble };
    }
    if (!(error instanceof CommandError)) throw error;
    const { exitCode, stdout, stderr } = error.result;
    const { lines, rest } = parsed(stdout, stderr);
    const said = rest.length > 0 ? rest.join('\n') : `exit code ${exitCode}`;
    return { lines, trouble: `docker service logs failed: ${said}` };
  }
}

/**
 * What the client prints of a line: its time, the task with its node, and after a bar what was
 * written.
 */
const LINE = /^(\d{4}-\d\d-\d\dT\S+) (\S+)\.([a-z0-9]+)@(\S+) *\| ?(.*)$/;

/**
 * Both streams as one, by their times. What has not the form of a line is `rest`: the client's own
 * words.
 */
function parsed(
  stdout: string,
  stderr: string,
): { readonly lines: readonly LogLine[]; readonly rest: readonly string[] } {
  const lines: LogLine[] = [];
  const rest: string[] = [];
  for (const written of `${stdout}\n${stderr}`.split('\n')) {
    const [, time, task, id, node, text] = LINE.exec(written.replace(/\r$/, '')) ?? [];
    if (time && task && id && node) lines.push({ time, task, id, node, text: text ?? '' });
    else if (written.trim() !== '') rest.push(written);
  }
  return { lines: lines.toSorted((a, b) => compare(a.time, b.time)), rest };
}

/**
 * The engine writes them all with nine digits and in UTC, so their texts are in the order of the
 * times.
 */
function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
