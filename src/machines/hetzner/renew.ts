import { atOnce } from '../cloud/at-once.ts';
import { EXPIRES_LABEL, type Labels, type Owner } from '../ownership.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import { AT_ONCE, type Work } from './api/work.ts';
import { encodeLabels, withoutLabel } from './label-codec.ts';
import { listOwned, type OwnedObject } from './owned.ts';

/**
 * Writes `owner.expires` on everything of the cluster whose labels can be written, the servers
 * last. A renewal that is killed has then written the new time somewhere, which `listClusters`
 * finds as the newest. Throws `ActionError` if Hetzner refuses.
 */
export async function renew(work: Work, owner: Owner): Promise<void> {
  try {
    const owned = await listOwned(work, owner);
    await writeAll(
      work,
      owner,
      owned.filter(({ kind }) => kind !== 'server'),
    );
    await writeAll(
      work,
      owner,
      owned.filter(({ kind }) => kind === 'server'),
    );
  } catch (error) {
    throw hetznerRefusal(error, `The expiry of cluster ${owner.cluster} could not be written`);
  }
}

async function writeAll(work: Work, owner: Owner, objects: readonly OwnedObject[]): Promise<void> {
  await atOnce(
    AT_ONCE,
    objects.map((object) => () => write(work, owner, object)),
  );
}

/** A PUT replaces all labels, so all are sent. */
async function write({ api }: Work, { expires }: Owner, object: OwnedObject): Promise<void> {
  const { id, kind, rawLabels } = object;
  const labels: Labels = {
    ...withoutLabel(rawLabels, EXPIRES_LABEL),
    ...(expires === undefined ? {} : encodeLabels({ [EXPIRES_LABEL]: expires })),
  };
  switch (kind) {
    case 'server':
      return await api.labelServer(id, labels);
    case 'firewall':
      return await api.labelFirewall(id, labels);
    case 'network':
      return await api.labelNetwork(id, labels);
    case 'placement group':
      // Its time counts only if nothing else of the cluster exists.
      return;
  }
}
