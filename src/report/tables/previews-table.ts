import { formatSpan } from '../../base/duration.ts';
import { lifeLeft } from '../../base/expiry.ts';
import { atMost, code, table, words } from '../markdown.ts';

const ROWS = 200;

/** A cluster, or a stack on a swarm that many share, which outlives the run that made it. */
export interface Preview {
  readonly name: string;
  /** RFC 3339 time at which its oldest part was made; undefined where nothing tells. */
  readonly created: string | undefined;
  readonly run: string;
  readonly pullRequest: string | undefined;
  /** RFC 3339 time after which `sweep` may remove it. */
  readonly expires: string | undefined;
}

/** Columns of tables of clusters, for `lifeCells`. */
export const LIFE_COLUMNS = ['Age', 'Made by run', 'Pull request', 'Time left'] as const;

/**
 * How old it is, whose, and how long it may live; with links where `repositoryUrl`, which is the
 * repository at GitHub, is known.
 */
export function lifeCells(
  one: Omit<Preview, 'name'>,
  now: Date,
  repositoryUrl: string | undefined,
): string[] {
  const { created, run, pullRequest, expires } = one;
  return [
    created === undefined ? '' : formatSpan(now.getTime() - Date.parse(created)),
    runCell(run, repositoryUrl),
    pullRequestCell(pullRequest ?? '', repositoryUrl),
    words(expires === undefined ? 'no ttl' : lifeLeft(expires, now), 64),
  ];
}

/**
 * `run/job/step`, of which the run has a page. What has not this form was made outside of GitHub,
 * or by hand.
 */
function runCell(run: string, repositoryUrl: string | undefined): string {
  const [id = '', job = ''] = run.split('/');
  if (repositoryUrl === undefined || !/^\d+$/.test(id)) return words(run, 100);
  const of = job === '' ? '' : ` (${words(job, 64)})`;
  return `[${id}](${repositoryUrl}/actions/runs/${id})${of}`;
}

function pullRequestCell(number: string, repositoryUrl: string | undefined): string {
  if (repositoryUrl === undefined || !/^\d+$/.test(number)) return words(number, 20);
  return `[#${number}](${repositoryUrl}/pull/${number})`;
}

/** All that lives of a repository, the one of this run first. */
export function previewsTable(
  livePreviews: readonly Preview[],
  own: string,
  now: Date,
  repositoryUrl: string | undefined,
): string {
  if (livePreviews.length === 0) return '';
  const ownFirst = livePreviews.toSorted((a, b) => Number(b.name === own) - Number(a.name === own));
  const { shown, more } = atMost(ownFirst, ROWS);
  const rows = shown.map((one) => [
    one.name === own ? `**${code(one.name, 64)}**` : code(one.name, 64),
    ...lifeCells(one, now, repositoryUrl),
  ]);
  const text = table(['Name', ...LIFE_COLUMNS], rows);
  return more === 0 ? text : `${text}\n\nand ${more} more.`;
}
