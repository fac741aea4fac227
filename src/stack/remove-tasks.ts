import * as z from 'zod';
import { until } from '../base/clock.ts';
import { count } from '../base/count.ts';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import { STOP_TIMEOUT_MS } from '../swarm/leave/end-containers.ts';
import { listNodes } from '../swarm/nodes.ts';
import type { Node } from '../swarm/objects.ts';
import { STACK_LABEL } from './present.ts';
import type { Wait } from './remove-containers.ts';

const POLL_MS = 250;
/** Words of the swarm for a task whose container may still run. */
const ALIVE = ['assigned', 'accepted', 'preparing', 'ready', 'starting', 'running'];

const tasks = z.array(
  z.object({
    ID: z.string(),
    NodeID: z.string().default(''),
    Status: z.object({
      State: z.string(),
      ContainerStatus: z.object({ ContainerID: z.string().default('') }).nullish(),
    }),
  }),
);
type Task = z.infer<typeof tasks>[number];

/**
 * Waits until no node of the swarm runs a task of the stack, those included whose engine cannot be
 * asked, since they are not named in `hosts`: after the removal of its service a task is listed
 * until its node has said that it ended. A node that does not answer ends its tasks once it is
 * back, and is named in a warning. Throws `ActionError` after `until` that names the nodes which
 * still run one, and how to end it.
 */
export async function untilTasksGone(
  manager: EngineApi,
  stack: string,
  { signal, clock, until: end, warn }: Wait,
): Promise<void> {
  const look = async () => {
    const left = await listTasks(manager, stack, signal);
    const nodes = left.length === 0 ? [] : await listNodes(manager, signal);
    const ready = new Set(
      nodes.filter(({ Status }) => Status.State === 'ready').map(({ ID }) => ID),
    );
    const running = left.filter(({ NodeID }) => ready.has(NodeID ?? ''));
    return { left, nodes, running };
  };
  const wait = { clock, signal, limitMs: end - clock.now(), everyMs: POLL_MS };
  const { left, nodes, running } = await until(look, (seen) => seen.running.length === 0, wait);
  if (running.length > 0) throw stillRunning(stack, running, nodes);
  if (left.length > 0) warn(describeAway(stack, left, nodes));
}

async function listTasks(
  manager: EngineApi,
  stack: string,
  signal: AbortSignal,
): Promise<readonly Task[]> {
  const query = { filters: JSON.stringify({ label: [`${STACK_LABEL}=${stack}`] }) };
  const found = await manager.get('/tasks', query, tasks, { signal });
  return found.filter(({ Status }) => ALIVE.includes(Status.State));
}

function hostOf({ NodeID }: Task, nodes: readonly Node[]): string {
  return nodes.find(({ ID }) => ID === NodeID)?.Description.Hostname || NodeID;
}

function describeAway(stack: string, away: readonly Task[], nodes: readonly Node[]): string {
  const hosts = [...new Set(away.map((task) => hostOf(task, nodes)))].join(', ');
  return `Whether ${count(away.length, 'task')} of stack ${stack} still runs on ${hosts} is not known, since the swarm does not reach it. They end there once it does.`;
}

function stillRunning(stack: string, left: readonly Task[], nodes: readonly Node[]): ActionError {
  const hosts = Map.groupBy(left, (task) => hostOf(task, nodes));
  const commands = [...hosts].map(([host, own]) => {
    const ids = own.map(({ Status }) => Status.ContainerStatus?.ContainerID.slice(0, 12) ?? '');
    return `On ${host}: docker rm --force --volumes ${ids.filter(Boolean).join(' ')}`;
  });
  return new ActionError(
    `Stack ${stack} could not be removed completely: ${count(left.length, 'task')} still ${left.length === 1 ? 'runs' : 'run'} on ${[...hosts.keys()].join(', ')}, ${STOP_TIMEOUT_MS / 1_000} s after the end of its services.`,
    {
      hint: `${commands.join('. ')}. Then run again. Where each node is named in \`hosts\`, this is done for you.`,
    },
  );
}
