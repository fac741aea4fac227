import type { Node, Service, Task } from '../../swarm/objects.ts';
import { isRunning, type Mode } from './slots.ts';
import type { Trouble } from './trouble.ts';

/**
 * How long a task may be without a node, in ms: a node may just be joining, another task just be
 * ending.
 */
const GRACE_MS = 15_000;
const NS_PER_MS = 1e6;
const DEFAULT_STOP_GRACE_NS = 10e9;
/** From the end of a stopped task to the start of what waited for its place, in ms. */
const HANDOVER_MS = 5_000;

const NO_NODE = /^no suitable node/;
/** What a task that stops gives back. */
const CAPACITY = /insufficient resources|port already in use|max replicas/;

/**
 * Tasks for which there is no node, or a global service that got none. The engine goes on trying
 * for ever, so only time tells. As long as a node is still coming (its state is not known yet, or
 * its agent connects anew) nothing is held against the service.
 */
export function placementTrouble(
  service: Service,
  mode: Mode,
  current: readonly Task[],
  nodes: readonly Node[],
): Trouble | undefined {
  const waiting = current.filter((task) => !isRunning(task) && NO_NODE.test(task.Status.Err));
  const nowhere = (mode.kind === 'global' || mode.kind === 'global-job') && current.length === 0;
  if (waiting.length === 0 && !nowhere) return undefined;
  const coming = nodes.some(
    ({ Spec, Status }) =>
      Spec.Availability === 'active' &&
      (Status.State === 'unknown' || Status.State === 'disconnected'),
  );
  if (coming) return { class: 'unschedulable', afterMs: Number.POSITIVE_INFINITY };
  const stopping = waiting.some((task) => CAPACITY.test(task.Status.Err));
  const afterMs = stopping ? Math.max(GRACE_MS, stopGraceMs(service) + HANDOVER_MS) : GRACE_MS;
  return { class: 'unschedulable', afterMs };
}

/**
 * Of nodes that take no tasks, a line each: whoever has drained the only one sees nothing else of
 * it.
 */
export function idleNodes(nodes: readonly Node[]): string[] {
  return nodes.flatMap(({ Description, Spec, Status }) => {
    const { Hostname } = Description;
    if (Spec.Availability !== 'active') return [`${Hostname} takes no tasks: ${Spec.Availability}`];
    return Status.State === 'ready' ? [] : [`${Hostname} takes no tasks: ${Status.State}`];
  });
}

/** How long a task of this service may take to stop, of the old spec or the new one. */
function stopGraceMs({ Spec, PreviousSpec }: Service): number {
  const graces = [Spec, PreviousSpec].map(
    (spec) => spec?.TaskTemplate.ContainerSpec?.StopGracePeriod ?? DEFAULT_STOP_GRACE_NS,
  );
  return Math.max(...graces) / NS_PER_MS;
}
