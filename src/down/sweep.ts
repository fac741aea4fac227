import pLimit from 'p-limit';
import { count } from '../base/count.ts';
import { ActionError, describeError } from '../base/errors.ts';
import { listed } from '../base/listed.ts';
import { ANNOTATIONS, type DriverLog, type Log } from '../base/log.ts';
import { inStage, type Reporter } from '../base/stages.ts';
import { atOnce } from '../machines/cloud/at-once.ts';
import type { OwnedCluster } from '../machines/driver.ts';
import { isSameCluster, isSameRepository } from '../machines/ownership.ts';
import { StackBusy } from '../stack/lock.ts';
import { HostsBusy } from '../swarm/records/forming-lock.ts';
import type { Beside, ClusterSource } from './cluster-source.ts';
import { type Judge, type JudgeOptions, judgeOf } from './judge-clusters.ts';
import { keptLog } from './kept-log.ts';

/** Parts of a cluster, and clusters, that a warning names. */
const PARTS = 20;

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

export interface SweepOptions extends JudgeOptions {
  /** Only its clusters are touched. */
  readonly repository: string;
  /** Removes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Told each cluster as soon as it is decided. */
  readonly swept: (cluster: SweptCluster) => void;
}

/**
 * Removes every cluster of the repository whose time has come, beside one another if the source
 * says so. One that does not go keeps no other from going. Nothing is on its way any more when it
 * settles. Throws one `AggregateError` that names those that could not be removed completely; after
 * an abort that kept some from their turn, its reason.
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
  const failed = ({ cluster, reason }: Due, error: unknown) => {
    options.swept({ cluster, result: 'failed', reason });
    failures.push({ name: cluster.owner.cluster, error });
  };
  const due: Due[] = [];
  for (const cluster of own) {
    signal.throwIfAborted();
    try {
      const { isDue, reason } = await judge(cluster);
      if (!isDue) options.swept({ cluster, result: 'stays', reason });
      else if (options.dryRun) options.swept({ cluster, result: 'would be removed', reason });
      else due.push({ cluster, reason });
    } catch (error) {
      reporter.log.info(describeError(error));
      failed({ cluster, reason: 'whether its time has come is not known' }, error);
    }
  }
  const removed = announcer(reporter);
  const tell = (one: Due, { row, error }: Outcome) => {
    if (!row) failed(one, error);
    else options.swept({ cluster: one.cluster, ...row });
    if (row?.result === 'removed') removed.tell(one.cluster, one.reason);
  };
  try {
    await removeDue(due, source, { reporter, signal, judge, tell });
  } finally {
    removed.tellRest();
  }
  if (failures.length === 0) return;
  throw new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${own.length} clusters could not be removed completely: ${failures.map(({ name }) => name).join(', ')}`,
  );
}

/** A cluster whose time has come, and why. */
interface Due {
  readonly cluster: OwnedCluster;
  readonly reason: string;
}

/** What became of it; without a row it could not be removed. */
interface Outcome {
  readonly row?: Omit<SweptCluster, 'cluster'>;
  readonly error?: unknown;
}

interface RemovalOptions extends Pick<SweepOptions, 'reporter' | 'signal'> {
  readonly judge: Judge;
  readonly tell: (one: Due, outcome: Outcome) => void;
}

/** Those that may first, beside one another. Rejects with the signal's reason before a turn. */
async function removeDue(
  due: readonly Due[],
  source: ClusterSource,
  options: RemovalOptions,
): Promise<void> {
  const { beside } = source;
  const isBeside = ({ cluster }: Due) => beside?.mayGo(cluster) === true;
  const together = due.filter(isBeside);
  let alone: readonly Due[] = due;
  if (beside && together.length > 1) {
    const later = await removeBeside(together, source, { ...options, beside });
    alone = due.filter((one) => !isBeside(one) || later.has(one));
  }
  for (const one of alone) {
    options.signal.throwIfAborted();
    const outcome = await removeOne(one, source, { ...options, log: options.reporter.log });
    if (outcome) options.tell(one, outcome);
  }
}

/**
 * The lines of each come once it is done: those of several would else stand in each other's groups.
 * Gives those that have to go by themselves after all.
 */
async function removeBeside(
  due: readonly Due[],
  source: ClusterSource,
  options: RemovalOptions & { readonly beside: Beside },
): Promise<ReadonlySet<Due>> {
  const { reporter, signal, beside, tell } = options;
  const later = new Set<Due>();
  const writing = pLimit(1);
  let isAborted = false;
  reporter.log.info(
    `${due.length} clusters are removed, ${beside.most} at a time; what there is to say of each follows once it is done`,
  );
  try {
    await atOnce(
      beside.most,
      due.map((one) => async () => {
        isAborted ||= signal.aborted;
        if (isAborted) return;
        const kept = keptLog(reporter.log);
        const outcome = await removeOne(one, source, { ...options, log: kept.log });
        await writing(async () => {
          await kept.write();
          if (outcome) tell(one, outcome);
          else later.add(one);
        });
      }),
    );
  } finally {
    beside.over();
  }
  if (isAborted) signal.throwIfAborted();
  return later;
}

/** Rejects never. Gives undefined for one that has to go by itself after all. */
async function removeOne(
  { cluster, reason }: Due,
  source: ClusterSource,
  { log, reporter, ...options }: RemovalOptions & { readonly log: Log; readonly beside?: Beside },
): Promise<Outcome | undefined> {
  try {
    const title = `Removing cluster ${cluster.owner.cluster}: ${reason}`;
    const result = await inStage({ ...reporter, log }, title, () =>
      removeStillDue({ cluster, reason }, source, { ...options, log }),
    );
    return result && { row: result };
  } catch (error) {
    log.info(describeError(error));
    return { error };
  }
}

/**
 * Looks again, because a run may have renewed it since. Gives what became of it; undefined if it
 * has to go by itself, and others go beside it.
 */
async function removeStillDue(
  { cluster: { owner }, reason: before }: Due,
  source: ClusterSource,
  {
    judge,
    log,
    beside,
  }: { readonly judge: Judge; readonly log: DriverLog; readonly beside?: Beside },
): Promise<Omit<SweptCluster, 'cluster'> | undefined> {
  const gone = { result: 'removed', reason: before } as const;
  const now = (await source.list()).find((one) => isSameCluster(one.owner, owner));
  if (!now) return gone;
  const { isDue, reason } = await judge(now);
  if (!isDue) return { result: 'stays', reason: 'renewed meanwhile' };
  if (beside && !beside.mayGo(now)) {
    log.info('It uses hosts by now, so it goes by itself, after the others');
    return undefined;
  }
  const kept = await source.remove(now, log).catch((error: unknown) => {
    if (error instanceof StackBusy || error instanceof HostsBusy) return error;
    throw error;
  });
  if (kept instanceof ActionError) {
    return {
      result: 'stays',
      reason: `${reason}, but is being deployed: ${kept.details ?? kept.message}`,
    };
  }
  if (kept === undefined) return gone;
  return { result: 'stays', reason: `${reason}, but ${kept}`, isEmptied: true };
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
