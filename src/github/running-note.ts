import * as z from 'zod';
import { code } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { link } from '../report/tables/endpoint-table.ts';

/**
 * Where the last deployment that succeeded runs. A comment carries it where nobody sees it, so that
 * the next run can go on showing it.
 */
export interface RunningNote {
  readonly urls: readonly string[];
  /** Short; undefined where the event did not say. */
  readonly commit?: string | undefined;
}

const URLS = 5;
/** Nothing that could end the comment of HTML or begin another thing of Markdown. */
const ADDRESS = /^[a-z]+:\/\/[\w.:/?=%~+,[\]-]{1,300}$/;
const note = z.object({
  urls: z.array(z.string().regex(ADDRESS)).min(1).max(URLS),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7}$/)
    .optional(),
});
const LINE = /^<!-- runs (\{[^\n]*\}) -->$/m;

/**
 * What a deployment that succeeded leaves for the comments after it; undefined where it publishes
 * nothing.
 */
export function runningNoteOf(
  { endpoints }: Pick<Report, 'endpoints'>,
  commit: string | undefined,
): RunningNote | undefined {
  const urls = endpoints
    .flatMap(({ urls: [first = ''] }) => (ADDRESS.test(first) ? first : []))
    .slice(0, URLS);
  const found = note.safeParse({ urls, commit: commit?.slice(0, 7) });
  return found.success ? found.data : undefined;
}

/** The line that GitHub does not show. */
export function hiddenNote(running: RunningNote | undefined): string {
  return running === undefined ? '' : `<!-- runs ${JSON.stringify(running)} -->`;
}

/**
 * What the text of a comment carries; undefined where it carries none, or what somebody else has
 * written there.
 */
export function readRunningNote(text: string | undefined): RunningNote | undefined {
  const json = LINE.exec((text ?? '').replaceAll('\r\n', '\n'))?.[1];
  if (json === undefined) return undefined;
  try {
    const found = note.safeParse(JSON.parse(json));
    return found.success ? found.data : undefined;
  } catch {
    return undefined;
  }
}

/** `The version of commit 4c0fdaa: <http://…>`, set off by `before`; empty where there is none. */
export function runningLine(before: string, running: RunningNote | undefined): string {
  if (running === undefined) return '';
  const which = running.commit === undefined ? '' : ` (commit ${code(running.commit)})`;
  return `${before}${which}: ${running.urls.map(link).join(', ')}`;
}
