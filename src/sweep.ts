import { formatSpan } from './duration.ts';
import { ActionError, describeError } from './errors.ts';
import type { OwnedCluster } from './machines/driver.ts';
import { StackBusy } from './stack/lock.ts';
import { inStage, type Reporter } from './step.ts';
import { HostsBusy } from './swarm/forming-lock.ts';
import { hasPassed } from './ttl.ts';

/** Where clusters are found and removed. */
export interface Estate {
  /** Every cluster there is, whoever's it is. */
  list(): Promise<readonly OwnedCluster[]>;
  /**
   * Removes one whole. Gives why a part of it has to stay, where one does; throws where something is left that should have gone, `StackBusy`
   * where a run deploys to it at this moment, and `HostsBusy` where one makes its swarm.
   */
  remove(cluster: OwnedCluster): Promise<string | undefined>;
}

export type SweepResult = 'removed' | 'failed' | 'would be removed' | 'stays';

/** What became of a cluster of this repository. */
export interface SweptCluster {
  readonly cluster: OwnedCluster;
  readonly result: SweepResult;
  /** Why it went or stays, for example `ttl ended 3 h ago`. */
  readonly reason: string;
  /** Of one that stays: what ran of it has gone all the same, and only its hosts are left. */
  readonly isEmptied?: true;
}

export interface SweepOptions {
  /** Only its clusters are touched. */
  readonly repository: string;
  /** Removes nothing. */
  readonly dryRun: boolean;
  /** Whether a pull request is closed; undefined where its state shall not matter. */
  readonly isClosed: ((pullRequest: string) => Promise<boolean>) | undefined;
  readonly now: () => Date;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Told each cluster as soon as it is decided. */
  readonly swept: (cluster: SweptCluster) => void;
}

/**
 * Removes every cluster of the repository whose time has come. One that does not go keeps no other from going.
 * Throws one `AggregateError` that names those that are not wholly removed.
 */
export async function sweep(estate: Estate, options: SweepOptions): Promise<void> {
  const { reporter, signal, repository } = options;
  const own = await inStage(reporter, 'Looking for clusters', async (stage) => {
    const all = await estate.list();
    const mine = all.filter(({ owner }) => owner.repository === repository);
    stage.note(`${mine.length} of this repository, ${all.length - mine.length} of others`);
    return mine;
  });
  const reasonOf = dueReasons(options);
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  for (const cluster of own) {
    signal.throwIfAborted();
    const reason = await reasonOf(cluster);
    const { cluster: name } = cluster.owner;
    if (reason === undefined) {
      options.swept({ cluster, result: 'stays', reason: stayReason(cluster) });
    } else if (options.dryRun) {
      options.swept({ cluster, result: 'would be removed', reason });
    } else {
      try {
        const result = await inStage(reporter, `Removing cluster ${name}: ${reason}`, () =>
          removeStillDue(estate, cluster, reasonOf),
        );
        options.swept({ cluster, ...(result ?? { result: 'removed', reason }) });
        if (!result) announce(cluster, reason, reporter);
      } catch (error) {
        reporter.log.info(describeError(error));
        options.swept({ cluster, result: 'failed', reason });
        failures.push({ name, error });
      }
    }
  }
  if (failures.length === 0) return;
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${own.length} clusters are not wholly removed: ${failures.map(({ name }) => name).join(', ')}`,
  );
}

type ReasonOf = (cluster: OwnedCluster) => Promise<string | undefined>;

/** Looks again, because a run may have renewed it since. Gives what became of it where it was not removed. */
async function removeStillDue(
  estate: Estate,
  { owner }: OwnedCluster,
  reasonOf: ReasonOf,
): Promise<Omit<SweptCluster, 'cluster'> | undefined> {
  const now = (await estate.list()).find(
    (one) => one.owner.cluster === owner.cluster && one.owner.repository === owner.repository,
  );
  if (!now) return undefined;
  const reason = await reasonOf(now);
  if (reason === undefined) return { result: 'stays', reason: 'renewed meanwhile' };
  const kept = await estate.remove(now).catch((error: unknown) => {
    if (error instanceof StackBusy || error instanceof HostsBusy) return error;
    throw error;
  });
  if (kept instanceof ActionError) {
    return {
      result: 'stays',
      reason: `${reason}, but is being deployed: ${kept.details ?? kept.message}`,
    };
  }
  if (kept === undefined) return undefined;
  return { result: 'stays', reason: `${reason}, but ${kept}`, isEmptied: true };
}

/** Gives why a cluster shall go. After the first question about a pull request that fails, no more are asked. */
function dueReasons({ isClosed, now, reporter }: SweepOptions): ReasonOf {
  let ask = isClosed;
  const known = new Map<string, boolean>();
  return async ({ owner: { expires, pullRequest } }) => {
    if (expires !== undefined && hasPassed(expires, now())) {
      return `ttl ended ${formatSpan(now().getTime() - Date.parse(expires))} ago`;
    }
    if (pullRequest === undefined || ask === undefined) return undefined;
    try {
      const closed = known.get(pullRequest) ?? (await ask(pullRequest));
      known.set(pullRequest, closed);
      return closed ? `pull request ${pullRequest} is closed` : undefined;
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      ask = undefined;
      reporter.log.warning(
        `Whether pull requests are closed cannot be found out, so no cluster is removed because of that. ${describeError(error)}`,
      );
      return undefined;
    }
  };
}

function stayReason({ owner: { expires } }: OwnedCluster): string {
  if (expires === undefined) return 'has no ttl';
  return Number.isNaN(Date.parse(expires)) ? 'its expiry is no time' : 'ttl has not ended';
}

function announce({ owner, parts }: OwnedCluster, reason: string, { log }: Reporter): void {
  log.warning(
    `Cluster ${owner.cluster} was removed: ${reason}. It was made by run ${owner.run || 'unknown'} and was: ${parts.join(', ')}.`,
    { title: 'Swarm Up, sweep' },
  );
}
