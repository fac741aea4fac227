import { CloudError } from '../cloud/cloud-error.ts';
import { createOrAdopt } from '../cloud/create-or-adopt.ts';
import type { PortRange } from '../cloud/network/port-ranges.ts';
import { objectName } from '../cloud/object-name.ts';
import type { Owner } from '../ownership.ts';
import type { NewFirewall } from './api/digitalocean-api.ts';
import { digitaloceanRefusal } from './api/digitalocean-refusal.ts';
import type { Firewall } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { isFirewallOf } from './owned.ts';
import { clusterTag } from './tag-codec.ts';

/** What the nodes of a swarm say to each other, also in the private network. */
const SWARM: readonly PortRange[] = [
  { protocol: 'tcp', from: 2377, to: 2377 },
  { protocol: 'tcp', from: 7946, to: 7946 },
  { protocol: 'udp', from: 7946, to: 7946 },
  { protocol: 'udp', from: 4789, to: 4789 },
];
/** For tcp, udp and icmp. */
const OUTBOUND = 3;
/** How many rules a firewall of DigitalOcean has left for what is let in from outside. */
export const MOST_RULES = 50 - SWARM.length - OUTBOUND;

const POLL_MS = 2_000;
/** How long the machines may take to have new rules; then they get them while the run goes on. */
const APPLIED_MS = 60_000;

export interface Rules {
  readonly ranges: readonly PortRange[];
  /** Networks, as `0.0.0.0/0`. */
  readonly sources: readonly string[];
}

/**
 * Makes the firewall of a cluster, or finds it made, and sets its rules to exactly these and those
 * of the swarm, so that a port that is not published any more is closed. The tag of the cluster has
 * to exist. Throws `ActionError` if something else has its name.
 */
export async function ensureFirewall(work: Work, owner: Owner, rules: Rules): Promise<void> {
  const name = objectName(owner);
  const wanted = { name, tag: clusterTag(owner), inside: SWARM, ...rules };
  try {
    const { firewall, isNew } = await found(work, owner, wanted);
    const set = isNew ? firewall : await work.api.setFirewall(firewall.id, wanted);
    await applied(work, set);
  } catch (error) {
    throw digitaloceanRefusal(error, `The firewall ${name} could not be set up`);
  }
}

interface Found {
  readonly firewall: Firewall;
  /** Whether it has the rules already. */
  readonly isNew: boolean;
}

async function found({ api, ...work }: Work, owner: Owner, wanted: NewFirewall): Promise<Found> {
  const find = async (): Promise<Found | undefined> => {
    const firewall = (await api.firewalls()).find(({ name }) => name === wanted.name);
    return firewall && { firewall, isNew: false };
  };
  return await createOrAdopt<Found>(
    {
      what: `firewall ${wanted.name} at DigitalOcean`,
      hint: `Remove it if nothing needs it (${CONSOLE}/networking/firewalls), or give this step another \`cluster\`.`,
      find,
      create: async () => ({ firewall: await api.createFirewall(wanted), isNew: true }),
      isOurs: ({ firewall }) => isFirewallOf(firewall, owner),
      isTaken: (error) => error instanceof CloudError && error.httpStatus === 409,
    },
    work,
  );
}

/** Waits until the machines have the rules. */
async function applied({ api, clock, bounds }: Work, set: Firewall): Promise<void> {
  const until = Math.min(clock.now() + APPLIED_MS, bounds.deadline);
  let firewall: Firewall | undefined = set;
  while (firewall?.status === 'waiting' && clock.now() + POLL_MS < until) {
    await clock.sleep(POLL_MS, bounds.signal);
    firewall = await api.firewall(set.id);
  }
}
