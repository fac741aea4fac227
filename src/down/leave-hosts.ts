import { untilQuiet } from '../base/clock.ts';
import { once } from '../base/once.ts';
import { runAllSteps, type Step } from '../base/stages.ts';
import type { EngineApi } from '../engine/api.ts';
import { readSwarmState } from '../engine/enter.ts';
import { type ConnectedMachine, connect } from '../machines/connect.ts';
import type { HostDriver, Machine } from '../machines/driver.ts';
import { closeAll, enterAll } from '../machines/open-machines.ts';
import {
  type ClusterId,
  isSameCluster,
  isSameRepository,
  jobOf,
  type Owner,
} from '../machines/ownership.ts';
import { type HeldLocks, heldLocks } from '../stack/held-locks.ts';
import { type LockRequest, lockedStacks, unlock as unlockStack } from '../stack/lock.ts';
import {
  readStackRecords,
  refuseForeignStack,
  refuseForgedRecord,
  type StackRecord,
} from '../stack/ownership.ts';
import { removeStack } from '../stack/remove.ts';
import { type LockOptions, lockRequest, withStackLock } from '../stack/with-lock.ts';
import { managerOf } from '../swarm/manager-of.ts';
import { formingRequest, removeLeftLock, withHostsLock } from '../swarm/records/forming-lock.ts';
import { unlock, unlocked } from '../swarm/unlock.ts';
import { dissolve } from './dissolve/dissolve.ts';
import { CONNECT_TIMEOUT_MS } from './release-lock.ts';
import type { DownContext } from './remove-cluster.ts';
import type { State } from './state.ts';

/** As in `down.ts`: a host may still be at work for a main that is gone. In ms. */
const QUIET_MS = 2_000;
/**
 * How long it may take until then, in ms: a host that joins a swarm which does not answer does so
 * for good.
 */
const RESTLESS_MS = 30_000;
const POLL_MS = 200;

interface HostsContext extends DownContext<HostDriver> {
  /**
   * What becomes of a step whose stack is another repository's: it fails, or the stack stays and
   * the step goes on. With `keep` one that another cluster has taken over stays, too.
   */
  readonly foreign: 'refuse' | 'keep';
  /** Whether the stacks' volumes go, too. */
  readonly removeVolumes: boolean;
  /** How long a deployment of a stack that is to go is waited for, in ms. */
  readonly lockTimeoutMs: number;
  /** Of the run, for whoever waits meanwhile. */
  readonly run: { readonly url: string | undefined; readonly attempt: string | undefined };
  /** What the main step of this job left; nothing where this run did not change the hosts. */
  readonly left?: Pick<State, 'stage' | 'outside' | 'lock' | 'claimed'> | undefined;
}

/** What came of connecting to hosts. */
export interface EnteredHosts {
  /** To be closed, whatever comes. */
  readonly opened: ConnectedMachine[];
  /** The hosts as they were when they were last looked at. */
  machines: readonly ConnectedMachine[];
  /** Names of those that do not answer. */
  readonly unreached: string[];
}

/** What the steps of the way down share. */
interface Removal extends EnteredHosts {
  /** What has gone, for example `stack shop`. */
  readonly removed: string[];
  /** Says each warning once: the same is looked at again and again. */
  readonly warn: (message: string) => void;
}

/**
 * The way down for hosts that stay: the stack is removed, or where none is named those that the
 * cluster has; what forming the swarm changed is undone. Each step runs, whatever becomes of the
 * one before. Gives what was removed, for example `stack shop`. Throws one `AggregateError` of what
 * failed.
 */
export async function leaveHosts(
  stack: string | undefined,
  owner: Owner,
  context: HostsContext,
): Promise<readonly string[]> {
  const { left, reporter, signal } = context;
  const removal: Removal = {
    ...{ opened: [], machines: [], unreached: [], removed: [] },
    warn: once(reporter.log.warning),
  };
  const steps: Step<Owner>[] = [
    {
      title: 'Connecting to the hosts',
      run: (ours) => connectHosts(ours, context, removal),
    },
    ...lockSteps(context, removal),
    {
      title: stack === undefined ? 'Removing the stacks of the cluster' : `Removing stack ${stack}`,
      run: (ours) =>
        left === undefined || left.stage === 'succeeded'
          ? removeStacks(stack, ours, context, removal).then(() => undefined)
          : removeUntilQuiet(stack, ours, context, removal),
    },
    {
      title: 'Leaving the swarm',
      run: async (ours) => {
        const { unreached } = removal;
        const outside = left?.outside ?? { hosts: [], withoutGateway: [] };
        const log = { ...reporter.log, warning: removal.warn };
        // Post knows its own run by its name, and another may have taken the stack over meanwhile.
        const named = left === undefined ? stack : undefined;
        const { clock, lockTimeoutMs: timeoutMs } = context;
        const gone = await withHostsLock(
          removal.machines,
          formingRequest(ours, context.run),
          { timeoutMs, clock, signal, log },
          (machines) => dissolve(machines, ours, { signal, log, outside, unreached, stack: named }),
        );
        removal.removed.push(...gone);
      },
    },
  ];
  try {
    await runAllSteps(steps, owner, reporter);
  } finally {
    await closeAll(removal.opened);
  }
  return removal.removed;
}

