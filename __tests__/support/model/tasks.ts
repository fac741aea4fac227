import type { Swarm, SwarmObject } from './swarm.ts';
import type { World } from './world.ts';

/**
 * The tasks of a service, which begin with it and run as long later as the pace of the world says:
 * each on the next node of the swarm, or with the mode `global` one on each.
 */
export function tasksOf({ clock, pace }: World, swarm: Swarm, service: SwarmObject): object[] {
  const nodes = [...swarm.nodes.values()].filter(({ Status }) => Status.State === 'ready');
  const mode = service.Spec.Mode as { Replicated?: { Replicas: number } };
  const first = [...swarm.objects.service.keys()].indexOf(service.ID);
  const count = mode.Replicated?.Replicas ?? nodes.length;
  const age = clock.date().getTime() - Date.parse(service.UpdatedAt);
  const state = age < (pace?.startMs ?? 0) ? 'preparing' : 'running';
  return Array.from({ length: count }, (_, at) => ({
    ID: `${service.ID.slice(0, 19)}${String(at).padStart(6, '0')}`,
    CreatedAt: service.UpdatedAt,
    ServiceID: service.ID,
    Slot: mode.Replicated ? at + 1 : 0,
    NodeID: nodes[(first + at) % nodes.length]?.ID,
    DesiredState: 'running',
    Status: { Timestamp: service.UpdatedAt, State: state },
    Spec: service.Spec.TaskTemplate,
  }));
}
