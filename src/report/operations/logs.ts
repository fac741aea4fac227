import { count } from '../../base/count.ts';
import { atMost, code, table, words } from '../markdown.ts';

const ROWS = 200;

/** What was read of a service's log. */
export interface ServiceLogReport {
  /** As in the compose file. */
  readonly name: string;
  readonly lines: number;
  readonly tasks: number;
  readonly nodes: readonly string[];
  /** RFC 3339 times of the first line and the last one. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** Why it is not whole. */
  readonly trouble: string | undefined;
}

interface LogsReport {
  readonly stack: string;
  readonly services: readonly ServiceLogReport[];
  /** Folder with the logs; undefined where they could not be written. */
  readonly folder: string | undefined;
}

/** `230 lines of 3 services of shop`. */
export function logsHeadline(
  { stack, services }: Pick<LogsReport, 'stack' | 'services'>,
  name: (text: string) => string = (text) => text,
): string {
  const lines = services.reduce((sum, one) => sum + one.lines, 0);
  return `${count(lines, 'line')} of ${count(services.length, 'service')} of ${name(stack)}`;
}

/** The job summary of `logs`, in GitHub's Markdown: what was read, and not the lines themselves. */
export function renderLogs(report: LogsReport): string {
  const { shown, more } = atMost(report.services, ROWS);
  const rows = shown.map(({ name, lines, tasks, nodes, first, last, trouble }) => [
    code(name, 64),
    String(lines),
    String(tasks),
    words(nodes.join(', '), 200),
    words(first ?? '', 64),
    words(last ?? '', 64),
    words(trouble ?? '', 300),
  ]);
  const columns = ['Service', 'Lines', 'Tasks', 'Nodes', 'First line', 'Last line', 'Not whole'];
  return `${[
    `## ${logsHeadline(report, (text) => code(text, 64))}`,
    ...(rows.length === 0 ? [] : [table(columns, rows)]),
    ...(more === 0 ? [] : [`and ${more} more, in the job log.`]),
    ...(report.folder === undefined
      ? []
      : [`The lines are in the job log, and in ${code(report.folder, 300)}`]),
  ].join('\n\n')}\n`;
}
