import { createHash } from 'node:crypto';
import { Problem } from './problem.ts';

/** What is read of the runner's environment to derive the name. */
export interface NameEnvironment {
  readonly GITHUB_REPOSITORY?: string | undefined;
  readonly GITHUB_RUN_ID?: string | undefined;
  readonly GITHUB_JOB?: string | undefined;
  /** The pull request that the run is about. */
  readonly pullRequest?: number | undefined;
  /** Whether it may be about one that the event does not name. */
  readonly isPullRequestUnnamed?: boolean | undefined;
}

const CLUSTER = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const CLUSTER_LENGTH = 40;

/**
 * The name that is given, or else the derived one. What is not a name, as that of a branch may be,
 * and which the expressions of a workflow cannot make one, is made one: with a hash of the whole,
 * so that `a/b` and `a-b` stay two. `tell` is given what it has become.
 */
export function parseCluster(
  text: string,
  environment: NameEnvironment,
  tell: (message: string) => void = () => {},
): string | Problem {
  if (text === '') return deriveCluster(environment);
  if (CLUSTER.test(text)) return text;
  if (isBranchName(text)) {
    const name = hashed(text);
    tell(
      `\`cluster: ${text}\` is not a name for machines and networks, so the cluster is called ${name}.`,
    );
    return name;
  }
  return new Problem(
    `not a name for a cluster: it becomes the name of machines and networks, so lower-case letters, digits and inner hyphens only, at most ${CLUSTER_LENGTH} characters. For example \`${slug(text, CLUSTER_LENGTH) || 'preview'}\`.`,
  );
}

/**
 * The name that a cluster has where none is given: `<repo>-pr-<n>` where the run is about a pull
 * request, else `<repo>-<run id>-<job>`. What is longer than 40 characters is cut and gets a hash
 * of the whole, so that two long names stay two; the number of a pull request stays.
 */
export function deriveCluster(environment: NameEnvironment): string {
  const repository = environment.GITHUB_REPOSITORY?.split('/').at(-1) || 'swarm';
  if (environment.pullRequest !== undefined) {
    const tail = `-pr-${environment.pullRequest}`;
    return `${slug(repository, CLUSTER_LENGTH - tail.length) || 'swarm'}${tail}`;
  }
  const run = [environment.GITHUB_RUN_ID, environment.GITHUB_JOB].filter(Boolean).join('-');
  return slug(`${repository}-${run || 'local'}`, CLUSTER_LENGTH);
}

/**
 * Whether a cluster has the name of this very run: no other run derives it, so none can mean it.
 */
export function isNameOfRun(cluster: string, environment: NameEnvironment): boolean {
  return environment.pullRequest === undefined && cluster === deriveCluster(environment);
}

/**
 * Whether a cluster or a stack goes with a pull request: its name ends in the number, as in
 * `shop-pr-12`. One of another name may be meant to stay, whatever becomes of the pull request that
 * happened to deploy to it.
 */
export function goesWith(name: string, pullRequest: number | string): boolean {
  return /(?:^|[-_])pr[-_]?([1-9]\d*)$/.exec(name)?.[1] === String(pullRequest);
}

/**
 * A stack's name with the number of its pull request at the end, `shop-pr-12`: at most as long as a
 * cluster's. One that goes with it stays.
 */
export function withPullRequest(name: string, pullRequest: number): string {
  if (goesWith(name, pullRequest)) return name;
  const tail = `-pr-${pullRequest}`;
  const most = CLUSTER_LENGTH - tail.length;
  return `${name.length <= most ? name : slug(name, most)}${tail}`;
}

/**
 * What git takes for the name of a branch (git check-ref-format), and what has letters or digits to
 * be called by.
 */
function isBranchName(text: string): boolean {
  return (
    /^[^\s~^:?*[\\\p{Cc}-][^\s~^:?*[\\\p{Cc}]*$/u.test(text) &&
    !/\.\.|@\{|\/\/|[./]$|^\//.test(text) &&
    /[a-z0-9]/i.test(text)
  );
}

function hashed(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 7);
  const most = CLUSTER_LENGTH - hash.length - 1;
  const whole = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${whole.slice(0, most).replace(/-+$/, '')}-${hash}`;
}

function slug(text: string, most: number): string {
  const whole = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (whole.length <= most) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 7);
  return `${whole.slice(0, most - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}
