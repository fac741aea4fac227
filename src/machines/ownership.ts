import { ActionError } from '../base/errors.ts';
/**
 * Who a cluster belongs to. Everything that is created carries it, so that it can be found without
 * any other record.
 */
export interface Owner {
  readonly cluster: string;
  /** GitHub's numeric repository id: it survives a rename, and is no secret. */
  readonly repository: string;
  /**
   * The step that made it: run, job and step id. A second attempt of the same run is the same
   * owner.
   */
  readonly run: string;
  /** RFC 3339 time after which `sweep` may remove it. */
  readonly expires?: string | undefined;
  /**
   * Number of the pull request that it goes with, so that `sweep` may remove it once that is
   * closed.
   */
  readonly pullRequest?: string | undefined;
  /** Set where the name of the cluster is that of a run, which no other run can give. */
  readonly isOfRun?: true | undefined;
}

/** The run and the job of a step that `Owner.run` names; undefined if it names no job. */
export function jobOf(run: string): string | undefined {
  return /^(.+\/.+)\/[^/]*$/.exec(run)?.[1];
}

/**
 * What every label of this action begins with. Nobody else may give one: by these it is known whose
 * a thing is.
 */
const RESERVED_PREFIX = 'swarm-up.';

/** Whether a label is this action's alone to give, however it is written. */
export function isReserved(key: string): boolean {
  return key.trim().toLowerCase().startsWith(RESERVED_PREFIX);
}

export const CLUSTER_LABEL = 'swarm-up.cluster';
export const REPOSITORY_LABEL = 'swarm-up.repository';
const RUN_LABEL = 'swarm-up.run';
export const EXPIRES_LABEL = 'swarm-up.expires';
const PULL_REQUEST_LABEL = 'swarm-up.pull-request';
const OF_RUN_LABEL = 'swarm-up.of-run';

/** All that `ownerLabels` may give. */
export const OWNER_KEYS: readonly string[] = [
  CLUSTER_LABEL,
  REPOSITORY_LABEL,
  RUN_LABEL,
  EXPIRES_LABEL,
  PULL_REQUEST_LABEL,
  OF_RUN_LABEL,
];

/** What a cluster is found by: the same name may be another repository's, too. */
export type ClusterId = Pick<Owner, 'cluster' | 'repository'>;

/** Whether two are of one repository: what another repository has made is not to be changed. */
export function isSameRepository(
  a: Pick<ClusterId, 'repository'>,
  b: Pick<ClusterId, 'repository'>,
): boolean {
  return a.repository === b.repository;
}

/** Whether two are one cluster of one repository, in whichever run. */
export function isSameCluster(a: ClusterId, b: ClusterId): boolean {
  return a.cluster === b.cluster && isSameRepository(a, b);
}

const OF_ANOTHER = {
  cluster: (name: string, id: string) =>
    `Cluster ${name} belongs to another repository (id ${id}).`,
  stack: (name: string, id: string) => `Stack ${name} belongs to another repository (id ${id}).`,
};

/** To be thrown before anything of it is changed. */
export function belongsToAnother(
  kind: keyof typeof OF_ANOTHER,
  name: string,
  { repository }: Pick<ClusterId, 'repository'>,
  hint: string,
): ActionError {
  return new ActionError(OF_ANOTHER[kind](name, repository || 'unknown'), { hint });
}

export type Labels = Readonly<Record<string, string>>;

/** The labels of everything that belongs to this owner. */
export function ownerLabels(owner: Owner): Labels {
  return {
    [CLUSTER_LABEL]: owner.cluster,
    [REPOSITORY_LABEL]: owner.repository,
    [RUN_LABEL]: owner.run,
    ...(owner.expires === undefined ? {} : { [EXPIRES_LABEL]: owner.expires }),
    ...(owner.pullRequest === undefined ? {} : { [PULL_REQUEST_LABEL]: owner.pullRequest }),
    ...(owner.isOfRun && { [OF_RUN_LABEL]: 'true' }),
  };
}

/**
 * The owner that labels name, or undefined where they name none. Labels alone prove nothing, since
 * anybody can write them: who reads them also asks whether what carries them has the name and the
 * form that this action gives.
 */
export function ownerOf(labels: Labels): Owner | undefined {
  const cluster = labels[CLUSTER_LABEL];
  const repository = labels[REPOSITORY_LABEL];
  if (!cluster || !repository) return undefined;
  const expires = labels[EXPIRES_LABEL];
  const pullRequest = labels[PULL_REQUEST_LABEL];
  return {
    cluster,
    repository,
    run: labels[RUN_LABEL] ?? '',
    expires,
    pullRequest,
    isOfRun: labels[OF_RUN_LABEL] === 'true' ? true : undefined,
  };
}

/** What the Engine's API filters labels by, to find everything of a cluster. */
export function ownedFilter({ cluster, repository }: ClusterId): string[] {
  return [`${CLUSTER_LABEL}=${cluster}`, `${REPOSITORY_LABEL}=${repository}`];
}
