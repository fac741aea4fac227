import { clustersOf, ownedCluster, type Part, type Parts } from '../cloud/found/clusters-of.ts';
import type { FoundAtCloud } from '../cloud/found/machine-of-cloud.ts';
import type { OwnedCluster } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { type ClusterId, type Owner, ownerLabels } from '../ownership.ts';
import type { Droplet } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { clusterOfFirewall, listDroplets, type OwnedDroplet, ownedDroplets } from './owned.ts';
import { clusterOfTag, decodeTags } from './tag-codec.ts';

/** A droplet that is a machine of a cluster. */
export interface FoundMachine extends FoundAtCloud {
  /** DigitalOcean's. */
  readonly id: number;
}

/**
 * Every machine of a cluster and its repository, by index. Of two droplets of one index, which only
 * a killed run leaves, the eldest counts. One list.
 */
export async function listMachines(work: Work, cluster: ClusterId): Promise<FoundMachine[]> {
  const groups = Map.groupBy(await listDroplets(work, cluster), ({ machine }) => machine.index);
  return [...groups.values()]
    .flatMap(([eldest]) => (eldest ? [machineOf(eldest)] : []))
    .sort((a, b) => a.index - b.index);
}

/** Every cluster of whatever owner, by name. Three lists, however many there are. */
export async function listClusters(work: Work): Promise<OwnedCluster[]> {
  const droplets = ownedDroplets(work, await work.api.droplets());
  const firewalls = await work.api.firewalls();
  const tags = (await work.api.tags()).map(({ name }) => name);
  const parts: DigitaloceanPart[] = [
    ...droplets.map((one) => ({ cluster: one.owner, kind: 'droplet' as const, ...one })),
    ...firewalls.flatMap((firewall) => {
      const cluster = clusterOfFirewall(firewall);
      const { name, created_at: created } = firewall;
      return cluster ? [{ cluster, kind: 'firewall' as const, name, created }] : [];
    }),
    ...tags.flatMap((name) => {
      const cluster = clusterOfTag(name);
      return cluster ? [{ cluster, kind: 'tag' as const, name, created: undefined }] : [];
    }),
  ];
  return clustersOf(parts, clusterOf);
}

/** What a droplet of a cluster is as a machine. */
export function machineOf({ id, owner, machine, droplet }: OwnedDroplet): FoundMachine {
  const isStopped = droplet.status === 'off' || droplet.status === 'archive';
  const { index, hostKey } = machine;
  const labels = { ...ownerLabels(owner), [INDEX_LABEL]: String(index), [HOST_KEY_LABEL]: hostKey };
  return {
    ...{ id, index, owner, labels, name: `${owner.cluster}-${index}` },
    state: isStopped ? 'stopped' : 'running',
    address: isStopped ? '' : (addressOf(droplet, 'public') ?? ''),
    privateAddress: addressOf(droplet, 'private'),
    place: { type: droplet.size_slug, location: droplet.region.slug },
  };
}

/** An address of IPv4; undefined while it has none. */
export function addressOf({ networks }: Droplet, wanted: 'public' | 'private'): string | undefined {
  return networks.v4.find(({ type }) => type === wanted)?.ip_address;
}

interface DigitaloceanPart extends Part {
  /** As its own tags say. */
  readonly owner?: Owner;
}

/** Tags count as parts only if there is nothing else: each other thing has some. */
function clusterOf(all: Parts<DigitaloceanPart>): OwnedCluster {
  const tags = all.filter(({ kind }) => kind === 'tag');
  const parts = all.filter(({ kind }) => kind !== 'tag');
  const told = decodeTags(tags.map(({ name }) => name))?.owner;
  const owner = parts.find((one) => one.owner)?.owner ?? told ?? { ...all[0].cluster, run: '' };
  return ownedCluster(owner, parts.length > 0 ? parts : tags, [
    told?.expires,
    ...parts.map((one) => one.owner?.expires),
  ]);
}
