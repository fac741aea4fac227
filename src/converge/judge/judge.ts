import type { Node, Service, Task } from '../../swarm/objects.ts';
import type { ExpectedService, ServiceVerdict } from '../verdict.ts';
import { globalTarget } from './eligible.ts';
import {
  endedByItself,
  failedAtLeast,
  failuresOf,
  givenUp,
  isImageError,
  loopLength,
  mayEnd,
  restartCondition,
} from './failures.ts';
import { toWatchMs } from './monitor.ts';
import { afterPause } from './pause.ts';
import { idleNodes, placementTrouble } from './placement.ts';
import {
  currentTasks,
  isJob,
  isRunning,
  type Mode,
  modeOf,
  slotOf,
  tasksOfThisRound,
} from './slots.ts';
import type { Trouble } from './trouble.ts';
import { enginePatienceMs, isUpdating, updateTrouble } from './update.ts';
import { reasonsOf, summaryOf, updateWords, viewOf } from './verdict-text.ts';

/** What is known of one service at one time. */
export interface ServiceFacts {
  /** `undefined` where the swarm has no such service. */
  readonly service: Service | undefined;
  /** Up-to-date tasks; those of other services are passed over. */
  readonly tasks: readonly Task[];
  readonly nodes: readonly Node[];
  /** Failures that were seen before; an engine forgets them after five a slot. */
  readonly remembered: readonly Task[];
  /**
   * Every task of the service, those of earlier specs, too; `undefined` where they were not read.
   */
  readonly history?: readonly Task[] | undefined;
}

export interface Assessment {
  /**
   * `converged` or `pending`. Whether trouble is final is a question of time, and the judge knows
   * none.
   */
  readonly verdict: ServiceVerdict;
  readonly trouble?: Trouble | undefined;
  /** Changes whenever what runs is not the same as before; absent while not all of it runs. */
  readonly steady?: string | undefined;
  /** How long it must stay as it is at least, in ms; absent where nothing runs that could fail. */
  readonly holdMs?: number | undefined;
  /** To be given again as `remembered`. */
  readonly failures: readonly Task[];
}

/** How long a service may be missing after `docker stack deploy` returned, in ms. */
const MISSING_GRACE_MS = 5_000;
/**
 * The third attempt to get an image comes after the restart delay of 5 s; a registry may have had a
 * bad moment.
 */
const IMAGE_GRACE_MS = 6_000;
/** For reading a job between the end of one task and the beginning of the next, in ms. */
const GIVEN_UP_GRACE_MS = 2_000;

const MOST_DISTRUST_MS = 60_000;

/** Judges one service by its tasks. Pure: the same facts give the same assessment. */
export function judge(expected: ExpectedService, facts: ServiceFacts): Assessment {
  return facts.service ? assess(expected, facts.service, facts) : missing(expected);
}

function missing(expected: ExpectedService): Assessment {
  return {
    verdict: {
      service: expected.name,
      state: 'pending',
      summary: 'not in the swarm',
      reasons: [],
      running: 0,
      desired: expected.replicas,
      tasks: [],
    },
    trouble: { class: 'failed', afterMs: MISSING_GRACE_MS },
    failures: [],
  };
}

function assess(expected: ExpectedService, service: Service, facts: ServiceFacts): Assessment {
  const mode = modeOf(service);
  const tasks = tasksOfThisRound(service, facts.tasks);
  const current = currentTasks(mode, tasks, facts.nodes);
  const failures = failuresOf(service, mode, tasks, facts.remembered);
  const stuck = givenUp(service, mode, current, tasks);
  const counts = count(service, mode, tasks, current, facts.nodes);
  const complete = isComplete(mode, counts);
  const ends = mayEnd(service, mode);
  const stopped = updateTrouble(service, complete);
  const decided =
    stopped?.class === 'paused' && ends && failures.length === 0
      ? afterPause(stopped, service, mode, current, complete, facts.history)
      : stopped;
  const trouble =
    decided ??
    (complete ? undefined : findTrouble(service, mode, current, stuck, failures, facts.nodes));
  const update = stopped && !decided ? [] : updateWords(service);

  const wrong = [...failures, ...stuck.filter((task) => !failures.includes(task))];
  const shown = complete && !trouble ? current : [...new Set([...wrong, ...current])];
  return {
    verdict: {
      service: expected.name,
      state: complete && !trouble && !isUpdating(service) ? 'converged' : 'pending',
      summary: summaryOf(counts, mode, current, wrong, update),
      reasons: [
        ...(complete && !trouble ? [] : reasonsOf(service, wrong, current)),
        ...(trouble?.class === 'unschedulable' ? idleNodes(facts.nodes) : []),
      ],
      running: counts.running,
      desired: counts.desired,
      ends: ends || undefined,
      tasks: shown.map((task) => viewOf(task, service, mode, facts.nodes)),
    },
    trouble,
    steady: complete ? steadiness(current) : undefined,
    holdMs:
      counts.running > 0
        ? Math.max(
            toWatchMs(expected.monitorMs, service, current),
            distrustMs(mode, failures, tasks),
          )
        : undefined,
    failures,
  };
}