/** Lets go of the locks that a main step which was killed has left. */
function lockSteps({ left, reporter, signal }: HostsContext, removal: Removal): Step<Owner>[] {
  if (left === undefined) return [];
  const { log } = reporter;
  const hosts: Step<Owner> = {
    title: 'Removing the locks of hosts on which this run formed a swarm',
    run: (step) => removeFormingLocks(step, removal.machines, { signal, log }),
  };
  const { lock } = left;
  if (lock === undefined) return [hosts];
  const release = async () => {
    const manager = managerOf(removal);
    if (!manager) return;
    const removed = await unlockStack(manager.api, lock, signal);
    log.info(removed ? 'Removed' : 'It was gone already');
  };
  return [hosts, { title: `Removing the lock of stack ${lock.stack}`, run: release }];
}

/** From all hosts, whatever becomes of one of them. */
async function removeFormingLocks(
  step: Owner,
  machines: readonly ConnectedMachine[],
  { signal, log }: Pick<LockOptions, 'signal' | 'log'>,
): Promise<void> {
  const results = await Promise.allSettled(
    machines.map(async (machine) => {
      if (await removeLeftLock(machine, step, signal)) log.info(`${machine.name}: lock removed`);
    }),
  );
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/**
 * Connects to every host that can be reached; then throws what the others said. With a driver that
 * only reads it unlocks none.
 */
export async function connectHosts(
  id: ClusterId,
  context: DownContext,
  hosts: EnteredHosts,
): Promise<void> {
  await enterMachines(await context.driver.list(id, context.signal), context, hosts);
}

/** As `connectHosts`, of machines that were found. */
export async function enterMachines(
  found: readonly Machine[],
  { driver, reporter: { log }, signal }: DownContext,
  hosts: EnteredHosts,
): Promise<void> {
  const roles = driver.makesMachines ? [] : driver.roles;
  const key = driver.makesMachines ? undefined : driver.adoption.unlockKey;
  const enter = async (machine: Machine) => {
    const timeoutMs = CONNECT_TIMEOUT_MS;
    const role = roles[machine.index - 1] ?? 'worker';
    const connected = await connect(driver, machine, role, { signal, timeoutMs, log });
    hosts.opened.push(connected);
    if (driver.guard) return unlocked(connected);
    return await unlock(connected, { key, log, signal });
  };
  const { machines, failures } = await enterAll(found, enter);
  hosts.machines = [...hosts.machines, ...machines];
  hosts.unreached.push(...failures.map(({ name }) => name));
  if (failures.length > 1) {
    throw new AggregateError(
      failures.map(({ error }) => error),
      `${failures.length} of ${found.length} hosts cannot be entered.`,
    );
  }
  if (failures[0]) throw failures[0].error;
}

/**
 * Removes the stacks, each under its lock, and gives how many objects that were. `locks` holds
 * those that are taken already.
 */
async function removeStacks(
  stack: string | undefined,
  owner: Owner,
  context: HostsContext,
  removal: Removal,
  locks?: HeldLocks,
): Promise<number> {
  const { machines, removed, warn } = removal;
  const manager = managerOf(removal);
  if (!manager) return 0;
  const { api } = manager;
  const { signal, removeVolumes } = context;
  let total = 0;
  const found = await stacksToRemove(stack, api, owner, context, removal);
  for (const name of new Set([...found.claimed, ...found.locked])) {
    const claim = lockRequest(name, owner, context.run);
    const { removed: objects, volumes } = await underLock(
      manager,
      claim,
      context,
      locks,
      async () => {
        // Another run may have claimed it while this one waited; and of a stack without a record
        // there is no more than a lock.
        const due = await stacksToRemove(stack, api, owner, context, removal);
        return due.claimed.includes(name)
          ? await removeStack(api, name, { signal, warn, machines, volumes: removeVolumes })
          : { removed: 0, volumes: [] };
      },
    );
    if (objects === 0) continue;
    context.reporter.log.info(`${name}: ${objects} objects removed`);
    removed.push(`stack ${name}`);
    for (const { name: volume, machine } of volumes) {
      context.reporter.log.info(`${name}: volume ${volume} of ${machine} removed`);
      removed.push(`volume ${volume} of ${machine}`);
    }
    total += objects;
  }
  return total;
}

/** Not under a deployment that runs: what it makes afterwards would stay. */
async function underLock<T>(
  manager: ConnectedMachine,
  claim: LockRequest,
  { clock, signal, lockTimeoutMs: timeoutMs, reporter: { log } }: HostsContext,
  locks: HeldLocks | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const options = { timeoutMs, clock, signal, log };
  if (!locks) return await withStackLock(manager, claim, options, work);
  await locks.take(manager, claim, options);
  return await work();
}

/**
 * Removes the stacks until nothing of them has appeared, and no host has become a node, for
 * `QUIET_MS`: what a main that was ended had told a host, the host finishes. The locks are held
 * until then: what another run deploys afterwards is that run's.
 */
async function removeUntilQuiet(
  stack: string | undefined,
  owner: Owner,
  context: HostsContext,
  removal: Removal,
): Promise<void> {
  const { clock, signal } = context;
  await using locks = heldLocks();
  let before = '';
  const removeMore = async () => {
    removal.machines = await Promise.all(
      removal.machines.map(async (machine) => ({
        ...machine,
        engine: {
          ...machine.engine,
          Swarm: await readSwarmState(machine.api, signal),
        },
      })),
    );
    const more = await removeStacks(stack, owner, context, removal, locks);
    const states = removal.machines.map(({ engine }) => engine.Swarm.LocalNodeState).join(' ');
    const hasMoved = more > 0 || states !== before || states.includes('pending');
    before = states;
    return hasMoved;
  };
  const wait = { quietMs: QUIET_MS, limitMs: RESTLESS_MS, everyMs: POLL_MS };
  await untilQuiet(removeMore, { ...wait, clock, signal });
}

interface StacksToRemove {
  /** Those that the cluster has, or the one that was named. */
  readonly claimed: readonly string[];
  /**
   * Those of which the cluster has the lock, and perhaps no more: nothing is deployed before the
   * stack is claimed.
   */
  readonly locked: readonly string[];
}

const NONE: StacksToRemove = { claimed: [], locked: [] };

async function stacksToRemove(
  named: string | undefined,
  api: EngineApi,
  owner: Owner,
  { reporter, signal, foreign, left }: HostsContext,
  { warn }: Removal,
): Promise<StacksToRemove> {
  // Main ended before it claimed the stack: whatever is there, others have deployed.
  if (named !== undefined && left && !left.claimed) return NONE;
  const records = await readStackRecords(api, signal, warn);
  if (named === undefined) {
    const own = records
      .filter((record) => isSameCluster(record.owner, owner))
      .map((record) => record.stack);
    return { claimed: own, locked: await lockedStacks(api, owner, signal, warn) };
  }
  const record = records.find((one) => one.stack === named);
  if (!record) {
    await refuseForgedRecord(api, named, signal);
    // Main wrote its record before anything else of it: what is there without one is somebody
    // else's by now.
    return left ? NONE : { claimed: [named], locked: [] };
  }
  if (left && isOfAnotherJob(record, owner)) {
    reporter.log.info(`Stack ${named} was deployed again by ${record.latest} and stays`);
    return NONE;
  }
  const { cluster } = record.owner;
  if (isSameRepository(record.owner, owner)) {
    if (cluster !== owner.cluster && foreign === 'keep') {
      reporter.log.info(`Stack ${named} belongs to cluster ${cluster} by now and stays`);
      return NONE;
    }
    if (cluster !== owner.cluster && !(owner.isOfRun && record.owner.isOfRun)) {
      reporter.log.warning(`Stack ${named} is of cluster ${cluster}; it is removed by its name.`);
    }
    return { claimed: [named], locked: [] };
  }
  if (foreign === 'refuse') refuseForeignStack(record, owner);
  reporter.log.info(`Stack ${named} belongs to another repository and stays`);
  return NONE;
}

/**
 * Whether another job has deployed the stack since: what it has made of it is not this step's to
 * remove.
 */
function isOfAnotherJob({ latest }: StackRecord, { run }: Owner): boolean {
  return latest !== undefined && latest !== run && (jobOf(latest) ?? latest) !== jobOf(run);
}
