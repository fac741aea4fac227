import * as z from 'zod';
import { answeredTime } from '../../base/answered-time.ts';
import { type Clock, systemClock, until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { CommandError } from '../../exec/executor.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import * as swarm from '../commands.ts';
import { changeNode, listNodes } from '../nodes.ts';
import type { Node } from '../objects.ts';
import { endContainers, STOP_TIMEOUT_MS } from './end-containers.ts';
import { runLeave } from './run-leave.ts';

const POLL_MS = 200;
const DEMOTE_TIMEOUT_MS = 30_000;
/** How long containers of a node that has left may take to go, in ms. */
const CONTAINERS_TIMEOUT_MS = 20_000;

const runningTasks = z.array(z.object({ Status: z.object({ State: z.string() }) }));

/**
 * Takes a machine out of the swarm in good order: its tasks move, those that do not end are killed,
 * it is no manager any more, it leaves, its node is removed. Gives false where `isDue` says, once
 * its tasks have moved, that it shall stay after all: then it gets tasks again.
 */
export async function removeSurplus(options: {
  readonly manager: ConnectedMachine;
  readonly machine: ConnectedMachine;
  readonly node: Node | undefined;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  readonly left?: (() => Promise<void>) | undefined;
  readonly isDue?: (() => Promise<boolean>) | undefined;
}): Promise<boolean> {
  const { manager, machine, node, signal, warn, left, isDue } = options;
  if (!node) return true;
  await drain(manager, node, signal);
  await endContainers(machine, node.ID, { timeoutMs: 0, signal, warn });
  if (isDue && !(await isDue())) {
    const before = swarm.setAvailability(node.ID, node.Spec.Availability);
    await changeNode(manager.ssh, before, signal);
    return false;
  }
  await removeNode(manager, node, signal, async () => {
    await leaveSwarm(machine, node.ID, { signal, left });
  });
  return true;
}

/**
 * Lets the tasks of a node move to others, and waits `STOP_TIMEOUT_MS` for their end; of one that
 * is down nothing can be waited for.
 */
export async function drain(
  manager: ConnectedMachine,
  node: Node,
  signal: AbortSignal,
): Promise<void> {
  await changeNode(manager.ssh, swarm.setAvailability(node.ID, 'drain'), signal);
  if (node.Status.State !== 'ready') return;
  await untilTrue(STOP_TIMEOUT_MS, signal, async () => {
    const filters = JSON.stringify({ node: [node.ID], 'desired-state': ['shutdown'] });
    const tasks = await manager.api.get('/tasks', { filters }, runningTasks, { signal });
    return tasks.every((task) => task.Status.State !== 'running');
  });
}

/**
 * Takes a machine out of its swarm from its own side, with the containers that it ran there. Where
 * that fails, it is asked whether it has left all the same, and told again, for two minutes, where
 * only the connection was lost or the engine gave up. Throws `ActionError` naming the containers
 * that are still there after `CONTAINERS_TIMEOUT_MS`.
 */
export async function leaveSwarm(
  machine: ConnectedMachine,
  nodeId: string,
  options: {
    readonly signal: AbortSignal;
    /**
     * Called once it has left, also where containers stay: what else is undone there, since no
     * later run knows of it any more.
     */
    readonly left?: (() => Promise<void>) | undefined;
    readonly clock?: Clock | undefined;
  },
): Promise<void> {
  const { signal, clock = systemClock } = options;
  await runLeave(machine, { signal, clock });
  try {
    if (nodeId !== '') await removeLeftContainers(machine, nodeId, signal, clock);
  } finally {
    await options.left?.();
  }
}

/**
 * `docker swarm leave` removes the node's containers but those that are just being removed, and
 * only logs where one would not go: of a task that has ended a moment before, the container may
 * stay for good.
 */
async function removeLeftContainers(
  machine: ConnectedMachine,
  nodeId: string,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const list = async () => {
    const { stdout } = await machine.ssh.run(swarm.containersOfNode(nodeId), {
      signal,
      repeatable: true,
    });
    return stdout.split('\n').filter(Boolean);
  };
  const gone = await untilTrue(
    CONTAINERS_TIMEOUT_MS,
    signal,
    async () => {
      const ids = await list();
      if (ids.length === 0) return true;
      await machine.ssh.run(swarm.removeContainers(ids), {
        ...{ anyExitCode: true, repeatable: true, signal },
      });
      return false;
    },
    clock,
  );
  if (gone) return;
  const ids = await list();
  throw new ActionError(
    `${machine.name} has left the swarm, and containers of its tasks are still there: ${ids.join(', ')}`,
    { hint: `On ${machine.name}: docker rm --force --volumes ${ids.join(' ')}` },
  );
}

/**
 * Makes a worker of a manager, and waits until the others do without it in their consensus: until
 * then they refuse to remove it, and to let another one go. Throws `ActionError` where it is still
 * a manager after `DEMOTE_TIMEOUT_MS`.
 */
export async function demote(
  manager: ConnectedMachine,
  node: Node,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  let isTold = false;
  let refused: CommandError | undefined;
  const demoted = await untilTrue(
    DEMOTE_TIMEOUT_MS,
    signal,
    async () => {
      if (!isTold) refused = await tryToDemote(manager, node, signal);
      isTold = refused === undefined;
      if (!isTold) return false;
      const now = (await listNodes(manager.api, signal)).find((one) => one.ID === node.ID);
      return !now?.ManagerStatus;
    },
    clock,
  );
  if (demoted) return;
  throw new ActionError(`${node.Description.Hostname} is still a manager after its demotion.`, {
    details: refused?.details,
    hint: 'Most of the managers must be reachable (`docker node ls` on one of them). Bring them back, then run again.',
  });
}

/**
 * What the leader said where it counts too few managers for now: one that has just joined, or come
 * back, is not counted at once.
 */
async function tryToDemote(
  manager: ConnectedMachine,
  node: Node,
  signal: AbortSignal,
): Promise<CommandError | undefined> {
  try {
    await changeNode(manager.ssh, swarm.demote([node.ID]), signal);
    return undefined;
  } catch (error) {
    if (error instanceof CommandError && /loss of quorum/.test(error.details ?? '')) return error;
    throw error;
  }
}

/**
 * Removes a node from the swarm's list, as a manager after it has been demoted.
 * `leave` runs in between, once the others do without it.
 */
export async function removeNode(
  manager: ConnectedMachine,
  node: Node,
  signal: AbortSignal,
  leave: () => Promise<void> = async () => {},
): Promise<void> {
  // A node may have the role without being in the consensus: after --force-new-cluster.
  if (node.ManagerStatus) await demote(manager, node, signal);
  await leave();
  await forget(manager, node, signal);
}

/** Repeated where the connection is lost: what an earlier attempt has removed is as gone. */
async function forget(manager: ConnectedMachine, node: Node, signal: AbortSignal): Promise<void> {
  try {
    await manager.ssh.run(swarm.removeNode(node.ID), { signal, repeatable: true });
  } catch (error) {
    if (error instanceof CommandError && /node \S+ not found/.test(error.result.stderr)) return;
    throw error;
  }
}

/** Asks until the answer is yes; false where it was not within `limitMs`. */
async function untilTrue(
  limitMs: number,
  signal: AbortSignal,
  ask: () => Promise<boolean>,
  given: Clock = systemClock,
): Promise<boolean> {
  const wait = { clock: answeredTime(given), signal, limitMs, everyMs: POLL_MS };
  return await until(ask, (isSo) => isSo, wait);
}
