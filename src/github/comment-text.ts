import { isUp } from '../base/errors.ts';
import { headline, sign } from '../report/headline.ts';
import { atMost, code, prose, table } from '../report/markdown.ts';
import type { Report } from '../report/report.ts';
import { link } from '../report/tables/endpoint-table.ts';
import { hiddenNote, type RunningNote, runningLine, runningNoteOf } from './running-note.ts';

const ROWS = 10;
const CAUSE_LENGTH = 500;
const MESSAGE_LENGTH = 1_000;

/** What a comment says of the run that wrote it. */
export interface RunNote {
  /** The commit that was deployed; undefined where the event did not say. */
  readonly commit: string | undefined;
  /** Where the run can be looked at. */
  readonly url: string | undefined;
  /** When the comment is written. */
  readonly at?: Date | undefined;
}

/**
 * A deployment has begun. `name` is the stack's, or else the cluster's; `running` is where the one
 * before runs meanwhile.
 */
export function pendingComment(name: string, run: RunNote, running?: RunningNote): string {
  return paragraphs(
    `### ⏳ ${code(name, 64)} is being deployed`,
    runningLine('Until then the version before runs', running),
    runLine(run),
    hiddenNote(running),
  );
}

/**
 * How a deployment ended: addresses and remaining life, or the reason. `running` is where the one
 * before it ran.
 */
export function outcomeComment(report: Report, run: RunNote, running?: RunningNote): string {
  const heading = `### ${sign(report.status)} ${headline(report, {
    name: (text) => code(text, 64),
    url: link,
    text: (text) => prose(quiet(text)),
  })}`;
  const isWell = isUp(report.status);
  const left = isWell ? runningNoteOf(report, run.commit) : running;
  return paragraphs(
    heading,
    isWell ? addresses(report) : reasons(report),
    isWell ? '' : runningLine(beforeWords(report), left),
    runLine(run),
    hiddenNote(left),
    lifeLine(report),
  );
}

/** A stack was taken back to what it was before its last deployment, or that failed. */
export function returnedComment(report: Report, run: RunNote): string {
  const note =
    report.status === 'converged'
      ? 'It was rolled back to what it was before its last deployment.'
      : 'It was to go back to what it was before its last deployment.';
  return paragraphs(outcomeComment(report, run), small(note));
}

/**
 * How sure it is that the version before still runs: what the swarm has said, or nothing but that
 * nobody has removed it.
 */
function beforeWords({ services }: Report): string {
  const serves = services.some(({ before }) => before && before.running > 0);
  return serves ? 'The version before still runs' : 'The version before was at';
}

/**
 * What a comment said, with another last paragraph, and without where the version before runs: what
 * is told of a failure stays true when the cluster has gone, and nothing else does.
 */
export function withLastLine(text: string, line: string): string {
  const parts = text.replaceAll('\r\n', '\n').trimEnd().split('\n\n');
  const kept = parts.filter(
    (part) => !part.startsWith('<!-- runs ') && !part.startsWith('The version before '),
  );
  return paragraphs(...kept.slice(0, -1), small(line));
}

/** A deployment was cut short, and what it had begun may still be there. */
export function cancelledComment(name: string, run: RunNote, running?: RunningNote): string {
  return paragraphs(
    `### 🚫 The deployment of ${code(name, 64)} was cancelled`,
    'What it had begun may still be there; the next one completes it.',
    runningLine('The version before was at', running),
    runLine(run),
    hiddenNote(running),
  );
}

/** What was deployed has gone, or was to go; `reason` is for example `ttl ended 3 h ago`. */
export function removedComment(
  name: string,
  {
    isWhole,
    reason,
    run,
  }: {
    readonly isWhole: boolean;
    readonly reason?: string | undefined;
    readonly run: Pick<RunNote, 'url' | 'at'>;
  },
): string {
  const what = code(name, 64);
  return paragraphs(
    isWhole ? `### 🗑️ ${what} was removed` : `### ❌ ${what} could not be removed completely`,
    isWhole ? '' : 'Its removal failed, and it cannot be relied on any more. The log says why.',
    reason === undefined ? '' : prose(quiet(reason), CAUSE_LENGTH),
    runLine({ ...run, commit: undefined }),
  );
}

function addresses(report: Report): string {
  const { endpoints } = report;
  // The headline has the address of the only one.
  const isSaid = endpoints.length === 1 && endpoints.every(({ checked }) => checked === 'answers');
  if (endpoints.length === 0 || isSaid) return '';
  const { shown, more } = atMost(endpoints, ROWS);
  const rows = shown.map(({ service, urls: [url = ''], checked }) => [
    code(service, 64),
    url === '' ? '' : link(url),
    checked === 'answers' ? '' : checked,
  ]);
  const text = table(['Service', 'Address', 'Check'], rows);
  return more === 0 ? text : `${text}\n\nand ${more} more.`;
}

function reasons({ diagnoses, error }: Report): string {
  if (diagnoses.length === 0) {
    // Not what a program said, which is in the log: that may be long, and is not meant for this
    // place.
    return error === undefined ? '' : prose(quiet(error.message), MESSAGE_LENGTH);
  }
  const { shown, more } = atMost(diagnoses, ROWS);
  return [
    ...shown.map(
      ({ service, cause, hint }) =>
        `- ${code(service, 64)}: ${prose(quiet(cause), CAUSE_LENGTH)}${hintText(hint)}`,
    ),
    ...(more === 0 ? [] : [`- and ${more} more`]),
  ].join('\n');
}

function hintText(hint: string): string {
  const text = prose(quiet(hint), CAUSE_LENGTH);
  return text === '' ? '' : `<br>${text}`;
}

function runLine({ commit, url, at }: RunNote): string {
  const parts = [
    commit === undefined ? '' : `commit ${code(commit.slice(0, 7))}`,
    url === undefined ? '' : `[log of the run](${url})`,
    at === undefined ? '' : utc(at.toISOString()),
  ];
  return parts.filter(Boolean).join(' · ');
}

function lifeLine({ teardown }: Report): string {
  if (teardown === undefined) return '';
  const { text, expires, lifeLeft, removal = '' } = teardown;
  const time = expires === undefined ? '' : utc(expires);
  const expiry = time === '' ? '' : `It lives until ${time}, ${lifeLeft} from this deployment on.`;
  return small([text, expiry, removal].filter(Boolean).join(' '));
}

function small(text: string): string {
  return `<sub>${prose(quiet(text), CAUSE_LENGTH)}</sub>`;
}

/** `2026-11-28 00:50 UTC`; empty where the text is no time. */
function utc(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return '';
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * Text that notifies nobody and links to nothing. Unlike in a summary, GitHub looks for mentions
 * and references in a comment once entities have become characters; the zero-width space is what it
 * respects.
 */
function quiet(text: string): string {
  return text.replace(/[@#]/g, '$&\u200b').replace(/:\/\/|(?<=www)\./gi, (found) => {
    return found === '.' ? '\u200b.' : ':\u200b//';
  });
}

function paragraphs(...parts: readonly string[]): string {
  return parts.filter(Boolean).join('\n\n');
}