interface Counts {
  readonly desired: number;
  readonly running: number;
  readonly completed: number;
}

function count(
  service: Service,
  mode: Mode,
  tasks: readonly Task[],
  current: readonly Task[],
  nodes: readonly Node[],
): Counts {
  const running = current.filter(isRunning).length;
  const done = (task: Task) => task.Status.State === 'complete';
  switch (mode.kind) {
    case 'replicated-job':
      return { desired: mode.completions, running, completed: tasks.filter(done).length };
    case 'global-job':
      return { desired: current.length, running, completed: current.filter(done).length };
    default: {
      const completed = mayEnd(service, mode) ? current.filter(done).length : 0;
      const desired =
        mode.kind === 'replicated' ? mode.replicas : globalTarget(service, current, nodes);
      return { desired, running, completed };
    }
  }
}

/** A global service must run somewhere; that it was placed nowhere is no success. */
function isComplete(mode: Mode, { desired, running, completed }: Counts): boolean {
  switch (mode.kind) {
    case 'replicated':
      return running + completed === desired;
    case 'replicated-job':
      return completed >= desired;
    case 'global':
      return desired > 0 && running + completed === desired;
    case 'global-job':
      return desired > 0 && completed === desired;
  }
}

function findTrouble(
  service: Service,
  mode: Mode,
  current: readonly Task[],
  stuck: readonly Task[],
  failures: readonly Task[],
  nodes: readonly Node[],
): Trouble | undefined {
  const found =
    givenUpTrouble(service, mode, stuck, failures) ??
    imageTrouble(mode, failures) ??
    placementTrouble(service, mode, current, nodes) ??
    loopTrouble(service, mode, failures);
  return found && { ...found, afterMs: Math.max(found.afterMs, enginePatienceMs(service)) };
}

function givenUpTrouble(
  service: Service,
  mode: Mode,
  stuck: readonly Task[],
  failures: readonly Task[],
): Trouble | undefined {
  const once = restartCondition(service) === 'none' && mayEnd(service, mode);
  // The engine starts tasks of a job anew whatever the restart condition says (seen with 26.1.5).
  // Who wrote `none` meant it.
  const ended = stuck.length === 0 && once && isJob(mode) ? failures : stuck;
  if (ended.length === 0) return undefined;
  const image = ended.some((task) => isImageError(task.Status.Err));
  const failed = isJob(mode) || once ? 'job-failed' : 'crash-loop';
  return { class: image ? 'image' : failed, afterMs: GIVEN_UP_GRACE_MS };
}

function imageTrouble(mode: Mode, failures: readonly Task[]): Trouble | undefined {
  const image = failures.filter((task) => isImageError(task.Status.Err));
  if (failedAtLeast(2, mode, image).length === 0) return undefined;
  return { class: 'image', afterMs: IMAGE_GRACE_MS };
}

function loopTrouble(service: Service, mode: Mode, failures: readonly Task[]): Trouble | undefined {
  const looping = failedAtLeast(loopLength(service), mode, failures);
  if (looping.length === 0) return undefined;
  const excusable = looping.every(endedByItself) ? looping.map(({ ID }) => ID) : undefined;
  return {
    class: isJob(mode) ? 'job-failed' : 'crash-loop',
    afterMs: 0,
    excusable,
  };
}

/**
 * How long a task must live that follows one which ended by itself, in ms: longer than that one
 * did, or a slow loop would look like success between two of its ends.
 */
function distrustMs(mode: Mode, failures: readonly Task[], tasks: readonly Task[]): number {
  const lives = failures
    .filter(endedByItself)
    .map((task) => lifeMs(mode, task, [...failures, ...tasks]));
  return Math.min(MOST_DISTRUST_MS, 1.5 * Math.max(0, ...lives));
}

/**
 * Until the task was created that took its place: when one ended is told by the clock of its node,
 * when it was created by that of the manager. 0 where none has come.
 */
function lifeMs(mode: Mode, task: Task, all: readonly Task[]): number {
  const created = Date.parse(task.CreatedAt);
  const later = all
    .filter((other) => slotOf(mode, other) === slotOf(mode, task))
    .map((other) => Date.parse(other.CreatedAt))
    .filter((at) => at > created);
  return later.length === 0 ? 0 : Math.min(...later) - created;
}

function steadiness(current: readonly Task[]): string {
  return current.map(({ ID }) => ID).join(' ');
}
