import { isCode } from '../cloud/cloud-error.ts';
import { adoptOrCreate } from '../cloud/create-or-adopt.ts';
import { objectName } from '../cloud/object-name.ts';
import { INDEX_LABEL } from '../machine-labels.ts';
import { type Owner, ownerLabels } from '../ownership.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { PlacementGroup } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { encodeLabels } from './label-codec.ts';
import { isOfCluster } from './owned.ts';

/** How many servers one group takes. */
const MOST_SERVERS = 10;

/** Which group of its cluster a machine is in, from 1. */
export function groupOf(index: number): number {
  return Math.ceil(index / MOST_SERVERS);
}

/** The group of a machine, made or found: once, however many of its machines ask at once. */
export type GroupOf = (work: Work, index: number) => Promise<PlacementGroup>;

/** The placement groups of a cluster. A failure is told to all machines of the group. */
export function groupsOf(owner: Owner): GroupOf {
  const groups = new Map<number, Promise<PlacementGroup>>();
  return (work, index) => {
    const group = groupOf(index);
    const found = groups.get(group) ?? ensurePlacementGroup(work, owner, group);
    groups.set(group, found);
    return found;
  };
}

/**
 * Makes a group whose servers Hetzner puts on different hosts, or finds it made; a cluster has one
 * for ten machines. Throws `ActionError` if another owner has its name.
 */
export async function ensurePlacementGroup(
  work: Work,
  owner: Owner,
  group: number,
): Promise<PlacementGroup> {
  const name = objectName(owner, group);
  const { api } = work;
  const labels = encodeLabels({ ...ownerLabels(owner), [INDEX_LABEL]: String(group) });
  return await adoptOrCreate(
    {
      what: `placement group ${name} at Hetzner`,
      hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
      find: async () => (await api.placementGroups({ name }))[0],
      create: () => api.createPlacementGroup({ name, labels }),
      isOurs: (found) => isOfCluster(found.labels, owner),
      isTaken: (error) => isCode(error, 'uniqueness_error'),
    },
    work,
  ).catch((error: unknown) => {
    throw hetznerRefusal(error, `The placement group ${name} could not be created`);
  });
}
