import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { ExpectedService } from '../../src/converge/verdict.ts';
import type { Snapshot } from '../../src/stack/snapshot.ts';
import { nodes, services, type Task, tasks } from '../../src/swarm/objects.ts';

const schema = z.object({ services, tasks, nodes, history: tasks.default([]) });

/** What a real swarm answered, read as the reader reads it; see the folder's README. */
export function captured(name: string): Snapshot & { readonly history: readonly Task[] } {
  const file = new URL(`../fixtures/swarm/${name}.json`, import.meta.url);
  return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The name of the stack in a captured answer, whose one service is called `app`. */
export function stackOf({ services: [service] }: Snapshot): string {
  return service?.Spec.Name.replace(/_app$/, '') ?? 'none';
}

export function expecting(changes: Partial<ExpectedService> = {}): ExpectedService {
  return {
    name: 'app',
    mode: 'replicated',
    replicas: 1,
    restart: 'any',
    monitorMs: 5_000,
    ...changes,
  };
}
