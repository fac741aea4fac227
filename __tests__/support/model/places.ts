import type { Surroundings } from '../in-process.ts';
import { modelClock } from './clock.ts';
import { type Engine, newEngine } from './engine.ts';
import { connectTo, executorOf } from './machine.ts';
import { createWorld, type World } from './world.ts';

/** A model of a runner and of hosts, each as `startHosts` starts them. */
export interface Place {
  readonly world: World;
  readonly runner: Engine;
  readonly hosts: readonly Engine[];
  readonly instead: Surroundings;
}

/** `longMs` and `stepMs` as for `modelClock`. */
export function createPlace(hosts = 0, longMs?: number, stepMs?: number): Place {
  const world = createWorld(modelClock(longMs, stepMs));
  const runner = newEngine(world, 'runner', '10.77.0.1');
  return {
    ...{ world, runner },
    hosts: Array.from({ length: hosts }, (_, at) =>
      newEngine(world, `host-${at + 1}`, `10.77.0.${at + 2}`),
    ),
    instead: {
      runner: executorOf(runner, 'the runner'),
      clock: world.clock,
      connect: (target) => connectTo(world, runner, target),
    },
  };
}
