import { ActionError } from '../../base/errors.ts';
import { isCode } from '../cloud/cloud-error.ts';
import type { Image, InstanceType } from './api/objects.ts';
import { consoleOf, type Work } from './api/work.ts';
import { PUBLISHED, type PublishedImage } from './image-names.ts';

const ARCHITECTURES = { x86_64: 'amd64', arm64: 'arm64' } as const;
type Architecture = keyof typeof ARCHITECTURES;

/**
 * The image of the option `image` for each of these types: of a published name the newest of its
 * architecture. Throws `ActionError` if there is none, or if a type does not run it.
 */
export async function findImages(
  work: Work,
  name: string,
  types: readonly InstanceType[],
): Promise<ReadonlyMap<string, Image>> {
  const published = PUBLISHED[name];
  const given = published ? undefined : await givenImage(work, name);
  const newest = new Map<Architecture, Image>();
  const images = new Map<string, Image>();
  for (const type of types) {
    if (given) images.set(type.instanceType, fitting(type, given));
    if (!published) continue;
    const architecture = architectureOf(type);
    const image = newest.get(architecture) ?? (await newestOf(work, name, published, architecture));
    newest.set(architecture, image);
    images.set(type.instanceType, image);
  }
  return images;
}

async function givenImage(work: Work, id: string): Promise<Image> {
  const image = await work.api.image(id).catch((error: unknown) => {
    if (!isCode(error, 'InvalidAMIID.NotFound', 'InvalidAMIID.Malformed')) throw error;
    return undefined;
  });
  if (image && image.imageState === 'available') return image;
  throw new ActionError(`driver-options: \`image\`: ${work.region} has no image ${id}.`, {
    ...(image && { details: `Its state is ${image.imageState}` }),
    hint: `An AMI has another id in each region, and may be shared or not. See ${consoleOf(work.region, 'Images')}`,
  });
}

async function newestOf(
  work: Work,
  name: string,
  { owner, name: pattern }: PublishedImage,
  architecture: Architecture,
): Promise<Image> {
  const all = await work.api.images(owner, pattern(ARCHITECTURES[architecture]), architecture);
  const newest = [...all].sort((a, b) => (a.creationDate < b.creationDate ? -1 : 1)).at(-1);
  if (newest) return newest;
  throw new ActionError(
    `driver-options: \`image\`: ${work.region} has no ${name} for ${architecture}.`,
    { hint: 'Give the id of an AMI of the region as `image`.' },
  );
}

function architectureOf({ instanceType, processorInfo }: InstanceType): Architecture {
  const known = processorInfo.find((one): one is Architecture => one in ARCHITECTURES);
  if (known) return known;
  throw new ActionError(
    `driver-options: \`instance-type\`: the processor of ${instanceType} has no image.`,
    { details: processorInfo.join(', '), hint: 'Give types with x86_64 or arm64.' },
  );
}

function fitting({ instanceType, processorInfo }: InstanceType, image: Image): Image {
  if (processorInfo.includes(image.architecture)) return image;
  throw new ActionError(
    `driver-options: \`image\`: ${image.imageId} is for ${image.architecture}, and ${instanceType} is not.`,
    { hint: `Give types for ${image.architecture}, or another image.` },
  );
}
