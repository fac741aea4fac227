import type { Node, Service, Task } from '../../swarm/objects.ts';

/** The mode of a service with the numbers that belong to it. */
export type Mode =
  | { readonly kind: 'replicated'; readonly replicas: number }
  | { readonly kind: 'global' }
  | { readonly kind: 'replicated-job'; readonly completions: number }
  | { readonly kind: 'global-job' };

export function modeOf({ Spec: { Mode } }: Service): Mode {
  if (Mode.ReplicatedJob) {
    return { kind: 'replicated-job', completions: Mode.ReplicatedJob.TotalCompletions };
  }
  if (Mode.GlobalJob) return { kind: 'global-job' };
  if (Mode.Global) return { kind: 'global' };
  return { kind: 'replicated', replicas: Mode.Replicated?.Replicas ?? 1 };
}

export function isJob(mode: Mode): boolean {
  return mode.kind === 'replicated-job' || mode.kind === 'global-job';
}

/** Where the orchestrator replaces a task by another: a numbered slot, or a node. */
export function slotOf(mode: Mode, task: Task): string {
  return mode.kind === 'global' || mode.kind === 'global-job'
    ? (task.NodeID ?? task.ID)
    : String(task.Slot);
}

/**
 * Leaves out what does not belong to this round: tasks that are about to be removed (the service
 * was scaled down), and those of a job's earlier runs, which stay listed when the job's spec has
 * not changed.
 */
export function tasksOfThisRound(service: Service, tasks: readonly Task[]): Task[] {
  const iteration = service.JobStatus?.JobIteration?.Index ?? 0;
  return tasks.filter(
    (task) =>
      task.ServiceID === service.ID &&
      task.DesiredState !== 'remove' &&
      (!service.JobStatus || (task.JobIteration?.Index ?? 0) === iteration),
  );
}

/** Desired states in the order of a task's life (swarmkit api/types.proto). */
const LIFE = ['ready', 'running', 'complete', 'shutdown'];

/**
 * The task that counts in each slot, in the order of the slots: the one that is wanted most alive,
 * of several the newest. This is the docker client's own rule (docker/cli
 * command/service/progress). Tasks on a node that is down count for nothing.
 */
export function currentTasks(mode: Mode, tasks: readonly Task[], nodes: readonly Node[]): Task[] {
  const down = new Set(nodes.filter((node) => node.Status.State === 'down').map(({ ID }) => ID));
  const current = new Map<string, Task>();
  for (const task of tasks) {
    if (task.NodeID !== undefined && down.has(task.NodeID)) continue;
    const slot = slotOf(mode, task);
    const other = current.get(slot);
    if (!other || comesBefore(task, other)) current.set(slot, task);
  }
  return [...current.values()].sort(
    (a, b) => a.Slot - b.Slot || (a.NodeID ?? '').localeCompare(b.NodeID ?? ''),
  );
}

function comesBefore(task: Task, other: Task): boolean {
  const difference = LIFE.indexOf(task.DesiredState) - LIFE.indexOf(other.DesiredState);
  return difference === 0 ? isNewer(task, other) : difference < 0;
}

/**
 * Nanoseconds are below what `Date` keeps; where two tasks share a millisecond either may come
 * first.
 */
export function isNewer(task: Task, other: Task): boolean {
  return Date.parse(task.CreatedAt) > Date.parse(other.CreatedAt);
}

const TERMINAL = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned']);

export function hasEnded(task: Task): boolean {
  return TERMINAL.has(task.Status.State);
}

export function isRunning(task: Task): boolean {
  return task.Status.State === 'running' && task.DesiredState !== 'shutdown';
}
