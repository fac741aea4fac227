import { appendFileSync } from 'node:fs';
import { EOL } from 'node:os';
import { describeError } from '../base/errors.ts';
import { githubLog } from '../report/log.ts';
import { writing } from './runner/files.ts';

/**
 * Adds Markdown to the job summary, at once, so that a process that is about to end can do it too.
 * Without a place to write it to (outside of GitHub), it is left out. Where it cannot be written,
 * that is a warning: the log has all of it. Never throws.
 */
export function writeSummary(markdown: string): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  try {
    writing('GITHUB_STEP_SUMMARY', () => appendFileSync(file, markdown + EOL));
  } catch (error) {
    githubLog.warning(describeError(error), { title: 'Swarm Up, summary' });
  }
}
