import type { Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { hasPassed } from '../base/expiry.ts';
import type { DriverLog } from '../base/log.ts';
import { once } from '../base/once.ts';
import type { EngineApi } from '../engine/api.ts';
import { type EngineLanes, engineLanes } from '../engine/engine-lanes.ts';
import { askTime, type WallClock } from '../engine/wall-clock.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { OwnedCluster } from '../machines/driver.ts';
import type { Owner } from '../machines/ownership.ts';
import { StackBusy } from '../stack/lock.ts';
import { readStackRecords } from '../stack/ownership.ts';
import { removeStack } from '../stack/remove.ts';
import { KNOWN_ALIVE_MS, lockRequest, withStackLock } from '../stack/with-lock.ts';
import { formingRequest, withHostsLock } from '../swarm/records/forming-lock.ts';
import type { ClusterSource } from './cluster-source.ts';
import { dissolve } from './dissolve/dissolve.ts';
import { type FoundPart, idOf, type Part, readParts } from './read-parts.ts';
import { shareNext } from './share-next.ts';

/**
 * How many clusters go beside one another. More than a manager has streams: while some of them use
 * one, the others are looked at again.
 */
const AT_ONCE = 8;

interface Reached {
  readonly machines: readonly ConnectedMachine[];
  /** Names of the hosts that cannot be entered. */
  readonly unreached: readonly string[];
}

interface EstateOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
  readonly clock: Clock;
  /** The time of this runner. */
  readonly now?: (() => Date) | undefined;
  /** Who sweeps, for whoever waits meanwhile. */
  readonly sweeper: {
    readonly name: string;
    readonly url: string | undefined;
    readonly attempt: string | undefined;
  };
}

/** One look at the hosts. */
interface Look {
  readonly parts: readonly FoundPart[];
  /** What the clocks of these machines have said since, by the names of the machines. */
  readonly clocks: Map<string, Promise<readonly WallClock[]>>;
}

/**
 * Clusters on hosts that stay: stacks, and what was done to the hosts, as the swarms of the hosts
 * tell. Stacks of several clusters go beside one another; hosts leave for one cluster at a time.
 */
export function hostsSource({ machines, unreached }: Reached, given: EstateOptions): ClusterSource {
  const { signal, sweeper, now: runnerNow = () => new Date() } = given;
  // The same is looked at before each removal.
  const told = new Set<string>();
  const quiet = (log: DriverLog): DriverLog => ({ ...log, warning: once(log.warning, told) });
  const ofLooks = { ...given, log: quiet(given.log) };
  /**
   * Hosts that have left know nothing any more, and what was read of their engine is not true any
   * more.
   */
  const left = new Set<string>();
  const remaining = () => machines.filter(({ name }) => !left.has(`node ${name}`));
  const looks = new WeakMap<OwnedCluster, Look>();
  const lookOf = (cluster: OwnedCluster): Look => {
    const look = looks.get(cluster);
    if (!look) throw new Error('a cluster of another source');
    return look;
  };
  const partsIn = ({ owner }: OwnedCluster, parts: readonly FoundPart[]) =>
    parts.filter((part) => idOf(part.owner) === idOf(owner));
  const clocksOf = (cluster: OwnedCluster, now: () => Date) => {
    const { parts, clocks } = lookOf(cluster);
    const theirs = new Set(partsIn(cluster, parts).flatMap((part) => part.machines));
    const names = [...theirs].map(({ name }) => name).join('\n');
    const asked = clocks.get(names) ?? askTimes(theirs, { ...ofLooks, now });
    clocks.set(names, asked);
    return asked;
  };
  const lanes = new Map<ConnectedMachine, EngineLanes>();
  const lanesOf = (manager: ConnectedMachine): EngineLanes => {
    const known = lanes.get(manager) ?? engineLanes(manager);
    lanes.set(manager, known);
    return known;
  };
  return {
    clocks: clocksOf,
    list: shareNext(async () => {
      const look: Look = { parts: await readParts(remaining(), ofLooks), clocks: new Map() };
      const groups = Map.groupBy(look.parts, ({ owner }) => idOf(owner));
      const clusters = [...groups.values()].map(clusterOf);
      for (const cluster of clusters) looks.set(cluster, look);
      // Those with hosts last: until the stacks of others have gone, their swarm could not end.
      return clusters.sort((a, b) => Number(hasHosts(a)) - Number(hasHosts(b)));
    }),
    beside: {
      most: AT_ONCE,
      // All hosts are locked for it, and the swarm may end.
      mayGo: (cluster) => !hasHosts(cluster),
      over: () => {
        for (const some of lanes.values()) some[Symbol.dispose]();
      },
    },
    remove: async (cluster, log) => {
      const options = { ...given, log: quiet(log) };
      const stacks = partsIn(cluster, lookOf(cluster).parts).filter(({ isStack }) => isStack);
      const clocks = await clocksOf(cluster, runnerNow);
      const time = earliest([runnerNow(), ...clocks.map((clock) => clock.time)]);
      for (const part of stacks) {
        if (!goesWithCluster(part, cluster.owner, time)) continue;
        const { manager, name } = part;
        const owner = { ...cluster.owner, run: sweeper.name };
        const claim = lockRequest(name, owner, sweeper);
        // A deployment that runs renews the stack, so it is not waited for. One that was lost is.
        const patience = { timeoutMs: KNOWN_ALIVE_MS, waitFor: 'lost' } as const;
        await lanesOf(manager).use(async (api) => {
          signal.throwIfAborted();
          const at = { ssh: manager.ssh, api };
          const renewals = api === manager.api ? undefined : manager.api;
          await withStackLock(at, claim, { ...options, ...patience, renewals }, async () => {
            await refuseRenewed(api, part, time, options);
            return await removeStack(api, name, {
              ...{ signal, machines: remaining(), warn: options.log.warning },
            });
          });
        });
      }
      const staying = stacks.filter((part) => !goesWithCluster(part, cluster.owner, time));
      if (staying.length > 0) {
        return `of ${staying.map(({ name }) => `stack ${name}`).join(', ')} nothing says so`;
      }
      if (!hasHosts(cluster)) return undefined;
      const outside = { hosts: [], withoutGateway: [] };
      const { expires } = cluster.owner;
      const dissolved = { ...options, outside, unreached, listed: { expires } };
      const claim = formingRequest({ ...cluster.owner, run: sweeper.name }, sweeper);
      // A run that forms a swarm of them renews it, so it is not waited for.
      const gone = await withHostsLock(remaining(), claim, { ...options, timeoutMs: 0 }, (hosts) =>
        dissolve(hosts, cluster.owner, dissolved),
      );
      for (const name of gone) left.add(name);
      const rest = partsIn(cluster, await readParts(remaining(), options));
      if (rest.length === 0) return undefined;
      const isRenewed = rest.some(({ owner }) => (owner.expires ?? '') > (expires ?? ''));
      return isRenewed
        ? 'it was renewed meanwhile'
        : 'its swarm still runs what is not of this cluster';
    },
  };
}

