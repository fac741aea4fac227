import { objectName } from '../cloud/object-name.ts';
import type { ClusterId, Owner } from '../ownership.ts';
import type { Droplet, Firewall, Tag } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { clusterOfTag, clusterTag, decodeTags, type Tagged } from './tag-codec.ts';

/** A droplet that the driver has made. */
export interface OwnedDroplet {
  readonly id: number;
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
  readonly owner: Owner;
  readonly machine: Tagged;
  readonly droplet: Droplet;
}

/**
 * Those of the droplets that the driver has made, the eldest first. What carries its tags and has
 * another name is none of them: `ignored` is told.
 */
export function ownedDroplets(work: Work, droplets: readonly Droplet[]): OwnedDroplet[] {
  return droplets.flatMap((droplet) => owned(work, droplet)).sort((a, b) => a.id - b.id);
}

function owned({ ignored }: Work, droplet: Droplet): OwnedDroplet[] {
  const { id, name, tags, created_at: created } = droplet;
  if (!tags.some(clusterOfTag)) return [];
  const { owner, machine } = decodeTags(tags) ?? {};
  const isOurs = owner && machine && tags.includes(clusterTag(owner));
  if (isOurs && name === objectName(owner, machine.index))
    return [{ id, name, created, owner, machine, droplet }];
  ignored(
    `The droplet ${name} (${id}) at DigitalOcean has tags of Swarm Up, but another name or other tags than Swarm Up gives: it is ignored, and stays.`,
  );
  return [];
}

/** The droplets of a cluster and its repository, the eldest first. One list. */
export async function listDroplets(work: Work, cluster: ClusterId): Promise<OwnedDroplet[]> {
  return ownedDroplets(work, await work.api.droplets(clusterTag(cluster)));
}

/** Whether a firewall was made for this cluster: its name says so, and no tag says otherwise. */
export function isFirewallOf({ name, tags }: Firewall, cluster: ClusterId): boolean {
  const own = clusterTag(cluster);
  return name === objectName(cluster) && tags.every((tag) => tag === own);
}

/** Whether a tag is one of this cluster. */
export function isTagOf({ name }: Tag, cluster: ClusterId): boolean {
  const id = clusterOfTag(name);
  return id !== undefined && clusterTag(id) === clusterTag(cluster);
}

/** The cluster of a firewall that the driver has made; undefined of another. */
export function clusterOfFirewall(firewall: Firewall): ClusterId | undefined {
  const [tag = ''] = firewall.tags;
  const cluster = clusterOfTag(tag);
  return cluster && isFirewallOf(firewall, cluster) ? cluster : undefined;
}

/** `droplet su-42-shop-1 (7, https://cloud.digitalocean.com/droplets/7)`. */
export function dropletText({ id, name }: Pick<Droplet, 'id' | 'name'>): string {
  return `droplet ${name} (${id}, ${CONSOLE}/droplets/${id})`;
}

/** `firewall su-42-shop (bb4b…, https://cloud.digitalocean.com/networking/firewalls/bb4b…)`. */
export function firewallText({ id, name }: Pick<Firewall, 'id' | 'name'>): string {
  return `firewall ${name} (${id}, ${CONSOLE}/networking/firewalls/${id})`;
}
