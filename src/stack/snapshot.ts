import type * as z from 'zod';
import type { EngineApi } from '../engine/api.ts';
import { type Node, nodes, type Service, services, type Task, tasks } from '../swarm/objects.ts';

/** What a swarm says of one stack at one time. */
export interface Snapshot {
  readonly services: readonly Service[];
  /**
   * Only those that are of their service's present spec. A task of an earlier spec says nothing
   * about this deployment.
   */
  readonly tasks: readonly Task[];
  /** Every node of the swarm. */
  readonly nodes: readonly Node[];
}

export interface StackReader {
  read(signal: AbortSignal): Promise<Snapshot>;
  /**
   * Every task that the swarm still remembers, earlier specs included: after a rollback only they
   * tell what was wrong.
   */
  history(signal: AbortSignal): Promise<readonly Task[]>;
}

/**
 * Reads the stack by the label that `docker stack deploy` writes. `_up-to-date` is the filter that
 * the docker client itself uses to watch an update (moby daemon/cluster/filters.go). The API's
 * reference does not name it; with a label filter beside it, it is honoured (seen with 26.1.5).
 */
export function stackReader(api: Pick<EngineApi, 'get'>, stackName: string): StackReader {
  const label = [`com.docker.stack.namespace=${stackName}`];
  const list = <T>(path: string, filters: object, schema: z.ZodType<T>, signal: AbortSignal) =>
    api.get(path, { filters: JSON.stringify(filters) }, schema, { signal });
  return {
    read: async (signal) => {
      const [foundServices, foundTasks, foundNodes] = await Promise.all([
        list('/services', { label }, services, signal),
        list('/tasks', { label, '_up-to-date': ['true'] }, tasks, signal),
        list('/nodes', {}, nodes, signal),
      ]);
      return { services: foundServices, tasks: foundTasks, nodes: foundNodes };
    },
    history: (signal) => list('/tasks', { label }, tasks, signal),
  };
}
