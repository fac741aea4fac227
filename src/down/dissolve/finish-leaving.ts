import type { DriverLog } from '../../base/log.ts';
import { readSwarmState } from '../../engine/enter.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import type { Owner } from '../../machines/ownership.ts';
import type { Outside } from '../../swarm/adopt.ts';
import { removeGateway } from '../../swarm/leave/gwbridge.ts';
import { halfLeft, isHalfLeft } from '../../swarm/leave/half-left.ts';
import { leaveSwarm } from '../../swarm/leave/leave.ts';
import { forgetLeaving, isLeaving, markLeaving } from '../../swarm/leave/leaving.ts';
import type { Node } from '../../swarm/objects.ts';
import { recordOf } from '../../swarm/records/node-record.ts';

interface FinishOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
  /**
   * Gets why a bridge was not removed from a host that has left, which keeps no other host from
   * leaving.
   */
  readonly kept: unknown[];
}

/** Hosts, and how an earlier removal has left them. */
export interface Finished {
  /** All that can be asked now, as they are now. */
  readonly machines: readonly ConnectedMachine[];
  /** Those of them that have left just now. */
  readonly left: readonly ConnectedMachine[];
  /** Those that have not ended to leave, and of which nothing here says for whom. */
  readonly unfinished: readonly ConnectedMachine[];
}

/**
 * Does what an earlier run has left to do on hosts: they end to leave, and the bridge goes that
 * joining has made. `outside` tells of hosts which the step that is undone has found in no swarm.
 */
export async function finishLeaving(
  machines: readonly ConnectedMachine[],
  owner: Owner,
  options: FinishOptions & { readonly outside: Outside },
): Promise<Finished> {
  const { outside, log, signal } = options;
  const finished = { machines: [], left: [], unfinished: [] } as {
    [kind in keyof Finished]: ConnectedMachine[];
  };
  for (const machine of machines) {
    const isHalf = isHalfLeft(machine);
    if (!isHalf && machine.engine.Swarm.LocalNodeState !== 'inactive') {
      finished.machines.push(machine);
      continue;
    }
    const isMarked = await isLeaving(machine, owner, signal);
    if (isHalf && !isMarked && !outside.hosts.includes(machine.index)) {
      finished.unfinished.push(machine);
      continue;
    }
    const now = isHalf ? await endToLeave(machine, options) : machine;
    if (!now) continue;
    if (isHalf) finished.left.push(now);
    finished.machines.push(now);
    if (isMarked || outside.withoutGateway.includes(machine.index)) {
      if (isMarked) {
        log.info(`${machine.name} has left earlier; docker_gwbridge is removed there now`);
      }
      await finish(now, { ...options, wasAttached: true });
    }
  }
  return finished;
}

/**
 * The same for hosts that have not ended to leave, once a manager has told of their nodes. Gives
 * those that have left now.
 */
export async function finishOwn(
  unfinished: readonly ConnectedMachine[],
  nodes: readonly Node[],
  isOwn: (node: Node) => boolean,
  options: FinishOptions & { readonly owner: Owner },
): Promise<readonly ConnectedMachine[]> {
  const left: ConnectedMachine[] = [];
  for (const machine of unfinished) {
    const node = nodes.find(({ Status }) => Status.Addr === machine.advertise);
    const now = node && isOwn(node) ? await endToLeave(machine, options) : undefined;
    if (now) left.push(now);
  }
  return left;
}

async function endToLeave(
  machine: ConnectedMachine,
  { signal, log, kept }: FinishOptions,
): Promise<ConnectedMachine | undefined> {
  log.info(`${machine.name} was told to leave earlier, and has not ended that: it is told again`);
  try {
    await leaveSwarm(machine, '', { signal });
  } catch (error) {
    signal.throwIfAborted();
    kept.push(error);
    return undefined;
  }
  const Swarm = await readSwarmState(machine.api, signal);
  return { ...machine, engine: { ...machine.engine, Swarm } };
}

/** Says of hosts that they have not ended to leave, and that nobody here knows for whom. */
export function reportUnfinished(unfinished: readonly ConnectedMachine[], kept: unknown[]): void {
  if (unfinished.length > 0) kept.push(halfLeft(unfinished));
}

/**
 * Of a host that has left by itself, or by hand: what joining has made on it goes, as it stands on
 * its node. Until that is done the host carries the mark of it, so that its node may go.
 */
export async function finishForgotten(
  machine: ConnectedMachine,
  node: Node,
  options: FinishOptions & { readonly owner: Owner },
): Promise<void> {
  if (!recordOf(node)?.gatewayMade) return;
  await markLeaving(machine, options.owner, options);
  await finish(machine, { ...options, wasAttached: true });
}

/** Removes the bridge of a host that has left, and what is written there of it. */
export async function finish(
  machine: ConnectedMachine,
  options: FinishOptions & { readonly wasAttached: boolean },
): Promise<void> {
  const { wasAttached, signal, kept } = options;
  try {
    const hasGone = await removeGateway(machine, wasAttached, options);
    if (hasGone) await forgetLeaving(machine, signal);
  } catch (error) {
    signal.throwIfAborted();
    kept.push(error);
  }
}
