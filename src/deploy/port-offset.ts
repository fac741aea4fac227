import type { RenderedStack } from '../compose/render/render.ts';
import type { EngineApi } from '../engine/api.ts';
import { type ChosenPorts, readStackRecords } from '../stack/ownership.ts';
import { publishedPorts, readServices, STACK_LABEL } from '../stack/present.ts';

// Stacks on one swarm cannot publish the same port. Each gets the ports of its compose file plus an
// offset of its own, which stands in its record: there it is found again by the next run, and by
// the runs of other stacks before there is a service that has the ports.

/**
 * Above the ports that production has on the same swarm, and below those that a host takes for
 * connections that it opens itself.
 */
const FIRST = 10_000;
const STEP = 100;
const LAST_PORT = 65_535;

/** What the other stacks of a swarm have, and what was chosen for this one before. */
export interface Occupied {
  /** For example `18080/tcp`. */
  readonly taken: ReadonlySet<string>;
  /** The offset of this stack's last deployment; undefined where there was none with `auto`. */
  readonly own: number | undefined;
}

/** Asks a manager which ports are published by others than this stack, or were chosen for them. */
export async function readOccupied(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<Occupied> {
  // Here one that only looks like a record keeps no port from anybody, and that is all.
  const records = await readStackRecords(api, signal, () => {});
  const published = (await readServices(api, signal))
    .filter(({ Spec }) => Spec.Labels[STACK_LABEL] !== stack)
    .flatMap(publishedPorts)
    .map(({ Protocol, PublishedPort }) => `${PublishedPort}/${Protocol}`);
  const chosen = records
    .filter((record) => record.stack !== stack)
    .flatMap((record) => record.ports?.published ?? []);
  return {
    taken: new Set([...published, ...chosen]),
    own: records.find((record) => record.stack === stack)?.ports?.offset,
  };
}

/**
 * The offset at which nobody else has a port of the stack, which is rendered without one: its own
 * of the last time, else the lowest that is free. Undefined where there is none.
 */
export function chooseOffset(
  { services: rendered }: Pick<RenderedStack, 'services'>,
  { taken, own }: Occupied,
): ChosenPorts | undefined {
  const written = rendered
    .flatMap((service) => service.ports)
    .flatMap(({ published, protocol }) =>
      published === undefined ? [] : [{ published, protocol }],
    );
  const highest = Math.max(0, ...written.map(({ published }) => published));
  const steps = Math.max(0, Math.floor((LAST_PORT - highest - FIRST) / STEP) + 1);
  const offsets = Array.from({ length: steps }, (_, at) => FIRST + at * STEP);
  for (const offset of [...(own === undefined ? [] : [own]), ...offsets]) {
    const shifted = written.map(({ published, protocol }) => `${published + offset}/${protocol}`);
    if (highest + offset <= LAST_PORT && shifted.every((port) => !taken.has(port))) {
      return { offset, published: shifted };
    }
  }
  return undefined;
}
