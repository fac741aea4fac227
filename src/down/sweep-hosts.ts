import type { Clock } from '../base/clock.ts';
import { describeError } from '../base/errors.ts';
import { hasPassed } from '../base/expiry.ts';
import type { DriverLog } from '../base/log.ts';
import { once } from '../base/once.ts';
import type { EngineApi } from '../engine/api.ts';
import { askTime, type WallClock } from '../engine/wall-clock.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { OwnedCluster } from '../machines/driver.ts';
import type { ClusterId, Owner } from '../machines/ownership.ts';
import { StackBusy } from '../stack/lock.ts';
import { readStackRecords } from '../stack/ownership.ts';
import { removeStack } from '../stack/remove.ts';
import { KNOWN_ALIVE_MS, lockRequest, withStackLock } from '../stack/with-lock.ts';
import { halfLeft, isHalfLeft } from '../swarm/leave/half-left.ts';
import { readSwarmLabels } from '../swarm/membership.ts';
import { listNodes } from '../swarm/nodes.ts';
import type { Node } from '../swarm/objects.ts';
import { formingRequest, readLostOwner, withHostsLock } from '../swarm/records/forming-lock.ts';
import {
  nameForged,
  nameForgedSwarm,
  recordOf,
  swarmRecordOf,
} from '../swarm/records/node-record.ts';
import { dissolve } from './dissolve/dissolve.ts';
import type { ClusterSource } from './sweep.ts';

/**
 * What the swarm of a manager tells of one cluster: a stack that it has deployed, a node or a swarm
 * that it has changed.
 */
interface Part {
  readonly owner: Owner;
  readonly manager: ConnectedMachine;
  /** Of a stack, its name; else for example `node web-1`. */
  readonly name: string;
  readonly isStack?: true | undefined;
  readonly created?: string | undefined;
}

/** A part, and which of the machines are in its swarm. */
interface FoundPart extends Part {
  readonly machines: readonly ConnectedMachine[];
}

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

/**
 * Clusters on hosts that stay: stacks, and what was done to the hosts, as the swarms of the hosts
 * tell.
 */
