import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { createTarDecoder, packTar } from 'modern-tar';
import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import { type Image, imageConfig } from './image.ts';
import { type ArchivedImage, imagesOfLayout } from './oci-layout.ts';

/** Of the JSON in an archive, in bytes; what is larger are layers. */
const MOST_JSON = 2 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** Length of the zeros that end a tar archive. */
const TAR_END = 1_024;

/**
 * Images in a tar file, as `docker save` and `docker buildx build --output type=docker|oci` write
 * it.
 */
export interface ImageArchive {
  /** By name, as the archive has it. */
  readonly images: ReadonlyMap<string, Image>;
  /** Whether an image of it is for several platforms. */
  readonly isForSeveral: boolean;
  /**
   * Its bytes, as an engine of this platform (`linux/arm64`) can load them, or every one where no
   * image is for several.
   */
  open(platform?: string): Readable;
}

const manifests = z.array(
  z.object({
    Config: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    Layers: z.array(z.string()).nullish(),
  }),
);

const config = z.object({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().nullish(),
  rootfs: z.object({ diff_ids: z.array(z.string()).nullish() }),
  config: imageConfig.nullish(),
});

/**
 * Reads which images a tar file has, packed with gzip or not. The whole file is read once, and no
 * more of it kept than its JSON. Throws `ActionError` with the reason where it is no archive of
 * images, or one that nodes cannot load.
 */
export async function readArchive(path: string, signal: AbortSignal): Promise<ImageArchive> {
  const isGzip = await startsAsGzip(path);
  const files = await jsonOf(path, isGzip, signal);
  const manifest = files.get('manifest.json');
  const found = manifest === undefined ? imagesOfLayout(files) : parsed(manifests, manifest);
  const images = new Map<string, Image>();
  const entries: Entry[] = found.map((one) => ({
    one,
    image: imageOf(files.get(one.Config), one.Config, one.RepoTags ?? []),
  }));
  const byName = Map.groupBy(
    entries.flatMap(({ one, image }) => (one.RepoTags ?? []).map((name) => ({ name, image }))),
    ({ name }) => name,
  );
  for (const [name, named] of byName) {
    const variants = named.map(({ image }) => image);
    // In the list of `docker save` the last one of a name counts.
    const image = manifest === undefined ? joined(variants) : variants.at(-1);
    if (image) images.set(name, image);
  }
  const isForSeveral = [...images.values()].some(({ Variants }) => Variants !== undefined);
  if (images.size === 0) {
    throw new ActionError(
      'its images have no name, and a service asks for an image by name. Save it by its name (docker save -o app.tar shop/web:ci).',
    );
  }
  if (manifest !== undefined) {
    return { images, isForSeveral, open: () => createReadStream(path) };
  }
  const open = (platform?: string) => {
    const first = manifestHead(chosen(entries, platform)).then((head) =>
      isGzip ? gzipSync(head) : head,
    );
    return Readable.from(prepended(first, path), { objectMode: false });
  };
  return { images, isForSeveral, open };
}

interface Entry {
  readonly one: ArchivedImage;
  readonly image: Image;
}

function joined([first, ...others]: readonly Image[]): Image | undefined {
  return first && others.length > 0 ? { ...first, Variants: [first, ...others] } : first;
}

/** Of each name the image for this platform; the first if none is. */
function chosen(entries: readonly Entry[], platform: string | undefined): ArchivedImage[] {
  const byName = Map.groupBy(entries, ({ one }) => JSON.stringify(one.RepoTags));
  return [...byName.values()].flatMap((variants) => {
    const fits = variants.filter(({ image }) => platform === `${image.Os}/${image.Architecture}`);
    // Of arm/v6 and arm/v7 a node runs the later one better.
    const best = fits
      .toSorted((a, b) => (a.image.Variant ?? '').localeCompare(b.image.Variant ?? ''))
      .at(-1);
    const entry = best ?? variants[0];
    return entry ? [entry.one] : [];
  });
}

/**
 * An engine that keeps no images in containerd loads an OCI layout only where it has the list of
 * `docker save` as well.
 */
async function manifestHead(images: readonly ArchivedImage[]): Promise<Uint8Array> {
  const body = JSON.stringify(images);
  const header = { name: 'manifest.json', size: Buffer.byteLength(body), mode: 0o644 };
  return (await packTar([{ header, body }])).subarray(0, -TAR_END);
}

async function* prepended(first: Promise<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  yield await first;
  yield* createReadStream(path, { highWaterMark: CHUNK });
}

async function startsAsGzip(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/** The JSON files of an archive, by name. */
async function jsonOf(
  path: string,
  isGzip: boolean,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const raw = createReadStream(path, { highWaterMark: CHUNK, signal });
  // What goes wrong comes out of the last stream.
  const tar = isGzip ? pipeline(raw, createGunzip({ chunkSize: CHUNK }), () => {}) : raw;
  try {
    const entries = Readable.toWeb(tar).pipeThrough(createTarDecoder({ strict: true }));
    for await (const { header, body } of entries) {
      const name = header.name.replace(/^\.\//, '');
      if (header.type !== 'file' || header.size > MOST_JSON || !mayBeJson(name)) {
        await body.cancel();
        continue;
      }
      const content = await text(body);
      if (/^\s*[[{]/.test(content)) files.set(name, content);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw new ActionError(
      `it is no tar archive, or only a part of one (${cause instanceof Error ? cause.message : cause}).`,
      { cause },
    );
  } finally {
    tar.destroy();
  }
  return files;
}

function mayBeJson(name: string): boolean {
  return name.endsWith('.json') || name.startsWith('blobs/') || !name.includes('/');
}

function imageOf(content: string | undefined, path: string, names: readonly string[]): Image {
  if (content === undefined) {
    throw new ActionError(`it is incomplete: ${path}, which its list names, is not in it.`);
  }
  const found = parsed(config, content);
  return {
    Id: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    RepoTags: [...names],
    Architecture: found.architecture,
    Os: found.os,
    Variant: found.variant,
    RootFS: { Layers: found.rootfs.diff_ids },
    Config: found.config,
  };
}

function parsed<T>(schema: z.ZodType<T>, content: string): T {
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    throw new ActionError('it is a tar archive, but not one of images (docker save).', { cause });
  }
}
