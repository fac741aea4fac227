import type { Service, Task } from '../../swarm/objects.ts';
import { hasEnded, isJob, isNewer, type Mode, slotOf } from './slots.ts';

/** Errors that no other program on the node can cure: the image is not there, or not to be had. */
const IMAGE_ERROR =
  /no such image|pull access denied|unauthorized|manifest unknown|manifest for .+ not found|repository .+ not found|no matching manifest|image operating system .+ cannot be used/i;

/** Tasks that have to fail in one slot before it is called a loop. */
const LOOP_LENGTH = 3;

export function isImageError(text: string): boolean {
  return IMAGE_ERROR.test(text);
}

/**
 * `any` where the spec says nothing (swarmkit api/defaults/service.go). A job that completed is
 * never started again.
 */
export function restartCondition(service: Service): string {
  return service.Spec.TaskTemplate.RestartPolicy?.Condition || 'any';
}

/**
 * Whether it is well when a task ends with exit code 0. A service with a healthcheck is meant to
 * stay: the engine stops a container that is unhealthy, and one that then ends tidily is `complete`
 * without a word about it (seen with 26.1.5).
 */
export function mayEnd(service: Service, mode: Mode): boolean {
  if (isJob(mode)) return true;
  const [kind = 'NONE'] = service.Spec.TaskTemplate.ContainerSpec?.Healthcheck?.Test ?? [];
  return restartCondition(service) !== 'any' && kind === 'NONE';
}

/** Whether the task ended in a way that its service does not want. */
function isFailure(task: Task, service: Service, mode: Mode): boolean {
  const { State } = task.Status;
  if (State === 'failed' || State === 'rejected') return true;
  return State === 'complete' && !mayEnd(service, mode);
}

/**
 * When this deployment reached the service, by the manager's clock. Every deployment updates every
 * service, changed or not, so what was created before is of an earlier one, also where it is of the
 * same spec. The beginning of an update is the better mark where there is one: the engine writes
 * `UpdatedAt` anew when it ends.
 */
function deployedAt(service: Service): number {
  const { UpdateStatus, JobStatus, PreviousSpec, CreatedAt, UpdatedAt } = service;
  const first = UpdateStatus || PreviousSpec ? UpdatedAt : CreatedAt;
  return Date.parse(JobStatus?.LastExecution ?? UpdateStatus?.StartedAt ?? first);
}

/** Whether a task was created before this deployment. */
export function isEarlier(task: Task, service: Service): boolean {
  return Date.parse(task.CreatedAt) < deployedAt(service);
}

/**
 * The failures of this deployment, newest first, each task once. `remembered` were seen earlier: an
 * engine keeps five tasks a slot.
 */
export function failuresOf(
  service: Service,
  mode: Mode,
  tasks: readonly Task[],
  remembered: readonly Task[],
): Task[] {
  const byId = new Map([...remembered, ...tasks].map((task) => [task.ID, task]));
  return [...byId.values()]
    .filter((task) => isFailure(task, service, mode) && !isEarlier(task, service))
    .sort((a, b) => (isNewer(a, b) ? -1 : 1));
}

/** The slots' failures, for the slots that failed at least `times` times. */
export function failedAtLeast(
  times: number,
  mode: Mode,
  failures: readonly Task[],
): readonly Task[] {
  const bySlot = Map.groupBy(failures, (task) => slotOf(mode, task));
  return [...bySlot.values()].filter((tasks) => tasks.length >= times).flat();
}

/** After how many attempts in a slot an engine gives up; 0 where it never does. */
function maxAttempts(service: Service): number {
  return service.Spec.TaskTemplate.RestartPolicy?.MaxAttempts ?? 0;
}

/** How often a task may fail in a slot. Whoever asked for more attempts gets them. */
export function loopLength(service: Service): number {
  const attempts = maxAttempts(service);
  return attempts > 0 ? Math.max(LOOP_LENGTH, attempts + 1) : LOOP_LENGTH;
}

/**
 * Whether an engine starts no other task for one that has ended like that (swarmkit
 * manager/orchestrator/restart, `shouldRestart`).
 */
function mayBeLast(task: Task, service: Service): boolean {
  const condition = restartCondition(service);
  if (condition === 'none') return true;
  if (condition === 'on-failure' && task.Status.State === 'complete') return true;
  return maxAttempts(service) > 0;
}

/**
 * The tasks with which the engine gave up: ended in a way the service does not want, and nothing in
 * their slot lives or is to come. An engine that restarts makes the new task in the same
 * transaction that ends the old one. If it always restarts, a slot is empty only while its node is
 * taken for down: then the task is told to stop, and a new one comes once the node is back.
 */
export function givenUp(
  service: Service,
  mode: Mode,
  current: readonly Task[],
  all: readonly Task[],
): readonly Task[] {
  const alive = new Set(all.filter((task) => !hasEnded(task)).map((task) => slotOf(mode, task)));
  return current.filter(
    (task) =>
      isFailure(task, service, mode) &&
      task.DesiredState === 'shutdown' &&
      mayBeLast(task, service) &&
      !alive.has(slotOf(mode, task)),
  );
}

/**
 * Whether a program ran and ended by itself: it may have missed another service that is still
 * starting.
 */
export function endedByItself(task: Task): boolean {
  const { State, Err } = task.Status;
  return State === 'complete' || (State === 'failed' && /^task: non-zero exit \(\d+\)$/.test(Err));
}
