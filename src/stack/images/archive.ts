import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { createTarDecoder, packTar } from 'modern-tar';
import * as z from 'zod';
import { ActionError } from '../../errors.ts';
import { type Image, imageConfig } from './image.ts';
import { type ArchivedImage, imagesOfLayout } from './oci-layout.ts';

/** Of the JSON in an archive, in bytes; what is larger are layers. */
const MOST_JSON = 2 * 1024 * 1024;
const CHUNK = 1024 * 1024;
/** Length of the zeros that end a tar archive. */
const TAR_END = 1_024;

/** Images in a tar file, as `docker save` and `docker buildx build --output type=docker|oci` write it. */
export interface ImageArchive {
  /** By name, as the archive has it. */
  readonly images: ReadonlyMap<string, Image>;
  /** Its bytes, as every engine can load them. */
  open(): Readable;
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
 * Reads which images a tar file has, packed with gzip or not. The whole file is read once, and no more of it kept than its JSON.
 * Throws `ActionError` with the reason where it is no archive of images, or one that nodes cannot load.
 */
export async function readArchive(path: string, signal: AbortSignal): Promise<ImageArchive> {
  const isGzip = await startsAsGzip(path);
  const files = await jsonOf(path, isGzip, signal);
  const manifest = files.get('manifest.json');
  const found = manifest === undefined ? imagesOfLayout(files) : parsed(manifests, manifest);
  const images = new Map<string, Image>();
  for (const { Config, RepoTags } of found) {
    const image = imageOf(files.get(Config), Config, RepoTags ?? []);
    for (const name of RepoTags ?? []) images.set(name, image);
  }
  if (images.size === 0) {
    throw new ActionError(
      'its images have no name, and a service asks for an image by name. Save it by its name (docker save -o app.tar shop/web:ci).',
    );
  }
  if (manifest !== undefined) return { images, open: () => createReadStream(path) };
  const head = await manifestHead(found);
  const first = isGzip ? gzipSync(head) : head;
  return { images, open: () => Readable.from(prepended(first, path), { objectMode: false }) };
}

/** An engine that keeps no images in containerd loads an OCI layout only where it has the list of `docker save` as well. */
async function manifestHead(images: readonly ArchivedImage[]): Promise<Uint8Array> {
  const body = JSON.stringify(images);
  const header = { name: 'manifest.json', size: Buffer.byteLength(body), mode: 0o644 };
  return (await packTar([{ header, body }])).subarray(0, -TAR_END);
}

async function* prepended(first: Uint8Array, path: string): AsyncGenerator<Uint8Array> {
  yield first;
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
