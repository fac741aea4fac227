import { CloudError } from '../cloud/cloud-error.ts';
import type { Owner } from '../ownership.ts';
import { digitaloceanRefusal } from './api/digitalocean-refusal.ts';
import type { Work } from './api/work.ts';
import { clusterTag, encodeTags } from './tag-codec.ts';

/**
 * Makes the tags that say whose a cluster is, as a firewall may name only a tag that exists. The
 * cluster's own is made last: if it exists, so do the others, and nothing is made.
 */
export async function ensureOwnerTags(work: Work, owner: Owner): Promise<void> {
  try {
    if (await work.api.tag(clusterTag(owner))) return;
    for (const tag of encodeTags(owner)) await ensureTag(work, tag);
  } catch (error) {
    throw digitaloceanRefusal(error, `The tags of cluster ${owner.cluster} could not be created`);
  }
}

/** Makes a tag. That it exists already is success, however DigitalOcean says so. */
export async function ensureTag({ api }: Work, tag: string): Promise<void> {
  try {
    await api.createTag(tag);
  } catch (error) {
    if (!(error instanceof CloudError) || ![409, 422].includes(error.httpStatus ?? 0)) throw error;
    if (!(await api.tag(tag))) throw error;
  }
}
