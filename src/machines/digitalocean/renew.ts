import type { Owner } from '../ownership.ts';
import { digitaloceanRefusal } from './api/digitalocean-refusal.ts';
import type { Work } from './api/work.ts';
import { isTagOf, listDroplets } from './owned.ts';
import { ensureTag } from './owner-tags.ts';
import { expiryTag, isExpiryTag } from './tag-codec.ts';

/**
 * Writes `owner.expires` as a tag of the cluster and of its droplets, and only then removes the tags
 * of earlier times. A renewal that is killed has then made the new tag, which `listClusters` finds
 * as the newest. Throws `ActionError` if DigitalOcean refuses.
 */
export async function renew(work: Work, owner: Owner): Promise<void> {
  try {
    await write(work, owner);
  } catch (error) {
    throw digitaloceanRefusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
  }
}

async function write(work: Work, owner: Owner): Promise<void> {
  const { api } = work;
  const tag = owner.expires === undefined ? undefined : expiryTag(owner, owner.expires);
  if (tag !== undefined) {
    await ensureTag(work, tag);
    const droplets = await listDroplets(work, owner);
    const untagged = droplets.filter(({ droplet }) => !droplet.tags.includes(tag));
    if (untagged.length > 0)
      await api.tagDroplets(
        tag,
        untagged.map(({ id }) => id),
      );
  }
  const earlier = (await api.tags()).filter(
    (one) => isTagOf(one, owner) && isExpiryTag(one.name) && one.name !== tag,
  );
  for (const { name } of earlier) await api.deleteTag(name);
}