/**
 * Asked under the lock, right before the removal. Throws `StackBusy` where another run has renewed
 * the stack since, or has taken it.
 */
async function refuseRenewed(
  api: EngineApi,
  { name: stack, owner }: Part,
  time: Date,
  { signal, log }: EstateOptions,
): Promise<void> {
  const records = await readStackRecords(api, signal, log.warning);
  const now = records.find((record) => record.stack === stack)?.owner;
  // Gone already: whoever removed it may have been cut off.
  if (!now) return;
  // Two expiries may be of two runners' clocks, so which is later says nothing.
  const isRenewed =
    now.expires !== undefined && now.expires !== owner.expires && !hasPassed(now.expires, time);
  if (idOf(now) === idOf(owner) && !isRenewed) return;
  throw new StackBusy(`Stack ${stack} is not removed.`, {
    details: `stack ${stack} was deployed again meanwhile`,
  });
}

/**
 * What time it is by each of these machines. One that does not answer is told; throws where none
 * does.
 */
async function askTimes(
  machines: ReadonlySet<ConnectedMachine>,
  { signal, log, now }: EstateOptions & { readonly now: () => Date },
): Promise<readonly WallClock[]> {
  const results = await Promise.allSettled(
    [...machines].map(({ name, api }) => askTime(name, api, { signal, now })),
  );
  const clocks = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  signal.throwIfAborted();
  if (clocks.length === 0 && failures.length > 0) throw failures[0];
  for (const failure of failures) log.warning(describeError(failure));
  return clocks;
}

/** By which a time has passed only once it has by each of them. */
function earliest(times: readonly Date[]): Date {
  return new Date(Math.min(...times.map((time) => time.getTime())));
}

/**
 * Whether what ends the cluster ends this stack of it, too, at a time: an expiry holds for what it
 * was set for, and so does a pull request.
 */
function goesWithCluster({ owner }: Part, { pullRequest }: Owner, time: Date): boolean {
  if (owner.expires !== undefined && hasPassed(owner.expires, time)) return true;
  return pullRequest !== undefined && owner.pullRequest === pullRequest;
}

function hasHosts({ parts }: OwnedCluster): boolean {
  return parts.some((part) => !part.startsWith('stack '));
}

function clusterOf(parts: readonly Part[]): OwnedCluster {
  const [first] = parts;
  if (!first) throw new Error('a cluster of nothing');
  const expires = parts
    .flatMap(({ owner }) => owner.expires ?? [])
    .sort()
    .at(-1);
  return {
    owner: { ...first.owner, expires },
    created: parts
      .flatMap(({ created }) => created ?? [])
      .sort()
      .at(0),
    parts: parts.map(({ name, isStack }) => (isStack ? `stack ${name}` : name)),
  };
}
