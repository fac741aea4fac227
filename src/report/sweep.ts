import { count } from '../base/count.ts';
import { describeError } from '../base/errors.ts';
import type { SweepResult, SweptCluster } from '../down/sweep.ts';
import { atMost, code, codeBlock, table, words } from './markdown.ts';
import { plain } from './plain.ts';
import { LIFE_COLUMNS, lifeCells } from './tables/previews-table.ts';

const ROWS = 200;
/** Of an error in the summary; the log has the whole. */
const ERROR_LENGTH = 4_000;

/** A cluster, and the driver by which it was found. */
export type ReportedCluster = SweptCluster & { readonly driver: string };

export interface SweepReport {
  /** Those that were swept, in turn. */
  readonly drivers: readonly string[];
  readonly clusters: readonly ReportedCluster[];
  readonly dryRun: boolean;
  readonly now: Date;
  readonly error: unknown;
  /** Of the repository at GitHub, for links; undefined where it is not known. */
  readonly repositoryUrl?: string | undefined;
}

const DRY_RUN = ' (dry run, nothing changed)';

/** The outcome of a sweep in one sentence, for example `Removed 2 of 5 clusters, 1 failed`. */
export function sweepHeadline(report: SweepReport): string {
  const { clusters, drivers, error } = report;
  const isDriverAtFault =
    error !== undefined && !clusters.some(({ result }) => result === 'failed');
  if (!isDriverAtFault) return clustersHeadline(report);
  if (drivers.length === 1 || clusters.length === 0) return 'The sweep failed';
  return `${clustersHeadline(report)}, and not every driver could be swept`;
}

function clustersHeadline({ clusters, dryRun }: SweepReport): string {
  const has = (result: SweepResult) => clusters.filter((one) => one.result === result).length;
  const failed = has('failed');
  const removed = has(dryRun ? 'would be removed' : 'removed');
  if (removed === 0 && failed === 0) return `No clusters to remove${dryRun ? DRY_RUN : ''}`;
  const all = count(clusters.length, 'cluster');
  const which = removed === clusters.length ? all : `${removed} of ${all}`;
  if (dryRun) return `Would remove ${which}${DRY_RUN}`;
  return `Removed ${which}${failed > 0 ? `, ${failed} failed` : ''}`;
}

/** The job summary of a sweep, in GitHub's Markdown: a row for each cluster of the repository. */
export function renderSweep(report: SweepReport): string {
  const { clusters, drivers, error } = report;
  const { shown, more } = atMost(clusters, ROWS);
  const ofDriver = (cell: string) => (drivers.length > 1 ? [cell] : []);
  const rows = shown.map(({ driver, cluster: { owner, created }, result, reason }) => [
    code(owner.cluster, 64),
    ...ofDriver(code(driver, 64)),
    ...lifeOf(owner, created, reason, report),
    `${result === 'failed' ? `**${result}**` : result}: ${words(reason, 200)}`,
  ]);
  const heading = ['Cluster', ...ofDriver('Driver'), ...LIFE_COLUMNS, 'What happened'];
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
    clusters.map(({ driver, cluster: { owner, created }, result, reason }) => ({
      driver,
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
