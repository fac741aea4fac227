import pLimit from 'p-limit';
import { recently } from '../cloud/found/recently.ts';
import { Places } from '../cloud/places/places.ts';
import type { ClusterId } from '../ownership.ts';
import { orderPace } from './api/order-pace.ts';
import { AT_ONCE, ORDER_PACE, type Work } from './api/work.ts';
import { type Ground, POLL_MS } from './create-instance.ts';
import type { Amazonec2Options } from './options.ts';
import { listWithGone } from './owned.ts';
import { type Ec2Place, PLACE_WORDS } from './places.ts';

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 2048. */
export const OVERLAY_POOLS: readonly string[] = [
  ...['10.128.0.0/9', '10.0.0.0/9', '172.24.0.0/13', '172.16.0.0/13'],
];

/** What the instances of a cluster will have in common. */
export function groundOf(
  work: Work,
  cluster: ClusterId,
  about: {
    readonly options: Amazonec2Options;
    readonly securityGroup: string;
    readonly places: readonly Ec2Place[];
  },
): Ground {
  const { options, securityGroup, places } = about;
  const instances = recently((asker: Work) => listWithGone(asker, cluster), {
    ...{ now: () => work.clock.now(), forMs: POLL_MS },
  });
  const reached = options['use-private-address'] ? 'private' : 'public';
  return {
    ...{ options, securityGroup, reached, instances },
    ...{ places: new Places(PLACE_WORDS, places), orders: pLimit(AT_ONCE) },
    turn: orderPace(work.clock, ORDER_PACE),
  };
}
