import { count } from '../count.ts';
import { describeError } from '../errors.ts';
import type { SweepResult, SweptCluster } from '../sweep.ts';
import { LIFE_COLUMNS, lifeCells } from './life-table.ts';
import { atMost, code, codeBlock, table, words } from './markdown.ts';
import { plain } from './plain.ts';

const ROWS = 200;
/** Of an error in the summary; the log has the whole. */
const ERROR_LENGTH = 4_000;

export interface SweepReport {
  readonly clusters: readonly SweptCluster[];
  readonly dryRun: boolean;
  readonly now: Date;
  readonly error: unknown;
}

/** The outcome of a sweep in one sentence, for example `2 of 5 clusters removed, 1 failed`. */
export function sweepHeadline({ clusters, dryRun, error }: SweepReport): string {
  const has = (result: SweepResult) => clusters.filter((one) => one.result === result).length;
  const all = count(clusters.length, 'cluster');
  if (dryRun) return `${has('would be removed')} of ${all} would be removed (dry run)`;
  const failed = has('failed');
  if (failed === 0 && error !== undefined) return 'The sweep failed';
  return `${has('removed')} of ${all} removed${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** The job summary of a sweep, in GitHub's Markdown: a row for each cluster of the repository. */
export function renderSweep(report: SweepReport): string {
  const { clusters, error, now } = report;
  const { shown, more } = atMost(clusters, ROWS);
  const rows = shown.map(({ cluster: { owner, created }, result, reason }) => [
    code(owner.cluster, 64),
    ...lifeCells(
      {
        created,
        run: owner.run,
        pullRequest: owner.pullRequest,
        expires: owner.expires,
      },
      now,
    ),
    `${result === 'failed' ? `**${result}**` : result}: ${words(reason, 200)}`,
  ]);
  const heading = ['Cluster', ...LIFE_COLUMNS, 'What happened'];
  return `${[
    `## ${sweepHeadline(report)}`,
    ...(rows.length === 0 ? [] : [table(heading, rows)]),
    ...(more === 0 ? [] : [`and ${more} more, in the job log.`]),
    ...(error === undefined
      ? []
      : [codeBlock(plain(describeError(error)).slice(0, ERROR_LENGTH).toWellFormed())]),
  ].join('\n\n')}\n`;
}

/** The output `clusters`: JSON of what became of each cluster. */
export function sweptJson({ clusters }: SweepReport): string {
  return JSON.stringify(
    clusters.map(({ cluster: { owner, created }, result, reason }) => ({
      cluster: owner.cluster,
      run: owner.run,
      pullRequest: owner.pullRequest,
      created,
      expires: owner.expires,
      result,
      reason,
    })),
  );
}
