import type { OwnedCluster } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { type ClusterId, type Labels, type Owner, ownerLabels } from '../ownership.ts';
import type { Droplet } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { clusterOfFirewall, listDroplets, type OwnedDroplet, ownedDroplets } from './owned.ts';
import { clusterOfTag, clusterTag, decodeTags } from './tag-codec.ts';

/** A droplet that is a machine of a cluster. */
export interface FoundMachine {
  /** DigitalOcean's. */
  readonly id: number;
  /** Its host name: `<cluster>-<index>`. */
  readonly name: string;
  readonly index: number;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly state: 'running' | 'stopped';
  /** Public, of IPv4; empty while it has none or is stopped. */
  readonly address: string;
  /** In the private network; undefined while it has none. */
  readonly privateAddress: string | undefined;
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
  const parts: Part[] = [
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
  const groups = Map.groupBy(parts, ({ cluster }) => clusterTag(cluster));
  return [...groups.values()]
    .map(clusterOf)
    .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
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
  };
}

/** An address of IPv4; undefined while it has none. */
export function addressOf({ networks }: Droplet, wanted: 'public' | 'private'): string | undefined {
  return networks.v4.find(({ type }) => type === wanted)?.ip_address;
}

interface Part {
  readonly cluster: ClusterId;
  readonly kind: 'droplet' | 'firewall' | 'tag';
  readonly name: string;
  readonly created: string | undefined;
  /** As its own tags say. */
  readonly owner?: Owner;
}

/** Tags count as parts only if there is nothing else: each other thing has some. */
function clusterOf(all: readonly Part[]): OwnedCluster {
  const tags = all.filter(({ kind }) => kind === 'tag');
  const parts = all.filter(({ kind }) => kind !== 'tag');
  const told = decodeTags(tags.map(({ name }) => name))?.owner;
  const [first] = all;
  const owner = parts.find((one) => one.owner)?.owner ?? told;
  if (!first) throw new Error('a cluster of nothing');
  const expires = [told, ...parts.map((one) => one.owner)]
    .flatMap((one) => one?.expires ?? [])
    .sort()
    .at(-1);
  const { expires: _, ...base } = owner ?? { ...first.cluster, run: '' };
  return {
    owner: { ...base, ...(expires !== undefined && { expires }) },
    created: all
      .flatMap(({ created }) => (created === undefined ? [] : new Date(created).toISOString()))
      .sort()[0],
    parts: (parts.length > 0 ? parts : tags).map(({ kind, name }) => `${kind} ${name}`),
  };
}
