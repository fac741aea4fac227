import type { ServiceClass, ServiceVerdict, TaskView } from '../verdict.ts';
import type { Cause } from './cause.ts';
import { causeOfDelay } from './delay.ts';
import { causeByDisk } from './disk.ts';
import { causeByError } from './errors.ts';
import { causeByExit } from './exit.ts';
import type { FullDisk } from './full-disks.ts';
import { causeByPlacement } from './placement.ts';
import { describeProbe, type Probe } from './probe.ts';

/** Why a service did not converge, for people. */
export interface Diagnosis {
  readonly service: string;
  readonly class: ServiceClass;
  /** One sentence, or two, in plain words. */
  readonly cause: string;
  /** Exit code, node, image and the engine's own words, untruncated. */
  readonly evidence: readonly string[];
  /** What to try next. */
  readonly hint: string;
  readonly logTail?: string | undefined;
  /** It was found out by a look at the nodes, so what to do that was said without is not. */
  readonly overrules?: true | undefined;
}

/** How many tasks are named as evidence. */
const TASKS = 3;

/**
 * Explains a verdict that is not `converged`. `logs` are the last lines of the task that
 * `taskToRead` names; they are only looked at where the engine itself has nothing to say. `probe`
 * is what its healthcheck gave, `pullProblem` why an engine does not get its image, `fullDisks` are
 * those of its nodes.
 */
export function diagnose(
  verdict: ServiceVerdict,
  logs: string | undefined,
  probe?: Probe,
  pullProblem?: string,
  fullDisks: readonly FullDisk[] = [],
): Diagnosis {
  const tail = logs?.trim();
  const full = causeByDisk(verdict, fullDisks);
  const found = full ?? explain(verdict, tail);
  const root = pullProblem === undefined ? '' : ` A manager says why: ${pullProblem}.`;
  return {
    service: verdict.service,
    class: verdict.class ?? 'timeout',
    ...{ ...found, cause: found.cause + root },
    overrules: full ? true : undefined,
    evidence: evidenceOf(verdict, probe),
    logTail: tail || undefined,
  };
}

/**
 * The task whose logs tell most: the last one that failed after it had started, else the one that
 * is starting.
 */
export function taskToRead({ tasks }: ServiceVerdict): TaskView | undefined {
  return (
    tasks.find(({ state }) => state === 'failed') ??
    tasks.find(({ state }) => state === 'complete') ??
    tasks.find(({ state }) => state === 'starting' || state === 'running')
  );
}

function explain(verdict: ServiceVerdict, logs: string | undefined): Cause {
  const isEarlyEnd = endedEarly(verdict);
  const found = isEarlyEnd ? ENDED_EARLY : causeOfTasks(verdict, logs);
  switch (verdict.class) {
    case 'rolled-back': {
      const failed = verdict.summary.includes('rollback failed');
      const outcome = failed
        ? 'The update failed, and so did the rollback: the service does not run as it should.'
        : 'The update failed and the engine went back to the earlier version.';
      return {
        cause: found ? `${outcome} ${found.cause}` : outcome,
        hint: found?.hint ?? `${logsHint(logs)} Then deploy again.`,
      };
    }
    case 'paused': {
      const outcome = 'The update failed and the engine stopped it half-way.';
      return {
        cause: found ? `${outcome} ${found.cause}` : outcome,
        hint: isEarlyEnd
          ? ENDED_EARLY.hint
          : `${found?.hint ?? logsHint(logs)} \`update_config.failure_action: rollback\` would bring the earlier version back.`,
      };
    }
    case 'failed':
      return {
        cause: 'The swarm has no such service in this stack.',
        hint: 'Another deployment or `docker stack rm` may have removed it meanwhile; deploy again.',
      };
    default:
      return found ?? causeOfDelay(verdict);
  }
}

function logsHint(logs: string | undefined): string {
  return logs
    ? 'Look at the logs of the tasks that failed.'
    : 'See what the engine says of the tasks that failed (`docker service ps --no-trunc`); they have no log lines.';
}

/** Whether the engine gave an update up over tasks that ended as they were meant to. */
function endedEarly({ class: found, ends, tasks }: ServiceVerdict): boolean {
  const isGivenUp = found === 'paused' || found === 'rolled-back';
  return (
    isGivenUp && !!ends && !tasks.some(({ state }) => state === 'failed' || state === 'rejected')
  );
}

const ENDED_EARLY: Cause = {
  cause:
    'Its tasks ended with exit code 0, and for Swarm every end is a failure while it watches an update.',
  hint: 'For work that ends, use `mode: replicated-job`, which runs at each deployment, or set `update_config.failure_action: continue`. A server must stay in the foreground.',
};

/** What the tasks' own errors and exit codes say. */
function causeOfTasks(verdict: ServiceVerdict, logs: string | undefined): Cause | undefined {
  const failed = verdict.tasks.find(
    ({ state, error }) =>
      state === 'failed' || state === 'rejected' || (state === 'complete' && !error),
  );
  if (verdict.class === 'unschedulable') return causeByPlacement(verdict);
  if (!failed) return causeByPlacement(verdict, true);
  const cause = causeByError(failed, verdict) ?? causeByExit(failed, verdict, logs);
  if (!failed.earlier) return cause;
  return {
    cause: `${cause.cause} That was in an earlier deployment. Nothing about the service has changed since, so the engine did not run it again.`,
    hint: `${cause.hint} Deploying again runs it only if its definition changed, or with \`mode: replicated-job\`.`,
  };
}

function evidenceOf(
  { reasons, tasks, summary }: ServiceVerdict,
  probe: Probe | undefined,
): string[] {
  const told = tasks.filter(({ state, error }) => state !== 'running' || error).slice(0, TASKS);
  // Before the tasks, of which a summary shows only some.
  const checked = probe ? [describeProbe(probe)] : [];
  return [summary, ...reasons.map(withShortIds), ...checked, ...told.map(describeTask)];
}

/** Containers and endpoints by as much of their ids as Docker itself shows. */
function withShortIds(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}

function describeTask({ id, slot, node, state, exitCode, image }: TaskView): string {
  const place = [
    ...(slot === undefined ? [] : [`slot ${slot}`]),
    node === undefined ? 'no node' : `on ${node}`,
  ];
  const exit = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  return `Task ${id} (${place.join(', ')}, ${image}): ${state}${exit}`;
}
