import * as z from 'zod';
import type { Machine } from '../driver.ts';
import { INDEX_LABEL } from '../machine-labels.ts';
import type { Labels } from '../ownership.ts';
import { ownerOfObject } from './names.ts';
import { whereReached } from './options.ts';

const containers = z.array(
  z.object({
    Name: z.string(),
    State: z.object({ Running: z.boolean() }),
    Config: z.object({ Labels: z.record(z.string(), z.string()).nullable() }),
    NetworkSettings: z.object({
      Networks: z.record(z.string(), z.object({ IPAddress: z.string() })).nullable(),
      Ports: z
        .record(
          z.string(),
          z.array(z.object({ HostIp: z.string().default(''), HostPort: z.string() })).nullable(),
        )
        .nullable()
        .optional(),
    }),
  }),
);

/**
 * The machines in the JSON of `docker container inspect`, in the order of their index: containers
 * with the name and the labels of one, and no others. `publicHost` is what others call the runner.
 * Throws where the JSON is of another form.
 */
export function machinesIn(json: string, publicHost?: string): Machine[] {
  const machines: Machine[] = [];
  for (const container of containers.parse(JSON.parse(json || '[]'))) {
    const labels: Labels = container.Config.Labels ?? {};
    const name = container.Name.replace(/^\//, '');
    const owner = ownerOfObject('container', name, labels);
    if (owner === undefined) continue;
    const running = container.State.Running;
    const address = running
      ? (Object.values(container.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '')
      : '';
    machines.push({
      name,
      index: Number(labels[INDEX_LABEL]),
      owner,
      labels,
      state: running ? 'running' : 'stopped',
      address,
      advertise: address,
      dataPath: undefined,
      localPorts: localPorts(container.NetworkSettings.Ports ?? {}),
      localHost: localHost(container.NetworkSettings.Ports ?? {}, publicHost),
    });
  }
  return machines.sort((a, b) => a.index - b.index);
}

type Bindings = Readonly<
  Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
>;

/** Where those are reached; undefined where nothing is published. */
function localHost(bindings: Bindings, publicHost: string | undefined): string | undefined {
  const address = Object.values(bindings).flatMap((bound) => bound?.[0]?.HostIp || [])[0];
  return address === undefined ? undefined : whereReached(address, publicHost);
}

function localPorts(bindings: Bindings): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [key, bound] of Object.entries(bindings)) {
    if (bound?.[0]) ports.set(key, Number(bound[0].HostPort));
  }
  return ports;
}
