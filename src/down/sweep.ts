import { count } from '../base/count.ts';
import { formatSpan } from '../base/duration.ts';
import { ActionError, describeError } from '../base/errors.ts';
import { hasPassed } from '../base/expiry.ts';
import { listed } from '../base/listed.ts';
import { ANNOTATIONS } from '../base/log.ts';
import { inStage, type Reporter } from '../base/stages.ts';
import { skewOf, type WallClock } from '../engine/wall-clock.ts';
import type { OwnedCluster } from '../machines/driver.ts';
import { isSameCluster, isSameRepository } from '../machines/ownership.ts';
import { StackBusy } from '../stack/lock.ts';
import { HostsBusy } from '../swarm/records/forming-lock.ts';

/** Parts of a cluster, and clusters, that a warning names. */
const PARTS = 20;

/** Where clusters are found and removed. */
export interface ClusterSource {
  /** Every cluster there is, whoever's it is. */
  list(): Promise<readonly OwnedCluster[]>;
  /**
   * What time it is by the engines of a cluster; undefined where its machines have no clock but the
   * runner's. Throws where none of them answers.
   */
  clocks?(cluster: OwnedCluster, now: () => Date): Promise<readonly WallClock[]>;
  /**
   * Removes one whole. Gives why a part of it has to stay, where one does; throws where something
   * is left that should have gone, `StackBusy` where a run deploys to it at this moment, and
   * `HostsBusy` where one makes its swarm.
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
  readonly isEmptied?: true | undefined;
}

export interface SweepOptions {
  /** Only its clusters are touched. */
  readonly repository: string;
  /** Removes nothing. */
  readonly dryRun: boolean;
  /** Whether a pull request is closed; undefined where its state shall not matter. */
  readonly isClosed: ((pullRequest: string) => Promise<boolean>) | undefined;
  /** The time of this runner. */
  readonly now: () => Date;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Told each cluster as soon as it is decided. */
  readonly swept: (cluster: SweptCluster) => void;
}

/**
 * Removes every cluster of the repository whose time has come. One that does not go keeps no other
 * from going. Throws one `AggregateError` that names those that could not be removed completely.
 */
