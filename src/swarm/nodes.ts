import { type Clock, systemClock, until } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import type { Argv } from '../exec/argv.ts';
import { CommandError, type Executor } from '../exec/executor.ts';
import type { Labels } from '../machines/ownership.ts';
import * as commands from './commands.ts';
import { type Node, nodes } from './objects.ts';

const POLL_MS = 100;

/** Every node that the swarm knows. */
export function listNodes(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<readonly Node[]> {
  return api.get('/nodes', {}, nodes, { signal });
}

export function isManager(node: Node): boolean {
  return node.Spec.Role === 'manager';
}

/** How often a node is changed while others change it. */
const TRIES = 20;

/** Adds labels of a node, told to a manager. */
export async function labelNode(
  manager: Executor,
  id: string,
  labels: Labels,
  signal: AbortSignal,
): Promise<void> {
  await changeNode(manager, commands.labelNode(id, labels), signal);
}

/**
 * Tells a manager to change a node, by a command of the docker client that may be repeated. The
 * swarm itself, and other runs, change it, too, and what was meant for its earlier state is
 * refused: it is told again.
 */
export async function changeNode(
  manager: Executor,
  command: Argv,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await manager.run(command, { signal, repeatable: true });
      return;
    } catch (error) {
      const isOutdated =
        error instanceof CommandError && /out of sequence/.test(error.message + error.details);
      if (!isOutdated || tries === TRIES) throw error;
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/**
 * Whether a node can be given work, and takes part in the consensus exactly where it is a manager:
 * one that was demoted a moment ago may still do so, and would then be refused when it is promoted
 * again.
 */
function isReady(node: Node): boolean {
  const settled = isManager(node)
    ? node.ManagerStatus?.Reachability === 'reachable'
    : !node.ManagerStatus;
  return node.Status.State === 'ready' && settled;
}

/**
 * Waits until each of the named nodes is ready in its role. `seen` are nodes that were read a
 * moment ago: if those are ready, nothing is asked.
 * Throws `ActionError` after `timeoutMs` that names those that are not, with their state.
 */
export async function waitForNodes(
  api: EngineApi,
  wanted: ReadonlyMap<string, 'manager' | 'worker'>,
  options: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    readonly clock?: Clock | undefined;
    readonly seen?: readonly Node[] | undefined;
  },
): Promise<readonly Node[]> {
  const { signal, timeoutMs, clock = systemClock } = options;
  let { seen } = options;
  const look = async () => {
    const known = seen ?? (await listNodes(api, signal));
    seen = undefined;
    const byId = new Map(known.map((node) => [node.ID, node]));
    const waiting = [...wanted].flatMap(([id, role]) => {
      const node = byId.get(id);
      return node && node.Spec.Role === role && isReady(node) ? [] : [describe(node, id)];
    });
    return { known, waiting };
  };
  const wait = { clock, signal, limitMs: timeoutMs, everyMs: POLL_MS };
  const { known, waiting } = await until(look, (seen) => seen.waiting.length === 0, wait);
  if (waiting.length === 0) return known;
  throw new ActionError(
    `${waiting.length} of ${wanted.size} nodes did not become ready within ${timeoutMs / 1_000} s.`,
    {
      details: waiting.join('\n'),
      hint: 'The machine may be overloaded. Nodes on different machines must reach each other at 7946/tcp and 7946/udp. If the swarm has no other ports, they also need 2377/tcp and 4789/udp.',
      status: 'timeout',
    },
  );
}

function describe(node: Node | undefined, id: string): string {
  if (!node) return `${id}: not in the swarm`;
  const { Description, Spec, Status, ManagerStatus } = node;
  return [
    `${Description.Hostname}: ${Spec.Role}, ${Status.State}`,
    ManagerStatus && `as manager ${ManagerStatus.Reachability}`,
    Status.Message,
  ]
    .filter(Boolean)
    .join(', ');
}
