import { type Clock, systemClock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import { EngineRefusal } from '../engine/api.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import * as swarm from './commands.ts';
import { readSwarmLabels } from './membership.ts';
import { isManager, listNodes } from './nodes.ts';
import type { Node } from './objects.ts';
import { isReachable } from './quorum.ts';
import { recordOf, swarmRecordOf } from './records/node-record.ts';
import type { User } from './records/users.ts';

/** A manager that has lost its majority answers late or never; then another is asked. In ms. */
const ASK_TIMEOUT_MS = 10_000;
/** How long managers may take to elect a leader if those that answer are too few for it, in ms. */
const ELECTION_MS = 20_000;
/**
 * The same for managers that are enough, in ms. On two busy cores two of three were seen to need
 * more than 40 s after a restart.
 */
const MAJORITY_ELECTION_MS = 90_000;
/**
 * How long hosts of which none has said anything may take to answer, in ms: the line may be dead,
 * or the engines restart.
 */
const SILENCE_MS = 120_000;
const POLL_MS = 500;

export interface FoundManager {
  readonly manager: ConnectedMachine;
  /** Whether it was made to go on without the others: they are no part of its swarm any more. */
  readonly forced: boolean;
  /** What it said of the nodes; undefined if it was made to go on without others. */
  readonly nodes?: readonly Node[] | undefined;
}

/**
 * The first manager with a majority behind it, through which a swarm can be changed; undefined
 * where there is no manager at all. Where there are some and none has a majority, disposable
 * machines go on with the first one alone. Managers that could elect a leader are given the time
 * for it: to force a swarm cannot be undone. A host that was there before, and is a manager of some
 * swarm, is asked only where it is named as a manager, or where that swarm is known to be this
 * cluster's. Throws `ActionError` where machines that are not disposable have no majority, and
 * where none of them answers.
 */
export async function findManager(
  machines: readonly ConnectedMachine[],
  options: {
    readonly disposable: boolean;
    readonly cluster: string;
    readonly log: DriverLog;
    readonly signal: AbortSignal;
    readonly clock?: Clock | undefined;
  },
): Promise<FoundManager | undefined> {
  const { disposable, log, signal, clock = systemClock } = options;
  const began = clock.now();
  for (;;) {
    const { found, candidates, isSure, silence } = await askManagers(machines, options);
    if (found) return found;
    const survivor = candidates[0];
    if (!survivor) return undefined;
    const mayElect = areEnough(machines, candidates);
    const electionMs = mayElect ? MAJORITY_ELECTION_MS : ELECTION_MS;
    const limitMs = silence !== undefined && !disposable ? SILENCE_MS : electionMs;
    const isOver = clock.now() - began > limitMs;
    // One question that fails for another reason says nothing of the majority.
    if (disposable && ((isSure && !mayElect) || isOver)) {
      log.warning(
        `The swarm has lost the majority of its managers. It goes on with ${survivor.name} as the only one, and the others join anew.`,
      );
      await survivor.ssh.run(swarm.forceNewCluster(survivor.advertise), { signal });
      return { manager: survivor, forced: true };
    }
    if (isOver) {
      if (silence !== undefined) throw noAnswer(candidates, silence);
      throw mayElect ? noLeader(candidates) : noMajority(candidates);
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** The first manager with a majority behind it, and all that may be asked. */
async function askManagers(
  machines: readonly ConnectedMachine[],
  {
    disposable,
    cluster,
    signal,
  }: { readonly disposable: boolean; readonly cluster: string; readonly signal: AbortSignal },
): Promise<{
  readonly found?: FoundManager | undefined;
  readonly candidates: readonly ConnectedMachine[];
  /** Whether each of them has said how it is with the majority, or that it has none. */
  readonly isSure: boolean;
  /** Why the last one was silent, if all of them were: nothing is known of the majority then. */
  readonly silence?: unknown;
}> {
  const managers = machines.filter(({ engine }) => engine.Swarm.ControlAvailable);
  const candidates: ConnectedMachine[] = [];
  let isSure = true;
  let silence: unknown;
  let hasOneSpoken = false;
  for (const machine of managers) {
    const { nodes, isTold, silence: reason } = await knownNodes(machine, signal);
    const known = nodes.filter(isManager);
    isSure &&= isTold;
    silence = reason;
    hasOneSpoken ||= reason === undefined;
    const alive = disposable
      ? known.filter(({ ID }) => managers.some(({ engine }) => engine.Swarm.NodeID === ID))
      : known.filter(isReachable);
    const isNamed = disposable || machine.role === 'manager';
    const mayBeOurs = isNamed || reason !== undefined;
    if (!mayBeOurs && !(await isOf(cluster, machine, known, signal))) continue;
    candidates.push(machine);
    if (alive.length * 2 > known.length) {
      return { found: { manager: machine, forced: false, nodes }, candidates, isSure };
    }
  }
  return { candidates, isSure, silence: hasOneSpoken ? undefined : silence };
}

/**
 * Whether the managers that were entered are most of those that one of them knows. Each knows them
 * by `docker info`, without a leader and after a restart as well (seen on 26.1.5).
 */
function areEnough(
  machines: readonly ConnectedMachine[],
  candidates: readonly ConnectedMachine[],
): boolean {
  const known = candidates.map(({ engine }) => engine.Swarm.RemoteManagers ?? []);
  const ids = new Set(known.flat().map(({ NodeID }) => NodeID));
  const entered = machines.filter(
    ({ engine }) => engine.Swarm.ControlAvailable && ids.has(engine.Swarm.NodeID),
  );
  return ids.size > 0 && entered.length * 2 > ids.size;
}

/**
 * The words of a manager without a majority (moby daemon/cluster/errors.go, swarmkit
 * manager/state/raft).
 */
const NO_LEADER = /does not have a leader|context deadline exceeded|raft/i;

/**
 * The nodes that a manager knows; none if it cannot say. `isTold`: it has answered, said that
 * it has no leader, or said nothing in time. For some seconds after the others have died a leader
 * believes them to be reachable, so for machines of ours it is our own list that counts.
 */
async function knownNodes(
  machine: ConnectedMachine,
  signal: AbortSignal,
): Promise<{
  readonly nodes: readonly Node[];
  readonly isTold: boolean;
  /** Why nothing came back. */
  readonly silence?: unknown;
}> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ASK_TIMEOUT_MS)]);
  try {
    return { nodes: await listNodes(machine.api, limit), isTold: true };
  } catch (error) {
    signal.throwIfAborted();
    // Whether it has a majority is not known where it is only cut off from here.
    const outage = machine.ssh.outage();
    if (outage !== undefined) {
      return { nodes: [], isTold: false, silence: new ActionError(outage, { cause: error }) };
    }
    const hasNoLeader = error instanceof EngineRefusal && NO_LEADER.test(error.details ?? '');
    const silence = error instanceof EngineRefusal ? undefined : error;
    return { nodes: [], isTold: limit.aborted || hasNoLeader, silence };
  }
}

