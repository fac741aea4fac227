import * as z from 'zod';
import { objectName } from '../cloud/object-name.ts';
import type { PublishedPort } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { EXPIRES_LABEL, type Labels, type Owner, ownerLabels } from '../ownership.ts';

const labels = z.record(z.string(), z.string());

const askedMachine = z.object({
  /** Unique at the vendor. */
  name: z.string(),
  index: z.int().min(1),
  /** Public, as a line of known_hosts without the names. */
  host_key: z.string(),
  labels,
});

/** The variable `swarm_up` of a module, as its resource `terraform_data.swarm_up` keeps it. */
export const askedSchema = z.object({
  name: z.string(),
  cluster: z.string(),
  repository: z.string(),
  /** RFC 3339. */
  expires: z.string().nullable(),
  created: z.string(),
  labels,
  ports: z.array(z.object({ port: z.int(), protocol: z.enum(['tcp', 'udp', 'sctp']) })),
  /** By host name, which is `<cluster>-<index>`. */
  machines: z.record(z.string(), askedMachine),
});

export type Asked = z.infer<typeof askedSchema>;
export type AskedMachine = z.infer<typeof askedMachine>;

/** A cluster without machines. `created` is RFC 3339. */
export function newlyAsked(owner: Owner, created: string): Asked {
  const { cluster, repository, expires = null } = owner;
  return {
    ...{ name: objectName(owner), cluster, repository, expires, created },
    ...{ labels: ownerLabels(owner), ports: [], machines: {} },
  };
}

/** The same cluster with exactly these ports open. */
export function withPorts(asked: Asked, ports: readonly PublishedPort[]): Asked {
  return { ...asked, ports: ports.map(({ port, protocol }) => ({ port, protocol })) };
}

/** The same cluster with this end, on everything. */
export function withExpiry(asked: Asked, expires: string): Asked {
  const end: Labels = { [EXPIRES_LABEL]: expires };
  const machines = Object.entries(asked.machines).map(([host, machine]) => [
    host,
    { ...machine, labels: { ...machine.labels, ...end } },
  ]);
  return {
    ...{ ...asked, expires, labels: { ...asked.labels, ...end } },
    machines: Object.fromEntries(machines),
  };
}

/** The same cluster with one machine more. */
export function withMachine(asked: Asked, owner: Owner, index: number, hostKey: string): Asked {
  const host = hostName(owner, index);
  const expires = asked.expires === null ? {} : { expires: asked.expires };
  const machine: AskedMachine = {
    ...{ name: objectName(owner, index), index, host_key: hostKey },
    labels: {
      ...ownerLabels({ ...owner, ...expires }),
      ...{ [INDEX_LABEL]: String(index), [HOST_KEY_LABEL]: hostKey },
    },
  };
  return { ...asked, machines: { ...asked.machines, [host]: machine } };
}

/** The same cluster without these machines. */
export function withoutMachines(asked: Asked, hosts: ReadonlySet<string>): Asked {
  const rest = Object.entries(asked.machines).filter(([host]) => !hosts.has(host));
  return { ...asked, machines: Object.fromEntries(rest) };
}

export function hostName({ cluster }: Pick<Owner, 'cluster'>, index: number): string {
  return `${cluster}-${index}`;
}
