import { recently } from '../digitalocean/recently.ts';
import type { ClusterId } from '../ownership.ts';
import type { Work } from './api/work.ts';
import { type Ground, POLL_MS } from './create-instance.ts';
import type { Amazonec2Options } from './options.ts';
import { listInstances } from './owned.ts';
import { type Place, Places } from './places.ts';

/** What the instances of a cluster will have in common. */
export function groundOf(
  work: Work,
  cluster: ClusterId,
  about: {
    readonly options: Amazonec2Options;
    readonly securityGroup: string;
    readonly places: readonly Place[];
  },
): Ground {
  const { options, securityGroup, places } = about;
  const instances = recently((asker: Work) => listInstances(asker, cluster), {
    ...{ now: () => work.clock.now(), forMs: POLL_MS },
  });
  const reached = options['use-private-address'] ? 'private' : 'public';
  return { options, securityGroup, reached, instances, places: new Places(places) };
}
