import { isDeepStrictEqual } from 'node:util';
import type { EngineApi } from '../engine/api.ts';
import { type Present, type PresentService, readPresent } from '../stack/present.ts';
import { stackReader } from '../stack/snapshot.ts';
import type { Node, Service, Task } from '../swarm/objects.ts';
import { eligibleNodes } from './judge/eligible.ts';
import { isJob, isRunning, modeOf } from './judge/slots.ts';
import { viewOf } from './judge/verdict-text.ts';
import type { TaskView } from './verdict.ts';

/** What runs of a service that a deployment which failed has not replaced. */
export interface Serving {
  /** As in the compose file, without the stack's name. */
  readonly service: string;
  readonly running: number;
  readonly desired: number;
  /**
   * Whether its spec is the one from before: it was not deployed, or has gone back. Then nothing of
   * it is new.
   */
  readonly isAsBefore: boolean;
  /** The deployment was not to change it, so what runs is also what the file wants. */
  readonly isUnchanged: boolean;
  readonly tasks: readonly TaskView[];
}

interface ServingQuestion {
  readonly stack: string;
  /**
   * What was on the swarm before the deployment; undefined if that ended before it had looked, so
   * that nothing of it was deployed.
   */
  readonly before: Present | undefined;
  /** Services that the deployment was not to change. */
  readonly unchanged: readonly string[];
}

/**
 * What still serves of the version from before a deployment that failed: for each service of the
 * stack its earlier tasks that run. Jobs, and services of which none does, are left out. Changes
 * nothing. Rejects as `EngineApi.get` does.
 */
export async function readServing(
  api: Pick<EngineApi, 'get'>,
  { stack, before, unchanged }: ServingQuestion,
  signal: AbortSignal,
): Promise<readonly Serving[]> {
  const reader = stackReader(api, stack);
  const [{ services, tasks, nodes }, history, present] = await Promise.all([
    reader.read(signal),
    reader.history(signal),
    readPresent(api, signal),
  ]);
  const upToDate = new Set(tasks.map(({ ID }) => ID));
  return services.flatMap((service): Serving[] => {
    const name = service.Spec.Name.slice(stack.length + 1);
    const mode = modeOf(service);
    if (isJob(mode)) return [];
    const running = history.filter((task) => task.ServiceID === service.ID && runs(task, nodes));
    const stale = running.filter(({ ID }) => !upToDate.has(ID));
    const isKept = before === undefined || hasSameSpec(service.Spec.Name, before, present);
    // An earlier deployment of the same version may have failed half-way: then what is older still
    // runs beside it.
    const isUnchanged = isKept && unchanged.includes(name) && stale.length === 0;
    const isAsBefore = isKept && (isUnchanged || !unchanged.includes(name));
    const earlier = (isAsBefore ? running : stale).sort((a, b) => a.Slot - b.Slot);
    if (earlier.length === 0) return [];
    const had = before && serviceIn(before, service.Spec.Name);
    const wanted = desiredOf(service, had, nodes) ?? 0;
    return [
      {
        ...{ service: name, isAsBefore, isUnchanged, running: earlier.length },
        desired: Math.max(earlier.length, wanted),
        tasks: earlier.map((task) => ({
          ...viewOf(task, service, mode, nodes),
          before: isUnchanged ? undefined : true,
        })),
      },
    ];
  });
}

function runs(task: Task, nodes: readonly Node[]): boolean {
  const node = nodes.find(({ ID }) => ID === task.NodeID);
  return isRunning(task) && task.DesiredState !== 'remove' && node?.Status.State !== 'down';
}

function serviceIn({ services }: Present, name: string): PresentService | undefined {
  return services.find(({ Spec }) => Spec.Name === name);
}

function hasSameSpec(name: string, before: Present, now: Present): boolean {
  return isDeepStrictEqual(namedSpec(name, before), namedSpec(name, now));
}

/**
 * The spec with names in the place of the ids of networks: one that was made anew has another id.
 */
function namedSpec(name: string, present: Present): unknown {
  const spec = serviceIn(present, name)?.Spec;
  if (!spec) return undefined;
  const { TaskTemplate } = spec;
  const Networks = TaskTemplate.Networks?.map((one) => ({
    ...one,
    Target: present.networks.find(({ Id }) => Id === one.Target)?.Name ?? one.Target,
  }));
  return { ...spec, TaskTemplate: { ...TaskTemplate, ...(Networks && { Networks }) } };
}

/** Undefined where the earlier service was of another mode. */
function desiredOf(
  service: Service,
  had: PresentService | undefined,
  nodes: readonly Node[],
): number | undefined {
  if (modeOf(service).kind === 'global') return eligibleNodes(service, nodes).length;
  return had ? had.Spec.Mode.Replicated?.Replicas : service.Spec.Mode.Replicated?.Replicas;
}
