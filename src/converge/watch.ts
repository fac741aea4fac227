import type { Snapshot } from '../stack/snapshot.ts';
import type { Service, Task } from '../swarm/objects.ts';
import { type Assessment, judge } from './judge/judge.ts';
import type { Trouble } from './judge/trouble.ts';
import type { ExpectedService, ServiceVerdict } from './verdict.ts';

/** A service at this moment: the judge's view, and what it comes to with the time that passed. */
export interface Watched {
  readonly verdict: ServiceVerdict;
  /** Its outcome is certain, but the engine still works on it. */
  readonly settling: boolean;
  readonly trouble: Trouble | undefined;
  /** Everything runs as it should, only not for long enough yet: how long it must, in ms. */
  readonly holdingMs: number | undefined;
  /** How much of that time is still to come, in ms; 0 where it has converged. */
  readonly leftMs: number | undefined;
}

export interface WatchOptions {
  readonly stackName: string;
  readonly expected: readonly ExpectedService[];
  readonly stableForMs: number;
}

interface Memory {
  failures: readonly Task[];
  history: readonly Task[] | undefined;
  trouble: { readonly key: string; readonly since: number } | undefined;
  steady: { readonly key: string; readonly since: number } | undefined;
  /** Tasks that lived while another service was still starting. */
  readonly excused: Set<string>;
}

/**
 * Judges snapshot after snapshot and knows for how long each service has been in trouble, or has
 * held. `now` is in ms; `history` is every task of the stack, where it was read.
 */
export type Watch = (snapshot: Snapshot, now: number, history?: readonly Task[]) => Watched[];

export function createWatch({ stackName, expected, stableForMs }: WatchOptions): Watch {
  const memories = new Map<string, Memory>(
    expected.map(({ name }) => [
      name,
      {
        failures: [],
        history: undefined,
        trouble: undefined,
        steady: undefined,
        excused: new Set(),
      },
    ]),
  );
  return (snapshot, now, history) => {
    // Each service is given its own, or the work would grow with the square of their number.
    const services = new Map(snapshot.services.map((service) => [service.Spec.Name, service]));
    const tasks = Map.groupBy(snapshot.tasks, ({ ServiceID }) => ServiceID);
    const told = history && Map.groupBy(history, ({ ServiceID }) => ServiceID);
    const { nodes } = snapshot;
    const assessed = expected.map((one) => {
      const memory = memories.get(one.name) as Memory;
      const service = services.get(`${stackName}_${one.name}`);
      const id = service?.ID ?? '';
      const all = told && (told.get(id) ?? []);
      memory.history = all ?? memory.history;
      const remembered = [...memory.failures, ...ofRolledBack(service, all)];
      const own = { service, nodes, tasks: tasks.get(id) ?? [] };
      const assessment = judge(one, { ...own, remembered, history: memory.history });
      memory.failures = assessment.failures;
      return { memory, assessment };
    });
    const starting = assessed.filter(({ assessment }) => isStarting(assessment)).length;
    return assessed.map(({ memory, assessment }) => {
      const othersStart = starting > (isStarting(assessment) ? 1 : 0);
      return decide(assessment, memory, { othersStart, now, stableForMs });
    });
  };
}

/**
 * After a rollback the tasks of the spec that failed are no longer up to date. They are the ones
 * that can tell why.
 */
function ofRolledBack(
  service: Service | undefined,
  history: readonly Task[] = [],
): readonly Task[] {
  return service?.UpdateStatus?.State.startsWith('rollback') ? history : [];
}

function isStarting({ steady, trouble }: Assessment): boolean {
  return steady === undefined && trouble === undefined;
}

interface Circumstances {
  readonly othersStart: boolean;
  readonly now: number;
  readonly stableForMs: number;
}

function decide(assessment: Assessment, memory: Memory, around: Circumstances): Watched {
  const { verdict, trouble } = assessment;
  if (around.othersStart) for (const { id } of verdict.tasks) memory.excused.add(id);
  if (trouble && isFinal(trouble, memory, around)) {
    return {
      verdict: { ...verdict, state: 'failed', class: trouble.class },
      settling: trouble.settling ?? false,
      trouble,
      holdingMs: undefined,
      leftMs: undefined,
    };
  }
  if (!trouble) memory.trouble = undefined;
  const held = toHold(assessment, memory, around);
  const isOver = held === undefined || held.leftMs <= 0;
  const converged = verdict.state === 'converged' && isOver;
  return {
    verdict: converged ? { ...verdict, class: 'converged' } : { ...verdict, state: 'pending' },
    settling: false,
    trouble,
    holdingMs: isOver ? undefined : held.wantedMs,
    leftMs: verdict.state === 'converged' ? Math.max(0, held?.leftMs ?? 0) : undefined,
  };
}

function isFinal(trouble: Trouble, memory: Memory, { now }: Circumstances): boolean {
  const key = `${trouble.class} ${trouble.afterMs}`;
  if (memory.trouble?.key !== key) memory.trouble = { key, since: now };
  if (trouble.excusable?.every((id) => memory.excused.has(id))) return false;
  return now - memory.trouble.since >= trouble.afterMs;
}

/** The window begins when everything runs, and anew whenever a task was replaced. */
function toHold(
  { steady, holdMs }: Assessment,
  memory: Memory,
  { now, stableForMs }: Circumstances,
): { readonly wantedMs: number; readonly leftMs: number } | undefined {
  if (steady === undefined) {
    memory.steady = undefined;
    return undefined;
  }
  if (memory.steady?.key !== steady) memory.steady = { key: steady, since: now };
  if (holdMs === undefined) return undefined;
  const wantedMs = Math.max(stableForMs, holdMs);
  return { wantedMs, leftMs: memory.steady.since + wantedMs - now };
}
