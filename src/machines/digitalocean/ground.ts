import pLimit from 'p-limit';
import type { ClusterId } from '../ownership.ts';
import type { Work } from './api/work.ts';
import { type Ground, POLL_MS } from './create-droplet.ts';
import type { DigitaloceanOptions } from './options.ts';
import { listDroplets } from './owned.ts';
import { type Place, Places } from './places.ts';
import { recently } from './recently.ts';

/** What the droplets of a cluster will have in common: they stay in the region of those it has. */
export async function groundOf(
  work: Work,
  cluster: ClusterId,
  options: Pick<DigitaloceanOptions, 'image' | 'ipv6' | 'monitoring' | 'vpc-uuid'>,
  all: readonly Place[],
): Promise<Ground> {
  const { image, ipv6, monitoring, 'vpc-uuid': vpc } = options;
  const places = new Places(all);
  const [existing] = await listDroplets(work, cluster);
  if (existing) {
    const { region, vpc_uuid } = existing.droplet;
    places.settle({ region: region.slug, vpc: vpc_uuid });
  }
  const droplets = recently((asker: Work) => listDroplets(asker, cluster), {
    ...{ now: () => work.clock.now(), forMs: POLL_MS },
  });
  return { places, image, ipv6, monitoring, vpc, droplets, first: pLimit(1) };
}
