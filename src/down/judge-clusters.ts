import { formatSpan } from '../base/duration.ts';
import { ActionError, describeError } from '../base/errors.ts';
import { hasPassed } from '../base/expiry.ts';
import type { Reporter } from '../base/stages.ts';
import { skewOf } from '../engine/wall-clock.ts';
import type { OwnedCluster } from '../machines/driver.ts';
import type { ClusterSource } from './cluster-source.ts';

/** Whether a cluster shall go, and why, or why not. */
interface Verdict {
  readonly isDue: boolean;
  readonly reason: string;
}

export interface JudgeOptions {
  /** Whether a pull request is closed; undefined where its state shall not matter. */
  readonly isClosed: ((pullRequest: string) => Promise<boolean>) | undefined;
  /** The time of this runner. */
  readonly now: () => Date;
  readonly reporter: Reporter;
}

export type Judge = (cluster: OwnedCluster) => Promise<Verdict>;

/** Judges clusters. After the first question about a pull request that fails, no more are asked. */
export function judgeOf(source: ClusterSource, options: JudgeOptions): Judge {
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
function timeJudge(source: ClusterSource, { now, reporter }: JudgeOptions): Judge {
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
}: JudgeOptions): (cluster: OwnedCluster) => Promise<string | undefined> {
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