/**
 * Whether a cluster is known to use the swarm of a manager: by its own labels, or by those of a
 * manager.
 */
async function isOf(
  cluster: string,
  machine: ConnectedMachine,
  known: readonly Node[],
  signal: AbortSignal,
): Promise<boolean> {
  const isUsed = (record: { readonly users: readonly User[] } | undefined) =>
    record?.users.some(({ owner }) => owner.cluster === cluster) ?? false;
  if (known.some((node) => isUsed(recordOf(node)))) return true;
  // It cannot be asked without a majority.
  if (known.length === 0) return false;
  return isUsed(swarmRecordOf(await readSwarmLabels(machine.api, signal)));
}

function noLeader(managers: readonly ConnectedMachine[]): ActionError {
  return new ActionError(
    `The managers ${managers.map(({ name }) => name).join(', ')} answer and have elected no leader within ${MAJORITY_ELECTION_MS / 1_000} s.`,
    {
      hint: 'Nothing of the swarm was changed. See whether they reach each other at port 2377 (journalctl -u docker), then run again.',
    },
  );
}

function noMajority(managers: readonly ConnectedMachine[]): ActionError {
  return new ActionError(
    `The swarm of ${managers.map(({ name }) => name).join(', ')} has lost the majority of its managers, so nothing in it can be changed.`,
    {
      hint: 'Bring managers back until most of them run. If they are lost for good, run on one that is left: docker swarm init --force-new-cluster --advertise-addr <its address>',
    },
  );
}

function noAnswer(managers: readonly ConnectedMachine[], reason: unknown): ActionError {
  const names = managers.map(({ name }) => name).join(', ');
  const words = reason instanceof ActionError ? [reason.message, reason.details] : [];
  return new ActionError(
    `The swarm of ${names} cannot be asked: no manager of it answered within ${SILENCE_MS / 1_000} s.`,
    {
      details: words.filter(Boolean).join('\n'),
      hint: 'Nothing of the swarm was changed. See why on each of them (systemctl status docker, journalctl -u docker), then run again.',
    },
  );
}
