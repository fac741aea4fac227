import type { ComposePort, ComposeService } from '../service-model.ts';
import { type Draft, itemPath, refuse } from './draft.ts';
import type { StackPort } from './stack-file.ts';

/** Addresses that mean all of the node's, which is what Swarm does. */
const EVERY_ADDRESS = ['', '0.0.0.0', '::', '[::]'];

/**
 * Published ports. `name` and `app_protocol` are only notes for readers of the file, in Compose as
 * well, so nothing is said of them.
 */
export function renderPorts(ports: readonly ComposePort[], draft: Draft): void {
  const rendered: StackPort[] = [];
  const seen = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const published = publishedPort(port);
    if (!EVERY_ADDRESS.includes(port.host_ip ?? '')) continue;
    const fault = portFault(port, published, seen);
    if (fault !== undefined) {
      const path = itemPath(draft, 'ports', index, ports.length);
      refuse(draft, path, fault);
      continue;
    }
    rendered.push({
      target: port.target,
      ...(published ? { published } : {}),
      protocol: port.protocol ?? 'tcp',
      mode: port.mode ?? 'ingress',
    });
  }
  draft.out.ports = rendered;
  refuseAddresses(ports, draft);
}

/** How many ports of one line and address are named. */
const NAMED = 3;

/** A range has one line and one cause, however many ports it is. */
function refuseAddresses(ports: readonly ComposePort[], draft: Draft): void {
  const bound = ports.flatMap((port, index) =>
    EVERY_ADDRESS.includes(port.host_ip ?? '')
      ? []
      : [{ port, path: itemPath(draft, 'ports', index, ports.length) }],
  );
  const groups = Map.groupBy(bound, ({ port, path }) => JSON.stringify([path, port.host_ip]));
  for (const [first, ...others] of groups.values()) {
    if (!first) continue;
    const shorts = [first, ...others].map(({ port }) => shortForm(port));
    const more = shorts.length > NAMED ? ` and ${shorts.length - NAMED} more` : '';
    const one = shortForm(first.port);
    refuse(
      draft,
      first.path,
      `publishes ${shorts.slice(0, NAMED).join(', ')}${more} on ${first.port.host_ip} only. Swarm cannot: it would open the port on every address of every node. Leave the port out if only other services use it: they reach it over their network. Or write \`${one}\` and close it with a firewall.`,
    );
  }
}

function shortForm({ published, target }: ComposePort): string {
  return `${published ?? ''}:${target}`;
}

/** The service with `offset` added to each port that it publishes by its number. */
export function withOffset(service: ComposeService, offset: number): ComposeService {
  if (offset === 0 || !service.ports) return service;
  const ports = service.ports.map((port) => {
    const published = Number(port.published || Number.NaN);
    return Number.isNaN(published) ? port : { ...port, published: String(published + offset) };
  });
  return { ...service, ports };
}

/** Undefined for a port that Docker chooses; NaN for a range. */
function publishedPort({ published }: ComposePort): number | undefined {
  return published ? Number(published) : undefined;
}

function portFault(
  port: ComposePort,
  published: number | undefined,
  seen: Set<string>,
): string | undefined {
  const short = shortForm(port);
  if (port.mode === 'host') {
    // The engine keeps one binding per target port (`portBindings` in moby,
    // daemon/cluster/executor/container/container.go).
    const target = `host ${port.target}/${port.protocol ?? 'tcp'}`;
    if (seen.has(target)) {
      return `publishes ${short} in host mode, where another port leads to ${port.target} already. A node of a swarm opens only the last of them. Remove one, publish them with \`mode: ingress\`, or have the program listen at a second port.`;
    }
    seen.add(target);
  }
  if (published === undefined) return undefined;
  if (Number.isNaN(published)) {
    return `publishes one port out of ${port.published}. Swarm cannot choose from a range. Write one published port, or none (\`${port.target}\`) for a port that Swarm chooses.`;
  }
  if (published > 65_535) {
    return `publishes ${published}, and ports end at 65535. Lower \`port-offset\`.`;
  }
  const key = `${published}/${port.protocol ?? 'tcp'}`;
  if (seen.has(key)) return `publishes ${key} twice. Remove one of the two.`;
  seen.add(key);
  return undefined;
}
