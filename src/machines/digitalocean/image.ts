import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import type { Image } from './api/objects.ts';
import type { Work } from './api/work.ts';

/**
 * The image of this slug, or the snapshot of this id. Throws `ActionError` with the nearest known
 * slug if there is none.
 */
export async function findImage({ api }: Work, image: string): Promise<Image> {
  const id = /^\d+$/.test(image) ? Number(image) : undefined;
  const kinds =
    id === undefined ? (['distribution', 'application'] as const) : (['private'] as const);
  const known: Image[] = [];
  for (const kind of kinds) {
    known.push(...(await api.images(kind)));
    const found = known.find((one) => (id === undefined ? one.slug === image : one.id === id));
    if (found) return found;
  }
  throw unknownImage(image, known);
}

function unknownImage(image: string, known: readonly Image[]): ActionError {
  const slugs = [...new Set(known.map(({ slug, id }) => slug ?? String(id)))].sort();
  const meant = nearest(image, slugs);
  return new ActionError(`driver-options: \`image\`: DigitalOcean has no image ${image}.`, {
    details: `It has ${listed(slugs, 60) || 'none'}`,
    hint: `${meant === undefined ? '' : `Is ${meant} meant? `}A snapshot is given by its id.`,
  });
}
