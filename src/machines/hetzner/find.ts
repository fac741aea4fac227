import type { OwnedCluster } from '../driver.ts';
import { CLUSTER_LABEL, type Labels, type Owner } from '../ownership.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { Server } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { decodeLabels, selectorOf } from './label-codec.ts';
import { indexOf, listOwned, type OwnedObject, ownedServers } from './owned.ts';

/** A server that is a machine of a cluster. */
export interface FoundMachine {
  /** Hetzner's. */
  readonly id: number;
  /** Its host name: `<cluster>-<index>`. */
  readonly name: string;
  readonly index: number;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly state: 'running' | 'stopped';
  /** Public: IPv4 if it has one, otherwise IPv6; empty while it has none or is stopped. */
  readonly address: string;
  /** In the private network; undefined while it is in none. */
  readonly privateAddress: string | undefined;
}

/**
 * Every machine of a cluster of this name, of whatever repository, by index. One list. Throws
 * `ActionError` if Hetzner refuses.
 */
export async function listMachines(work: Work, cluster: string): Promise<FoundMachine[]> {
  const label_selector = selectorOf({ [CLUSTER_LABEL]: cluster });
  const servers = await work.api.servers({ label_selector }).catch((error: unknown) => {
    throw hetznerRefusal(error, `Cluster ${cluster} could not be looked for`);
  });
  return ownedServers(work, servers)
    .map(({ server, owner }) => machineOf(server, owner))
    .sort((a, b) => a.index - b.index);
}

/**
 * Every cluster of whatever owner, by name. Four lists, however many there are. Throws
 * `ActionError` if Hetzner refuses.
 */
export async function listClusters(work: Work): Promise<OwnedCluster[]> {
  const owned = await listOwned(work).catch((error: unknown) => {
    throw hetznerRefusal(error, 'The clusters at Hetzner could not be listed');
  });
  const groups = Map.groupBy(owned, ({ owner }) =>
    JSON.stringify([owner.cluster, owner.repository]),
  );
  return [...groups.values()]
    .map(clusterOf)
    .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}

/** What a server of a cluster is as a machine. */
export function machineOf(server: Server, owner: Owner): FoundMachine {
  const labels = decodeLabels(server.labels);
  const index = indexOf(labels) ?? 0;
  const isStopped = STOPPED.includes(server.status);
  return {
    id: server.id,
    name: `${owner.cluster}-${index}`,
    index,
    owner,
    labels,
    state: isStopped ? 'stopped' : 'running',
    address: isStopped ? '' : publicAddress(server),
    privateAddress: server.private_net[0]?.ip,
  };
}

/** All others lead to `running`. */
const STOPPED: readonly string[] = ['off', 'stopping', 'deleting', 'unknown'];

function publicAddress({ public_net: { ipv4, ipv6 } }: Server): string {
  if (ipv4) return ipv4.ip;
  // Hetzner names the network; the server has its first address.
  return ipv6 ? ipv6.ip.replace(/\/\d+$/, '1') : '';
}

function clusterOf(parts: readonly OwnedObject[]): OwnedCluster {
  const [first] = parts;
  if (!first) throw new Error('a cluster of nothing');
  const expires = newest(parts.filter(({ kind }) => kind !== 'placement group')) ?? newest(parts);
  const { expires: _, ...owner } = first.owner;
  return {
    owner: { ...owner, ...(expires !== undefined && { expires }) },
    created: parts.map(({ created }) => new Date(created).toISOString()).sort()[0],
    parts: parts.map(({ kind, name }) => `${kind} ${name}`),
  };
}

/** The labels of a placement group are never written again, so it counts only if it is alone. */
function newest(parts: readonly OwnedObject[]): string | undefined {
  return parts
    .flatMap(({ owner }) => owner.expires ?? [])
    .sort()
    .at(-1);
}
