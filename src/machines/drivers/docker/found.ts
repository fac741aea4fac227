import * as z from 'zod';
import type { Machine } from '../../driver.ts';
import { type Labels, ownerOf } from '../../labels.ts';

export const INDEX_LABEL = 'swarm-up.index';
export const HOST_KEY_LABEL = 'swarm-up.host-key';

const containers = z.array(
  z.object({
    Name: z.string(),
    State: z.object({ Running: z.boolean() }),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullable() }),
    NetworkSettings: z.object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string() })).nullable(),
      Ports: z
        .record(z.string(), z.array(z.object({ HostPort: z.string() })).nullable())
        .nullable()
        .optional(),
    }),
  }),
);

/** The machines in the JSON of `docker container inspect`, in the order of their index. Throws where the JSON is of another form. */
export function machinesIn(json: string): Machine[] {
  const machines: Machine[] = [];
  for (const container of containers.parse(JSON.parse(json || '[]'))) {
    const labels: Labels = container.Config.Labels ?? {};
    const owner = ownerOf(labels);
    if (owner === undefined) continue;
    const running = container.State.Running;
    const address = running
      ? (Object.values(container.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '')
      : '';
    machines.push({
      name: container.Name.replace(/^\//, ''),
      index: Number(labels[INDEX_LABEL] ?? 0),
      owner,
      labels,
      state: running ? 'running' : 'stopped',
      address,
      advertise: address,
      dataPath: undefined,
      localPorts: localPorts(container.NetworkSettings.Ports ?? {}),
    });
  }
  return machines.sort((a, b) => a.index - b.index);
}

function localPorts(
  bindings: Readonly<Record<string, readonly { HostPort: string }[] | null>>,
): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [key, bound] of Object.entries(bindings)) {
    if (bound?.[0]) ports.set(key, Number(bound[0].HostPort));
  }
  return ports;
}
