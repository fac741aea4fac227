import pLimit from 'p-limit';
import { recently } from '../cloud/found/recently.ts';
import { Places } from '../cloud/places/places.ts';
import type { Place } from '../driver.ts';
import type { ClusterId } from '../ownership.ts';
import { AT_ONCE, type Work } from './api/work.ts';
import { type Ground, POLL_MS } from './create-droplet.ts';
import { type DigitaloceanOptions, PLACE_WORDS } from './options.ts';
import { listDroplets } from './owned.ts';

/**
 * In their order of preference; each holds 2048 networks of Swarm's size. DigitalOcean gives every
 * machine an address of 10.10.0.0 to 10.63.255.255 of its own, and takes most default networks of
 * regions from 10.100.0.0 on.
 */
export const OVERLAY_POOLS: readonly string[] = [
  '10.0.0.0/13',
  '10.192.0.0/13',
  '10.224.0.0/13',
  '10.240.0.0/13',
];

/** What the droplets of a cluster will have in common: they stay in the region of those it has. */
export async function groundOf(
  work: Work,
  cluster: ClusterId,
  options: Pick<DigitaloceanOptions, 'image' | 'ipv6' | 'monitoring' | 'vpc-uuid'>,
  all: readonly Place[],
): Promise<Ground> {
  const { image, ipv6, monitoring, 'vpc-uuid': vpc } = options;
  const places = new Places(PLACE_WORDS, all);
  const [existing] = await listDroplets(work, cluster);
  if (existing) {
    const { region, vpc_uuid } = existing.droplet;
    places.settle({ location: region.slug, network: vpc_uuid });
  }
  const droplets = recently((asker: Work) => listDroplets(asker, cluster), {
    ...{ now: () => work.clock.now(), forMs: POLL_MS },
  });
  return {
    places,
    image,
    ipv6,
    monitoring,
    vpc,
    droplets,
    first: pLimit(1),
    orders: pLimit(AT_ONCE),
  };
}
