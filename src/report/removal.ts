import { describeError } from '../base/errors.ts';
import { atMost, code, codeBlock } from './markdown.ts';
import { plain } from './plain.ts';

const PARTS = 100;
/** Of an error in the summary; the log has the whole. */
const ERROR_LENGTH = 4_000;

/** The outcome of a `down` in one sentence. */
export function removalHeadline(
  { subject, removed, error }: RemovalReport,
  name: (text: string) => string = (text) => text,
): string {
  const what = `${subject.kind} ${name(subject.name)}`;
  if (error !== undefined) return `${capital(what)} could not be removed completely`;
  return removed.length === 0
    ? `There is no ${what}, so there is nothing to remove`
    : `${capital(what)} is removed`;
}

export interface RemovalReport {
  readonly subject: { readonly kind: 'cluster' | 'stack'; readonly name: string };
  /** What went, for example `container shop-1`. */
  readonly removed: readonly string[];
  readonly error: unknown;
}

/** The job summary of a `down`, in GitHub's Markdown. */
export function renderRemoval(report: RemovalReport): string {
  const { shown, more } = atMost(report.removed, PARTS);
  const list = [
    ...shown.map((part) => `- ${code(part, 200)}`),
    ...(more === 0 ? [] : [`- and ${more} more, in the job log`]),
  ];
  return `${[
    `## ${report.error === undefined ? '✅' : '❌'} ${removalHeadline(report, (text) => code(text, 64))}`,
    ...(report.error === undefined
      ? []
      : [codeBlock(plain(describeError(report.error)).slice(0, ERROR_LENGTH).toWellFormed())]),
    ...(list.length === 0 ? [] : [`Removed:\n\n${list.join('\n')}`]),
  ].join('\n\n')}\n`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
