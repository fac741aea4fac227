import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import type { Image, ServerType } from './api/objects.ts';
import type { Work } from './api/work.ts';

/**
 * Checks that the image is there for the processors of all these server types: a name, or the id of
 * a snapshot. Throws `ActionError` with the nearest known name.
 */
export async function checkImage(
  work: Work,
  image: string,
  types: readonly Pick<ServerType, 'name' | 'architecture'>[],
): Promise<void> {
  const found = await imagesOf(work, image);
  if (found.length === 0) throw await unknownImage(work, image);
  for (const { name, architecture } of types) {
    if (found.some((one) => one.architecture === architecture)) continue;
    throw new ActionError(
      `driver-options: \`image\`: ${image} is not for ${architecture}, which ${name} needs.`,
      {
        details: `It is for ${[...new Set(found.map((one) => one.architecture))].join(', ')}.`,
        hint: 'Give server types of one architecture, or another image.',
      },
    );
  }
}

async function imagesOf({ api }: Work, image: string): Promise<readonly Image[]> {
  if (!/^\d+$/.test(image)) return await api.images({ name: image });
  const snapshots = await api.images({ type: 'snapshot' });
  return snapshots.filter(({ id }) => id === Number(image));
}

async function unknownImage({ api }: Work, image: string): Promise<ActionError> {
  const names = (await api.images({})).flatMap(({ name }) => name ?? []);
  const known = [...new Set(names)].sort();
  const meant = nearest(image, known);
  return new ActionError(`driver-options: \`image\`: Hetzner has no image ${image}.`, {
    details: `It has ${listed(known, 60)}`,
    hint: `${meant === undefined ? '' : `Is ${meant} meant? `}A snapshot is given by its id.`,
  });
}
