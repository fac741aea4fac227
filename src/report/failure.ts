import { atMost, clip, code, codeBlock, folded, lines } from './markdown.ts';
import { plain } from './plain.ts';
import type { ErrorReport, Report, ServiceDiagnosis } from './report.ts';

const DIAGNOSES = 20;
const EVIDENCE = 5;
const TEXT_LIMIT = 1_000;
const DETAIL_LINES = 200;
const LINE_LIMIT = 400;

/** What failed and why, one section per service; where no service is to blame, the error itself. */
export function failure({ diagnoses, error, diagnosticsFolder }: Report, logLines: number): string {
  const { shown, more } = atMost(diagnoses, DIAGNOSES);
  const parts = [
    ...shown.map((diagnosis) => diagnosisText(diagnosis, logLines)),
    more === 0 ? '' : `${more} more services failed; the job log names them all.`,
    error === undefined ? '' : errorText(error, diagnoses),
    diagnosticsFolder === undefined
      ? ''
      : `What was collected about it: ${code(diagnosticsFolder, 300)}`,
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** The last `limit` lines, each cut to a readable width, and a word about what is missing. */
function tail(text: string, limit: number): { title: string; body: string } {
  const all = text.trimEnd().split(/\r\n?|\n/);
  const kept = all
    .slice(-limit)
    .map((line) => clip(plain(line.slice(0, 4 * LINE_LIMIT)), LINE_LIMIT));
  const title =
    kept.length < all.length
      ? `The last ${kept.length} of ${all.length} log lines`
      : `The last ${kept.length === 1 ? 'log line' : `${kept.length} log lines`}`;
  return { title, body: kept.join('\n') };
}

function diagnosisText(diagnosis: ServiceDiagnosis, logLines: number): string {
  const { service, location, cause, evidence, hint, logTail } = diagnosis;
  const { shown, more } = atMost(evidence, EVIDENCE);
  const parts = [
    `### ${code(service, 64)}: ${diagnosis.class}`,
    lines(cause, TEXT_LIMIT) +
      (location ? ` (${code(`${location.file}:${location.line}`, 300)})` : ''),
    [
      ...shown.map((line) => `- ${code(line, 500)}`),
      ...(more === 0 ? [] : [`- and ${more} more`]),
    ].join('\n'),
    hint.trim() === '' ? '' : `**What to do:** ${lines(hint, TEXT_LIMIT)}`,
  ];
  if (logTail?.trim() && logLines > 0) {
    const { title, body } = tail(logTail, logLines);
    parts.push(folded(title, codeBlock(body), true));
  }
  return parts.filter(Boolean).join('\n\n');
}

/** The error's own words are left out where the diagnoses have said them already. */
function errorText(
  { message, details, hint }: ErrorReport,
  diagnoses: readonly ServiceDiagnosis[],
): string {
  const said = diagnoses.length > 0;
  const parts = [
    said ? '' : lines(message, 4_000),
    details?.trim() && !said ? codeBlock(tail(details, DETAIL_LINES).body) : '',
    hint?.trim() && !diagnoses.some((one) => one.hint === hint || one.overrules)
      ? `**What to do:** ${lines(hint, TEXT_LIMIT)}`
      : '',
  ];
  return parts.filter(Boolean).join('\n\n');
}
