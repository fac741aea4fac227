import { clustersOf, ownedCluster, type Parts } from '../cloud/found/clusters-of.ts';
import type { FoundAtCloud } from '../cloud/found/machine-of-cloud.ts';
import type { OwnedCluster } from '../driver.ts';
import { CLUSTER_LABEL, type Owner } from '../ownership.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { Server } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { decodeLabels, selectorOf } from './label-codec.ts';
import { indexOf, listOwned, type OwnedObject, ownedServers } from './owned.ts';

/** A server that is a machine of a cluster. */
export interface FoundMachine extends FoundAtCloud {
  /** Hetzner's. */
  readonly id: number;
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
  return clustersOf(
    owned.map((one) => ({ ...one, cluster: one.owner })),
    clusterOf,
  );
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
    place: { type: server.server_type.name, location: server.location.name },
  };
}

/** All others lead to `running`. */
const STOPPED: readonly string[] = ['off', 'stopping', 'deleting', 'unknown'];

function publicAddress({ public_net: { ipv4, ipv6 } }: Server): string {
  if (ipv4) return ipv4.ip;
  // Hetzner names the network; the server has its first address.
  return ipv6 ? ipv6.ip.replace(/\/\d+$/, '1') : '';
}

/** The labels of a placement group are never written again, so it counts only if it is alone. */
function clusterOf(parts: Parts<OwnedObject & { readonly cluster: Owner }>): OwnedCluster {
  const written = parts.filter(({ kind }) => kind !== 'placement group');
  const telling = written.some(({ owner }) => owner.expires) ? written : parts;
  return ownedCluster(
    parts[0].owner,
    parts,
    telling.map(({ owner }) => owner.expires),
  );
}