export function hostsSource({ machines, unreached }: Reached, given: EstateOptions): ClusterSource {
  const { signal, sweeper } = given;
  // The same is looked at before each removal.
  const warning = once(given.log.warning);
  const options = { ...given, log: { ...given.log, warning } };
  /**
   * Hosts that have left know nothing any more, and what was read of their engine is not true any
   * more.
   */
  const left = new Set<string>();
  const remaining = () => machines.filter(({ name }) => !left.has(`node ${name}`));
  /** Those that were found last. */
  let found: readonly FoundPart[] = [];
  const clocksOf = (id: ClusterId, now: () => Date) => {
    const theirs = found.filter(({ owner }) => idOf(owner) === idOf(id));
    return askTimes(new Set(theirs.flatMap((part) => part.machines)), { ...options, now });
  };
  const ofCluster = async (id: ClusterId) =>
    (await readParts(remaining(), options)).filter(({ owner }) => idOf(owner) === idOf(id));
  return {
    clocks: ({ owner }, now) => clocksOf(owner, now),
    list: async () => {
      found = await readParts(remaining(), options);
      const groups = Map.groupBy(found, ({ owner }) => idOf(owner));
      // Those with hosts last: until the stacks of others have gone, their swarm could not end.
      return [...groups.values()]
        .map(clusterOf)
        .sort((a, b) => Number(hasHosts(a)) - Number(hasHosts(b)));
    },
    remove: async (cluster) => {
      const stacks = (await ofCluster(cluster.owner)).filter(({ isStack }) => isStack);
      const { now = () => new Date() } = options;
      const time = earliest([
        now(),
        ...(await clocksOf(cluster.owner, now)).map(({ time }) => time),
      ]);
      for (const part of stacks) {
        if (!goesWithCluster(part, cluster.owner, time)) continue;
        const { manager, name } = part;
        const owner = { ...cluster.owner, run: sweeper.name };
        const claim = lockRequest(name, owner, sweeper);
        // A deployment that runs renews the stack, so it is not waited for. One that was lost is.
        const patience = { timeoutMs: KNOWN_ALIVE_MS, waitFor: 'lost' } as const;
        await withStackLock(manager, claim, { ...options, ...patience }, async () => {
          await refuseRenewed(manager.api, part, time, options);
          return await removeStack(manager.api, name, {
            ...{ signal, machines: remaining(), warn: options.log.warning },
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
      const rest = await ofCluster(cluster.owner);
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

function idOf({ cluster, repository }: ClusterId): string {
  return `${cluster}/${repository}`;
}

function hasHosts({ parts }: OwnedCluster): boolean {
  return parts.some((part) => !part.startsWith('stack '));
}

/** Asks one manager of each swarm. Throws where none answers; where some do not, it warns. */
async function readParts(
  machines: readonly ConnectedMachine[],
  { signal, log }: EstateOptions,
): Promise<FoundPart[]> {
  const parts: FoundPart[] = [];
  const known = new Set<string>();
  const failures: unknown[] = [];
  // Each is asked at once: of a hundred swarms one after the other would take minutes.
  const managers = machines.filter(({ engine }) => engine.Swarm.ControlAvailable);
  const lists = await Promise.allSettled(
    managers.map(async (manager) => {
      if (isHalfLeft(manager)) throw halfLeft([manager]);
      return await listNodes(manager.api, signal);
    }),
  );
  signal.throwIfAborted();
  const asked = managers.flatMap((manager, at) => {
    if (known.has(manager.engine.Swarm.NodeID)) return [];
    const list = lists[at];
    if (list?.status !== 'fulfilled') {
      failures.push(list?.reason);
      return [];
    }
    const ids = new Set(list.value.map(({ ID }) => ID));
    for (const id of ids) known.add(id);
    const peers = machines.filter(({ engine }) => ids.has(engine.Swarm.NodeID));
    return [{ manager, nodes: list.value, peers }];
  });
  const told = await Promise.allSettled(
    asked.map(({ manager, nodes }) => partsOf(manager.api, manager, nodes, { signal, log })),
  );
  signal.throwIfAborted();
  for (const [at, one] of told.entries()) {
    const peers = asked[at]?.peers ?? [];
    if (one.status === 'rejected') failures.push(one.reason);
    else parts.push(...one.value.map((part) => ({ ...part, machines: peers })));
  }
  if (known.size === 0 && failures.length > 0) throw failures[0];
  for (const failure of failures) log.warning(describeError(failure));
  return [...parts, ...(await lostLocks(machines, parts, signal))];
}

/**
 * What runs have left that were lost before there was a swarm. Where anything else is of the
 * cluster, that says when it goes.
 */
async function lostLocks(
  machines: readonly ConnectedMachine[],
  parts: readonly Part[],
  signal: AbortSignal,
): Promise<readonly FoundPart[]> {
  const found = new Set(parts.map(({ owner }) => idOf(owner)));
  const owners = await Promise.allSettled(
    machines.map((machine) => readLostOwner(machine, signal)),
  );
  return machines.flatMap((machine, at): FoundPart[] => {
    const one = owners[at];
    if (one?.status !== 'fulfilled') throw one?.reason;
    const owner = one.value;
    if (!owner || found.has(idOf(owner))) return [];
    const name = `lock of ${machine.name}`;
    return [{ owner, manager: machine, name, machines: [machine] }];
  });
}

async function partsOf(
  api: EngineApi,
  manager: ConnectedMachine,
  nodes: readonly Node[],
  { signal, log }: Pick<EstateOptions, 'signal' | 'log'>,
): Promise<Part[]> {
  nameForged(nodes, log.warning);
  const stacks = (await readStackRecords(api, signal, log.warning)).map(
    ({ stack, owner, created }): Part => ({ owner, manager, name: stack, created, isStack: true }),
  );
  const hosts = nodes.flatMap((node) => {
    const name = `node ${node.Description.Hostname}`;
    return (recordOf(node)?.users ?? []).map(({ owner }): Part => ({ owner, manager, name }));
  });
  const labels = await readSwarmLabels(api, signal);
  nameForgedSwarm(labels, log.warning);
  // Who uses a swarm uses a node of it, too, and only what an earlier version wrote on the swarm
  // was not renewed.
  const swarm = (swarmRecordOf(labels)?.users ?? [])
    .filter((user) => !hosts.some(({ owner }) => idOf(owner) === idOf(user.owner)))
    .map(({ owner }): Part => ({ owner, manager, name: 'swarm' }));
  return [...stacks, ...hosts, ...swarm];
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
