import { resolve } from 'node:path';
import { createJob, type Job } from './job.ts';
import { renderLine } from './workflow-commands.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');

/**
 * A job in this repository that prints what its steps say, without debug lines. The first SIGINT or
 * SIGTERM cancels it, and is told to `onSignal`. `directory` is for the runner's files.
 */
export function shownJob(directory: string, onSignal?: () => void): Job {
  const job = createJob({
    workspace: REPOSITORY,
    directory,
    onLine: (entry) => {
      if (entry.kind !== 'debug') console.log(`    ${renderLine(entry, process.stdout.isTTY)}`);
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (job.status === 'cancelled') return;
      onSignal?.();
      job.cancel();
    });
  }
  return job;
}
