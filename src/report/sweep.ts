import { count } from '../base/count.ts';
import { describeError } from '../base/errors.ts';
import type { SweepResult, SweptCluster } from '../down/sweep.ts';
import { atMost, code, codeBlock, table, words } from './markdown.ts';
import { plain } from './plain.ts';
import { LIFE_COLUMNS, lifeCells } from './tables/previews-table.ts';

const ROWS = 200;
/** Of an error in the summary; the log has the whole. */
const ERROR_LENGTH = 4_000;

export interface SweepReport {
  readonly clusters: readonly SweptCluster[];
  readonly dryRun: boolean;
  readonly now: Date;
  readonly error: unknown;
  /** Of the repository at GitHub, for links; undefined where it is not known. */
  readonly repositoryUrl?: string | undefined;
}

const DRY_RUN = ' (dry run, nothing changed)';

/** The outcome of a sweep in one sentence, for example `Removed 2 of 5 clusters, 1 failed`. */
export function sweepHeadline({ clusters, dryRun, error }: SweepReport): string {
  const has = (result: SweepResult) => clusters.filter((one) => one.result === result).length;
  const failed = has('failed');
  if (failed === 0 && error !== undefined) return 'The sweep failed';
  const removed = has(dryRun ? 'would be removed' : 'removed');
  if (removed === 0 && failed === 0) return `No clusters to remove${dryRun ? DRY_RUN : ''}`;
  const all = count(clusters.length, 'cluster');
  const which = removed === clusters.length ? all : `${removed} of ${all}`;
  if (dryRun) return `Would remove ${which}${DRY_RUN}`;
  return `Removed ${which}${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** The job summary of a sweep, in GitHub's Markdown: a row for each cluster of the repository. */
export function renderSweep(report: SweepReport): string {
  const { clusters, error } = report;
  const { shown, more } = atMost(clusters, ROWS);
  const rows = shown.map(({ cluster: { owner, created }, result, reason }) => [
    code(owner.cluster, 64),
    ...lifeOf(owner, created, reason, report),
    `${result === 'failed' ? `**${result}**` : result}: ${words(reason, 200)}`,
  ]);
  const heading = ['Cluster', ...LIFE_COLUMNS, 'What happened'];
  return `${[
    `## ${signOf(report)} ${sweepHeadline(report)}`,
    ...(rows.length === 0 ? [] : [table(heading, rows)]),
    ...(more === 0 ? [] : [`and ${more} more, in the job log.`]),
    ...(error === undefined
      ? []
      : [codeBlock(plain(describeError(error)).slice(0, ERROR_LENGTH).toWellFormed())]),
  ].join('\n\n')}\n`;
}

function lifeOf(
  { run, pullRequest, expires }: SweptCluster['cluster']['owner'],
  created: string | undefined,
  reason: string,
  { now, repositoryUrl }: SweepReport,
): string[] {
  const cells = lifeCells({ created, run, pullRequest, expires }, now, repositoryUrl);
  // Since when stands in the reason.
  return reason.startsWith('ttl ended') ? [...cells.slice(0, -1), 'expired'] : cells;
}

function signOf({ dryRun, error }: SweepReport): string {
  if (error !== undefined) return '❌';
  return dryRun ? '📋' : '✅';
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
