import type { ComposeModel } from './model.ts';

const CONDITIONS = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
} as const;

/** Another service of the project, and what must have become of it first. */
export interface Dependency {
  readonly on: string;
  readonly condition: 'started' | 'healthy' | 'completed';
}

/** Service -> what it depends on. */
export type Dependencies = ReadonlyMap<string, readonly Dependency[]>;

/** Services that are deployed together. */
export interface Wave {
  readonly services: readonly string[];
  /** Services of earlier waves that must have converged before this one is deployed. */
  readonly awaits: readonly string[];
}

/**
 * `depends_on` of every service, in the order of the file. What is not there is passed over:
 * Compose has seen to it that it need not be.
 */
export function dependenciesOf({ services }: Pick<ComposeModel, 'services'>): Dependencies {
  return new Map(
    Object.entries(services).map(([name, { depends_on: found }]) => {
      const entries = Array.isArray(found)
        ? found.map((on) => [on, undefined] as const)
        : Object.entries(found ?? {});
      const there = entries.filter(([on]) => on !== name && Object.hasOwn(services, on));
      return [
        name,
        there.map(([on, how]) => ({
          on,
          condition: CONDITIONS[how?.condition ?? 'service_started'],
        })),
      ];
    }),
  );
}

/**
 * The waves in which to deploy: each service as early as what it depends on allows. Only a
 * condition begins a new wave; a service that depends on the start of another is not deployed
 * before that one. There is one wave where there is no condition, and always at least one.
 */
export function wavesOf(dependencies: Dependencies): readonly Wave[] {
  const levels = levelsOf(dependencies);
  const names = [...dependencies.keys()];
  const count = Math.max(0, ...levels.values()) + 1;
  const waves = Array.from({ length: count }, (_, level) => {
    const services = names.filter((name) => levels.get(name) === level);
    const needed = reachableFrom(services, dependencies);
    const awaits = names.filter((name) => needed.has(name) && (levels.get(name) ?? 0) < level);
    return { services, awaits };
  });
  return waves.length === 1 ? waves : waves.filter(({ services }) => services.length > 0);
}

/** The services whose end another one waits for. */
export function completedFirst(dependencies: Dependencies): ReadonlySet<string> {
  return new Set(
    [...dependencies.values()]
      .flat()
      .filter(({ condition }) => condition === 'completed')
      .map(({ on }) => on),
  );
}

/** Which wave each service is in, from 0. */
function levelsOf(dependencies: Dependencies): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    if (known !== undefined) return known;
    // Compose refuses circles; one that comes through all the same must not be followed for good.
    levels.set(name, 0);
    const level = Math.max(
      0,
      ...(dependencies.get(name) ?? []).map(
        ({ on, condition }) => levelOf(on) + (condition === 'started' ? 0 : 1),
      ),
    );
    levels.set(name, level);
    return level;
  };
  for (const name of dependencies.keys()) levelOf(name);
  return levels;
}

/** Everything that these depend on, directly or not. */
function reachableFrom(services: readonly string[], dependencies: Dependencies): Set<string> {
  const found = new Set<string>();
  const queue = [...services];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    for (const { on } of dependencies.get(name) ?? []) {
      if (found.has(on)) continue;
      found.add(on);
      queue.push(on);
    }
  }
  return found;
}

/** Of the services that a wave awaits, which ones this one waits for, directly or not. */
export function awaitedBy(name: string, dependencies: Dependencies): ReadonlySet<string> {
  return reachableFrom([name], dependencies);
}
