import { EXPIRES_LABEL, type Owner } from '../ownership.ts';
import { ec2Refusal } from './api/ec2-refusal.ts';
import type { Work } from './api/work.ts';
import { groupsBy, listInstances } from './owned.ts';
import { encodeTags, filtersOf } from './tag-codec.ts';

/**
 * Writes `owner.expires` on everything of the cluster, the instances last. A renewal that is killed
 * has then written the new time somewhere, which `listClusters` finds as the newest. Throws
 * `ActionError` if AWS refuses.
 */
export async function renew(work: Work, owner: Owner): Promise<void> {
  const { expires } = owner;
  if (expires === undefined) return;
  const tags = encodeTags({ [EXPIRES_LABEL]: expires });
  try {
    const groups = await groupsBy(work, filtersOf(owner));
    const instances = await listInstances(work, owner);
    for (const ids of [groups, instances].map((all) => all.map(({ id }) => id)))
      if (ids.length > 0) await work.api.createTags(ids, tags);
  } catch (error) {
    throw ec2Refusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
  }
}
