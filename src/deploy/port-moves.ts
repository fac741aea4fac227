import type { EngineApi } from '../engine/api.ts';
import {
  type Present,
  type PresentService,
  type ServiceSpec,
  STACK_LABEL,
  servicesNotIn,
} from '../stack/present.ts';
import type { WantedStack } from './wanted.ts';

// A published port belongs to one service. `docker stack deploy` updates one service after the
// other, so a port that moves between two of them is refused as long as the one that has it has not
// been updated. So it is taken from that one first.

interface Port {
  readonly published: number;
  readonly protocol: string;
  readonly mode: string;
}

/** A published port that one service of a stack gives to another. */
export interface PortMove {
  readonly port: Port;
  readonly from: PresentService;
  /** Name of the service in the file. */
  readonly to: string;
}

/**
 * The ports that move between services of the stack. Of those that are in the file both ways, only
 * what the holder gives up; of those that left it, all that another service takes, where they are
 * removed (`prune`).
 */
export function portMoves(
  wanted: WantedStack,
  present: Pick<Present, 'services'>,
  { stack, prune }: { readonly stack: string; readonly prune: boolean },
): readonly PortMove[] {
  const own = present.services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
  const gone = servicesNotIn(present, stack, Object.keys(wanted.services));
  return Object.entries(wanted.services).flatMap(([to, { ports }]) =>
    (ports ?? []).flatMap(({ published, protocol, mode }): PortMove[] => {
      if (published === undefined) return [];
      const port = { published, protocol, mode };
      return own
        .filter((from) => from.Spec.Name !== `${stack}_${to}` && holds(from.Spec, port))
        .filter((from) => prune || !gone.includes(from))
        .map((from) => ({ port, from, to }));
    }),
  );
}

/**
 * As swarmkit does (controlapi/service.go, checkPortConflicts): two services may share a port only
 * if both have `mode: host`.
 */
function holds({ EndpointSpec }: ServiceSpec, port: Port): boolean {
  return (EndpointSpec?.Ports ?? []).some(
    ({ PublishedPort, Protocol, PublishMode }) =>
      PublishedPort === port.published &&
      Protocol === port.protocol &&
      (PublishMode === 'ingress' || port.mode === 'ingress'),
  );
}

/**
 * Whom the swarm would not let have a port that another service has now: what is restored one by
 * one is refused in the same way.
 */
export function portsBetween(
  services: readonly PresentService[],
  specs: readonly ServiceSpec[],
): readonly PortMove[] {
  return specs.flatMap(({ Name, EndpointSpec }) =>
    (EndpointSpec?.Ports ?? []).flatMap(({ PublishedPort, Protocol, PublishMode }): PortMove[] => {
      if (!PublishedPort) return [];
      const port = { published: PublishedPort, protocol: Protocol, mode: PublishMode };
      return services
        .filter((from) => from.Spec.Name !== Name && holds(from.Spec, port))
        .map((from) => ({ port, from, to: Name }));
    }),
  );
}

/**
 * Takes ports from the services that have them. Their tasks go on, and are not reached by these
 * ports until the others have them. Rejects as `EngineApi.post` does.
 */
export async function freePorts(
  api: EngineApi,
  moves: readonly PortMove[],
  signal: AbortSignal,
): Promise<void> {
  const byHolder = Map.groupBy(moves, ({ from }) => from);
  for (const [{ ID, Version, Spec }, taken] of byHolder) {
    const Ports = (Spec.EndpointSpec?.Ports ?? []).filter(
      ({ PublishedPort, Protocol }) =>
        !taken.some(({ port }) => port.published === PublishedPort && port.protocol === Protocol),
    );
    const query = { version: String(Version.Index), registryAuthFrom: 'spec' };
    const spec = { ...Spec, EndpointSpec: { ...Spec.EndpointSpec, Ports } };
    await api.post(`/services/${ID}/update`, query, spec, { signal });
  }
}

/** A move as a line of a plan, for example `port 8080/tcp: from web to proxy`. */
export function describeMove(stack: string, { port, from, to }: PortMove): string {
  const holder = from.Spec.Name.slice(stack.length + 1);
  return `port ${port.published}/${port.protocol}: from service ${holder} to service ${to}`;
}