export async function sweep(source: ClusterSource, options: SweepOptions): Promise<void> {
  const { reporter, signal, repository } = options;
  const own = await inStage(reporter, 'Looking for clusters', async (stage) => {
    const all = await source.list();
    const mine = all.filter(({ owner }) => isSameRepository(owner, { repository }));
    stage.note(`${mine.length} of this repository, ${all.length - mine.length} of others`);
    return mine;
  });
  const judge = judgeOf(source, options);
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  const removed = announcer(reporter);
  for (const cluster of own) {
    signal.throwIfAborted();
    const { cluster: name } = cluster.owner;
    let reason = 'whether its time has come is not known';
    try {
      const verdict = await judge(cluster);
      reason = verdict.reason;
      if (!verdict.isDue) {
        options.swept({ cluster, result: 'stays', reason });
      } else if (options.dryRun) {
        options.swept({ cluster, result: 'would be removed', reason });
      } else {
        const result = await inStage(reporter, `Removing cluster ${name}: ${reason}`, () =>
          removeStillDue(source, cluster, judge),
        );
        options.swept({ cluster, ...(result ?? { result: 'removed', reason }) });
        if (!result) removed.tell(cluster, reason);
      }
    } catch (error) {
      reporter.log.info(describeError(error));
      options.swept({ cluster, result: 'failed', reason });
      failures.push({ name, error });
    }
  }
  removed.tellRest();
  if (failures.length === 0) return;
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${own.length} clusters could not be removed completely: ${failures.map(({ name }) => name).join(', ')}`,
  );
}

/** Whether a cluster shall go, and why, or why not. */
interface Verdict {
  readonly isDue: boolean;
  readonly reason: string;
}

type Judge = (cluster: OwnedCluster) => Promise<Verdict>;

/**
 * Looks again, because a run may have renewed it since. Gives what became of it where it was not
 * removed.
 */
async function removeStillDue(
  source: ClusterSource,
  { owner }: OwnedCluster,
  judge: Judge,
): Promise<Omit<SweptCluster, 'cluster'> | undefined> {
  const now = (await source.list()).find((one) => isSameCluster(one.owner, owner));
  if (!now) return undefined;
  const { isDue, reason } = await judge(now);
  if (!isDue) return { result: 'stays', reason: 'renewed meanwhile' };
  const kept = await source.remove(now).catch((error: unknown) => {
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

/** Judges clusters. After the first question about a pull request that fails, no more are asked. */
function judgeOf(source: ClusterSource, options: SweepOptions): Judge {
  const isClosed = closedQuestion(options);
  const ofTime = timeJudge(source, options);
  return async (cluster) => {
    const verdict = await ofTime(cluster);
    if (verdict.isDue) return verdict;
    const reason = await isClosed(cluster);
    return reason === undefined ? verdict : { isDue: true, reason };
  };
}

/**
 * Two clocks have to say that the time has passed: that of this runner, and those of the engines.
 * One alone may be wrong.
 */
function timeJudge(source: ClusterSource, { now, reporter }: SweepOptions): Judge {
  const told = new Set<string>();
  return async (cluster) => {
    const { expires } = cluster.owner;
    if (expires === undefined) return { isDue: false, reason: 'has no ttl' };
    const ends = Date.parse(expires);
    if (Number.isNaN(ends)) return { isDue: false, reason: 'its expiry is no time' };
    const clocks = (await source.clocks?.(cluster, now)) ?? [];
    for (const clock of clocks) {
      const skew = skewOf(clock);
      if (skew === undefined || told.has(clock.name)) continue;
      told.add(clock.name);
      reporter.log.warning(skew, { title: 'Swarm Up, clocks' });
    }
    const runner = { name: 'this runner', time: now() };
    const all = [runner, ...clocks];
    const early = all.filter(({ time }) => !hasPassed(expires, time));
    if (early.length === 0) {
      return { isDue: true, reason: `ttl ended ${formatSpan(runner.time.getTime() - ends)} ago` };
    }
    const over = all.filter((clock) => !early.includes(clock));
    if (over.length === 0) return { isDue: false, reason: 'ttl has not ended' };
    const names = (some: typeof all) => some.map(({ name }) => name).join(', ');
    return {
      isDue: false,
      reason: `ttl has ended by the clock of ${names(over)}, and not by that of ${names(early)}`,
    };
  };
}

/** Gives why a cluster shall go whose pull request is closed. */
function closedQuestion({
  isClosed,
  reporter,
}: SweepOptions): (cluster: OwnedCluster) => Promise<string | undefined> {
  let ask = isClosed;
  const known = new Map<string, boolean>();
  return async ({ owner: { pullRequest } }) => {
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

/**
 * Warnings of what was removed: one for each cluster, as many as GitHub shows, and one that counts
 * the others.
 */
function announcer({ log }: Reporter) {
  const place = { title: 'Swarm Up, sweep' };
  const rest: string[] = [];
  let told = 0;
  return {
    tell: ({ owner, parts }: OwnedCluster, reason: string): void => {
      told += 1;
      if (told >= ANNOTATIONS) {
        rest.push(owner.cluster);
        return;
      }
      log.warning(
        `Cluster ${owner.cluster} was removed: ${reason}. It was made by run ${owner.run || 'unknown'} and was: ${listed(parts, PARTS)}.`,
        place,
      );
    },
    tellRest: (): void => {
      if (rest.length === 0) return;
      const verb = rest.length === 1 ? 'was' : 'were';
      log.warning(
        `${count(rest.length, 'more cluster')} ${verb} removed, which the summary lists: ${listed(rest, PARTS)}.`,
        place,
      );
    },
  };
}
