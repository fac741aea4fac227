import * as z from 'zod';
import { ActionError } from '../base/errors.ts';

/** An image in the list of `docker save`: paths are those in the archive. */
export interface ArchivedImage {
  readonly Config: string;
  readonly RepoTags?: readonly string[] | null | undefined;
  readonly Layers?: readonly string[] | null | undefined;
}

const descriptor = z.object({
  digest: z.string(),
  platform: z
    .object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
    .nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
type Descriptor = z.infer<typeof descriptor>;

const index = z.object({ manifests: z.array(descriptor) });
const manifest = z.object({ config: descriptor, layers: z.array(descriptor) });
const indexOrManifest = z.union([index, manifest]);

/**
 * The images of an OCI image layout
 * (https://github.com/opencontainers/image-spec/blob/main/image-layout.md), found in the JSON files
 * of the archive. An image for several platforms comes once for each. Throws `ActionError` with the
 * reason where there is none.
 */
export function imagesOfLayout(files: ReadonlyMap<string, string>): readonly ArchivedImage[] {
  const list = files.get('index.json');
  const top = index.safeParse(list === undefined ? undefined : json(list));
  if (!top.success) {
    throw new ActionError(
      'it is a tar archive, but not one of images: neither manifest.json (docker save) nor index.json (OCI layout) is in it.',
    );
  }
  return top.data.manifests.filter(isImage).flatMap((one) => {
    const name = nameOf(one);
    return manifestsOf(one, files).map(({ config, layers }) => ({
      Config: blob(config),
      RepoTags: name === undefined ? [] : [name],
      Layers: layers.map(blob),
    }));
  });
}

function manifestsOf(
  one: Descriptor,
  files: ReadonlyMap<string, string>,
  isNested = false,
): readonly z.infer<typeof manifest>[] {
  const content = files.get(blob(one));
  const found = indexOrManifest.safeParse(content === undefined ? undefined : json(content));
  if (!found.success) {
    throw new ActionError(`it is incomplete: ${blob(one)}, which index.json names, is not in it.`);
  }
  if ('config' in found.data) return [found.data];
  const images = found.data.manifests.filter(isImage);
  // An index in an index in an index would be nobody's honest work.
  if (isNested || images.length === 0) {
    throw new ActionError(
      'an image in it is for no platform. Build it again (docker buildx build).',
    );
  }
  return images.flatMap((image) => manifestsOf(image, files, true));
}

/** Builders put statements of provenance beside the images, for no platform at all. */
function isImage({ platform, annotations }: Descriptor): boolean {
  return (
    platform?.os !== 'unknown' &&
    annotations?.['vnd.docker.reference.type'] !== 'attestation-manifest'
  );
}

/** The second annotation is the whole name with some builders, and the mere tag with others. */
function nameOf({ annotations }: Descriptor): string | undefined {
  const whole = annotations?.['io.containerd.image.name'];
  const other = annotations?.['org.opencontainers.image.ref.name'];
  return whole ?? (other !== undefined && /[:/]/.test(other) ? other : undefined);
}

function blob({ digest }: Descriptor): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function json(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
