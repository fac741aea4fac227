import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import type { ExpectedService } from '../converge/verdict.ts';
import { type EngineApi, EngineRefusal } from '../engine/api.ts';
import {
  modeOf,
  type Present,
  type PresentService,
  readPresent,
  type ServiceSpec,
  STACK_LABEL,
} from '../stack/present.ts';
import { removeServices } from '../stack/remove-services.ts';
import { freePorts, portsBetween } from './port-moves.ts';

/** How often a service is read and written again where another client changed it in between. */
const ATTEMPTS = 5;

export interface RolledBack {
  /**
   * Services that were given the spec that they had, or made again with it; with the stack's name.
   */
  readonly restored: readonly string[];
  /** Services that the deployment had made. */
  readonly removed: readonly string[];
}

interface RollBackOptions {
  readonly stack: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Gives every service of a stack the spec that it had before a deployment, makes those again that
 * the deployment removed, and removes those that it made. What the engine itself has rolled back
 * already is left alone. Resolves when the swarm was told, not when tasks run. Rejects as
 * `EngineApi.post` does.
 */
export async function rollBack(
  api: EngineApi,
  before: Present,
  options: RollBackOptions,
): Promise<RolledBack> {
  const { stack, signal } = options;
  const had = ofStack(before, stack);
  const now = await readPresent(api, signal);
  const has = ofStack(now, stack);
  const earlier = (service: PresentService) =>
    had.find(({ Spec }) => Spec.Name === service.Spec.Name);
  // A service of another mode cannot be given its spec back: Swarm changes the mode of none.
  const removed = has.filter((service) => {
    const found = earlier(service);
    return !found || modeOf(found.Spec) !== modeOf(service.Spec);
  });
  await removeServices(api, stack, removed, options);
  const staying = has.filter((service) => !removed.includes(service));
  const restored: string[] = [];
  await freePorts(
    api,
    portsBetween(
      staying,
      had.map(({ Spec }) => Spec),
    ),
    signal,
  );
  const networkNames = new Map(before.networks.map(({ Id, Name }) => [Id, Name]));
  for (const { Spec: earlierSpec } of had) {
    const Spec = onNetworksOf(now, earlierSpec, networkNames);
    const present = staying.find((service) => service.Spec.Name === Spec.Name);
    if (!present) {
      await api.post('/services/create', {}, Spec, { signal });
      restored.push(Spec.Name);
    } else if (!isDeepStrictEqual(present.Spec, Spec)) {
      await restore(api, present.ID, Spec, signal);
      restored.push(Spec.Name);
    }
  }
  return {
    restored,
    removed: removed.filter((service) => !earlier(service)).map(({ Spec }) => Spec.Name),
  };
}

/** A spec names networks by their ids, and one that was made anew meanwhile has another. */
function onNetworksOf(
  { networks }: Present,
  spec: ServiceSpec,
  names: ReadonlyMap<string, string>,
): ServiceSpec {
  const idNow = (id: string) =>
    networks.find(({ Id }) => Id === id)?.Id ??
    networks.find(({ Name, Scope }) => Name === names.get(id) && Scope === 'swarm')?.Id ??
    id;
  const { TaskTemplate } = spec;
  if (!TaskTemplate.Networks) return spec;
  const Networks = TaskTemplate.Networks.map((one) => ({ ...one, Target: idNow(one.Target) }));
  return { ...spec, TaskTemplate: { ...TaskTemplate, Networks } };
}

function ofStack(
  { services }: Pick<Present, 'services'>,
  stack: string,
): readonly PresentService[] {
  return services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
}

const versioned = z.object({
  Version: z.object({ Index: z.number() }),
  PreviousSpec: z.unknown().optional(),
});

/**
 * The engine may be updating the service itself, so its version may be an older one by the time it
 * is written.
 */
async function restore(
  api: EngineApi,
  id: string,
  spec: PresentService['Spec'],
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { Version, PreviousSpec } = await api.get(`/services/${id}`, {}, versioned, { signal });
    // The engine never shows the login of an image; it takes it from one of the specs that it
    // keeps.
    const registryAuthFrom = PreviousSpec ? 'previous-spec' : 'spec';
    const query = { version: String(Version.Index), registryAuthFrom };
    try {
      await api.post(`/services/${id}/update`, query, spec, { signal });
      return;
    } catch (error) {
      const isRace =
        error instanceof EngineRefusal && /update out of sequence/.test(error.details ?? '');
      if (!isRace || attempt === ATTEMPTS) throw error;
    }
  }
}

/** The services that a stack had, as what is to be waited for. */
export function expectedOf(
  before: Pick<Present, 'services'>,
  stack: string,
): readonly ExpectedService[] {
  return ofStack(before, stack).map(({ Spec }) => {
    const condition = Spec.TaskTemplate.RestartPolicy?.Condition;
    return {
      name: Spec.Name.slice(stack.length + 1),
      mode: modeOf(Spec),
      replicas: Spec.Mode.Replicated?.Replicas ?? Spec.Mode.ReplicatedJob?.TotalCompletions ?? 0,
      restart: condition === 'none' || condition === 'on-failure' ? condition : 'any',
      monitorMs: 0,
    };
  });
}
