import { isCode } from '../cloud/cloud-error.ts';
import { createOrAdopt } from '../cloud/create-or-adopt.ts';
import { objectName } from '../cloud/object-name.ts';
import { type Owner, ownerLabels } from '../ownership.ts';
import type { Rules } from './api/hetzner-api.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { Firewall } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { encodeLabels } from './label-codec.ts';
import { isOfCluster } from './owned.ts';

/** How many rules a firewall of Hetzner takes. */
export const MOST_RULES = 50;

/**
 * Makes the firewall of a cluster, or finds it made, and sets its rules to exactly these, so that a
 * port that is not published any more is closed. Settles once all servers have them. Throws
 * `ActionError` if another owner has its name.
 */
export async function ensureFirewall(work: Work, owner: Owner, rules: Rules): Promise<Firewall> {
  const name = objectName(owner);
  try {
    const { firewall, isNew } = await found(work, owner, name, rules);
    if (!isNew) await work.awaitActions(await work.api.setRules(firewall.id, rules));
    return firewall;
  } catch (error) {
    throw hetznerRefusal(error, `The firewall ${name} could not be set up`);
  }
}

interface Found {
  readonly firewall: Firewall;
  /** Whether it has the rules already. */
  readonly isNew: boolean;
}

async function found({ api, ...work }: Work, owner: Owner, name: string, rules: Rules) {
  const find = async (): Promise<Found | undefined> => {
    const [firewall] = await api.firewalls({ name });
    return firewall && { firewall, isNew: false };
  };
  const labels = encodeLabels(ownerLabels(owner));
  return await createOrAdopt<Found>(
    {
      what: `firewall ${name} at Hetzner`,
      hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
      find,
      create: async () => ({
        firewall: await api.createFirewall({ name, labels, rules }),
        isNew: true,
      }),
      isOurs: ({ firewall }) => isOfCluster(firewall.labels, owner),
      isTaken: (error) => isCode(error, 'uniqueness_error'),
    },
    work,
  );
}
