import { ActionError } from '../../base/errors.ts';
import { isCode } from '../cloud/cloud-error.ts';
import { adoptOrCreate } from '../cloud/create-or-adopt.ts';
import { objectName } from '../cloud/object-name.ts';
import { type Owner, ownerLabels } from '../ownership.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { Network } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { encodeLabels } from './label-codec.ts';
import type { HetznerOptions } from './options.ts';
import { isOfCluster } from './owned.ts';
import { askZone } from './preflight.ts';

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 256. */
export const OVERLAY_POOLS: readonly string[] = ['10.128.0.0/9', '10.0.0.0/9', '172.16.0.0/12'];

/**
 * The private network of a cluster: that of the option `network`, or else the cluster's own, which
 * is made or found. `zone` is that of the locations, if it was asked for already.
 */
export async function chooseNetwork(
  work: Work,
  owner: Owner,
  options: HetznerOptions,
  zone: string | undefined,
): Promise<Network> {
  const where = zone ?? (await askZone(work, options));
  return options.network === undefined
    ? await ensureNetwork(work, owner, { range: options['network-range'], zone: where })
    : await existingNetwork(work, options.network, where);
}

/**
 * Makes the private network of a cluster, or finds it made. `zone` is that of all its locations.
 * Throws `ActionError` if another owner has its name, or if it lies in another zone.
 */
export async function ensureNetwork(
  work: Work,
  owner: Owner,
  { range, zone }: { readonly range: string; readonly zone: string },
): Promise<Network> {
  const name = objectName(owner);
  const { api } = work;
  const network = await adoptOrCreate(
    {
      what: `network ${name} at Hetzner`,
      hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
      find: async () => (await api.networks({ name }))[0],
      create: () =>
        api.createNetwork({ name, range, zone, labels: encodeLabels(ownerLabels(owner)) }),
      isOurs: ({ labels }) => isOfCluster(labels, owner),
      isTaken: (error) => isCode(error, 'uniqueness_error'),
    },
    work,
  ).catch((error: unknown) => {
    throw hetznerRefusal(error, `The network ${name} could not be created`);
  });
  return inZone(network, zone);
}

/**
 * The network of the option `network`. It stays what it is: its labels are not written, and nobody
 * removes it. Throws `ActionError` if there is none, or if servers of the zone cannot be in it.
 */
export async function existingNetwork(work: Work, id: number, zone: string): Promise<Network> {
  const network = await work.api.network(id).catch((error: unknown) => {
    throw hetznerRefusal(error, `The network ${id} could not be looked at`);
  });
  if (network) return inZone(network, zone);
  throw new ActionError(`driver-options: \`network\`: the project has no network ${id}.`, {
    hint: `Its id is in the address of its page (${CONSOLE}). The token sees only its own project.`,
  });
}

function inZone(network: Network, zone: string): Network {
  const zones = network.subnets.map(({ network_zone }) => network_zone);
  if (zones.includes(zone)) return network;
  throw new ActionError(
    `The network ${network.name} has no subnet in ${zone}, where the servers would be.`,
    {
      details: `Zones of its subnets: ${zones.join(', ') || 'none'}`,
      hint: 'A network cannot span zones. Give locations of its zone as `location`, or remove the cluster first (`command: down`).',
    },
  );
}
