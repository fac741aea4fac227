import type { RenderedStack } from '../compose/render/render.ts';

import type { PublishedPort } from '../machines/driver.ts';

/** Every port that a stack publishes on each node, once. */
export function publishedPortsOf(
  stack: Pick<RenderedStack, 'services'> | undefined,
): readonly PublishedPort[] {
  const ports = new Map<string, PublishedPort>();
  for (const { published, protocol } of stack?.services.flatMap((service) => service.ports) ?? []) {
    if (published === undefined) continue;
    ports.set(`${published}/${protocol}`, { port: published, protocol });
  }
  return [...ports.values()];
}
