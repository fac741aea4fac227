import { appendFileSync } from 'node:fs';
import { summary } from '@actions/core';

/** Adds Markdown to the job summary. Without a place to write it to (outside of GitHub), it is left out. */
export async function writeSummary(markdown: string): Promise<void> {
  if (!process.env.GITHUB_STEP_SUMMARY) return;
  await summary.addRaw(markdown, true).write();
}

/** The same for a process that is about to end and can wait for nothing any more. */
export function writeLastSummary(markdown: string): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (file) appendFileSync(file, markdown);
}
