import * as z from 'zod';
import type { EngineApi } from '../engine/api.ts';
import type { Member } from '../swarm/form.ts';
import type { Place, PublishedEndpoint } from './verify.ts';

const port = z.object({
  Protocol: z.string(),
  TargetPort: z.number(),
  /** Absent where the engine has not chosen one. */
  PublishedPort: z.number().optional(),
  PublishMode: z.enum(['ingress', 'host']).default('ingress'),
});

const services = z.array(
  z.object({
    ID: z.string(),
    Spec: z.object({ Name: z.string() }),
    Endpoint: z.object({ Ports: z.array(port).nullish() }).nullish(),
  }),
);

const tasks = z.array(
  z.object({
    ServiceID: z.string(),
    NodeID: z.string().optional(),
    Status: z.object({
      State: z.string(),
      PortStatus: z.object({ Ports: z.array(port).nullish() }).nullish(),
    }),
  }),
);

type Port = z.infer<typeof port>;
type Task = z.infer<typeof tasks>[number];

/**
 * The ports that a stack publishes, as the swarm says itself (so with the numbers it chose), and
 * through which nodes each should answer. An ingress port answers only where the kernel does IPVS;
 * where it does not, the endpoint has no place and a note.
 */
export async function publishedEndpoints(
  api: EngineApi,
  stack: string,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<readonly PublishedEndpoint[]> {
  const filters = JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] });
  const found = await api.get('/services', { filters }, services, { signal });
  const published = found.filter((service) => (service.Endpoint?.Ports ?? []).length > 0);
  if (published.length === 0) return [];
  const running = (
    await api.get(
      '/tasks',
      {
        filters: JSON.stringify({
          label: [`com.docker.stack.namespace=${stack}`],
          'desired-state': ['running'],
        }),
      },
      tasks,
      { signal },
    )
  ).filter((task) => task.Status.State === 'running');

  return published
    .flatMap((service) =>
      (service.Endpoint?.Ports ?? []).map((port) => {
        const own = running.filter((task) => task.ServiceID === service.ID);
        return endpointOf(service.Spec.Name.slice(stack.length + 1), port, own, members);
      }),
    )
    .sort((a, b) => a.published - b.published);
}

function endpointOf(
  service: string,
  port: Port,
  tasks: readonly Task[],
  members: readonly Member[],
): PublishedEndpoint {
  const places =
    port.PublishMode === 'ingress'
      ? ingressPlaces(port, members)
      : hostPlaces(port, tasks, members);
  return {
    service,
    published: port.PublishedPort ?? places[0]?.port ?? 0,
    target: port.TargetPort,
    protocol: port.Protocol,
    mode: port.PublishMode,
    places,
    runsOn: tasks.map((task) => nameOf(task, members)),
    ...noteFor(port, places),
  };
}

function nameOf({ NodeID }: Task, members: readonly Member[]): string {
  return members.find(({ node }) => node.ID === NodeID)?.machine.name ?? `node ${NodeID}`;
}

function ingressPlaces(port: Port, members: readonly Member[]): Place[] {
  return members
    .filter((member) => member.ipvs)
    .map((member) => placeOn(member, port.PublishedPort ?? 0, port));
}

function hostPlaces(port: Port, tasks: readonly Task[], members: readonly Member[]): Place[] {
  return members.flatMap((member) =>
    tasks
      .filter((task) => task.NodeID === member.node.ID)
      .map((task) => placeOn(member, port.PublishedPort ?? chosenPort(task, port), port)),
  );
}

/** A host port without a number is chosen by the engine of each task's node. */
function chosenPort(task: Task, port: Port): number {
  const chosen = task.Status.PortStatus?.Ports?.find(
    (one) => one.TargetPort === port.TargetPort && one.Protocol === port.Protocol,
  );
  return chosen?.PublishedPort ?? 0;
}

function placeOn({ machine }: Member, number: number, port: Port): Place {
  const localPort = machine.localPorts.get(`${number}/${port.Protocol}`);
  return {
    node: machine.name,
    host: machine.address,
    port: number,
    localPort,
    localHost: localPort === undefined ? undefined : machine.localHost,
  };
}

function noteFor(port: Port, places: readonly Place[]): { note?: string } {
  if (port.PublishMode === 'ingress' && places.length === 0) {
    return { note: 'the kernel of the nodes has no IPVS, so the routing mesh cannot answer' };
  }
  if (port.Protocol !== 'tcp') return { note: `${port.Protocol} cannot be asked` };
  return {};
}
