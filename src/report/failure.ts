import { headlineHasError } from './headline.ts';
import { alert, atMost, clip, code, codeBlock, folded, lines } from './markdown.ts';
import { plain } from './plain.ts';
import type { ErrorReport, Report, ServiceDiagnosis } from './report.ts';

const DIAGNOSES = 20;
const EVIDENCE = 5;
const TEXT_LIMIT = 1_000;
const DETAIL_LINES = 200;
const LINE_LIMIT = 400;

/** What failed and why, one section per service; where no service is to blame, the error itself. */
export function failure(report: Report, logLines: number): string {
  const { diagnoses, error, diagnosticsFolder, artifact, commands = [] } = report;
  const { shown, more } = atMost(diagnoses, DIAGNOSES);
  const parts = [
    ...shown.map((diagnosis) => diagnosisText(diagnosis, logLines)),
    more === 0 ? '' : `${more} more services failed; the job log names them all.`,
    error === undefined ? '' : errorText(error, report),
    commands.length === 0 ? '' : `**Look into it:**\n\n${codeBlock(commands.join('\n'), 'sh')}`,
    collected(artifact, diagnosticsFolder),
  ];
  return parts.filter(Boolean).join('\n\n');
}

/** The folder is one of the runner, which is often gone when this is read. */
function collected(artifact: Report['artifact'], folder: string | undefined): string {
  if (artifact) {
    const name = code(artifact.name, 100);
    return `What was collected about it: the artifact ${artifact.url === undefined ? name : `[${name}](${artifact.url})`} of this run`;
  }
  if (folder === undefined) return '';
  const step = [
    '- if: failure() && steps.swarm.outputs.diagnostics',
    '  uses: actions/upload-artifact@v4',
    '  with:',
    '    name: swarm-up-diagnostics',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub's
    '    path: ${{ steps.swarm.outputs.diagnostics }}',
  ].join('\n');
  const note = `They are in ${code(folder, 300)} of the runner. This step keeps them; \`swarm\` is the \`id\` of the step that failed:`;
  return folded('Inspections and logs were collected', `${note}\n\n${codeBlock(step, 'yaml')}`);
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
    alert(
      'CAUTION',
      lines(cause, TEXT_LIMIT) +
        (location ? ` (${code(`${location.file}:${location.line}`, 300)})` : ''),
    ),
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

/**
 * The error's own words are left out where the diagnoses or the headline have said them already.
 */
function errorText({ message, details, hint }: ErrorReport, report: Report): string {
  const { diagnoses, status } = report;
  const said = diagnoses.length > 0;
  const parts = [
    said || headlineHasError(report)
      ? ''
      : alert(status === 'superseded' ? 'NOTE' : 'CAUTION', lines(message, 4_000)),
    details?.trim() && !said ? codeBlock(tail(details, DETAIL_LINES).body) : '',
    hint?.trim() && !diagnoses.some((one) => one.hint === hint || one.overrules)
      ? `**What to do:** ${lines(hint, TEXT_LIMIT)}`
      : '',
  ];
  return parts.filter(Boolean).join('\n\n');
}
