/**
 * Compresses the layers of an OCI image layout anew, by zstd at a level that no builder offers:
 * `node script/recompress-layers.ts FOLDER`. What refers to them follows, so that a tool that
 * copies the layout keeps these bytes.
 */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, zstdCompress, zstdDecompress } from 'node:zlib';
import * as z from 'zod';

/** Higher levels need more memory to unpack than engines give them. */
const LEVEL = 19;

const descriptor = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() });
type Descriptor = z.infer<typeof descriptor>;
const index = z.looseObject({ manifests: z.array(descriptor) });
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) });

/** Gives the bytes of the layers before and after. Throws where the folder is no image layout. */
export async function recompressLayers(
  folder: string,
  level = LEVEL,
): Promise<{ readonly before: number; readonly after: number }> {
  const done = new Map<string, Descriptor>();
  const total = { before: 0, after: 0 };
  const path = (digest: string) => join(folder, 'blobs', ...digest.split(':'));

  const put = (old: Descriptor, bytes: Buffer): Descriptor => {
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (digest !== old.digest) rmSync(path(old.digest), { force: true });
    writeFileSync(path(digest), bytes);
    return { ...old, digest, size: bytes.length };
  };

  const layer = async (old: Descriptor): Promise<Descriptor> => {
    const known = done.get(old.digest);
    if (known) return known;
    const packed = readFileSync(path(old.digest));
    const unpack = /\+gzip$/.test(old.mediaType)
      ? promisify(gunzip)
      : /\+zstd$/.test(old.mediaType)
        ? promisify(zstdDecompress)
        : async (bytes: Buffer) => bytes;
    const params = { [constants.ZSTD_c_compressionLevel]: level };
    const bytes = await promisify(zstdCompress)(await unpack(packed), { params });
    const mediaType = `${old.mediaType.replace(/\+\w+$/, '')}+zstd`;
    const made = put({ ...old, mediaType }, bytes);
    total.before += packed.length;
    total.after += bytes.length;
    done.set(old.digest, made);
    return made;
  };

  const follow = async (old: Descriptor): Promise<Descriptor> => {
    const content: unknown = JSON.parse(readFileSync(path(old.digest), 'utf8'));
    const nested = index.safeParse(content);
    if (nested.success) {
      const manifests = await each(nested.data.manifests, follow);
      return put(old, json({ ...nested.data, manifests }));
    }
    const one = manifest.parse(content);
    return put(old, json({ ...one, layers: await each(one.layers, layer) }));
  };

  const top = join(folder, 'index.json');
  const whole = index.parse(JSON.parse(readFileSync(top, 'utf8')));
  writeFileSync(top, json({ ...whole, manifests: await each(whole.manifests, follow) }));
  return total;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** One after another: a layer takes all of the memory that it has. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

if (import.meta.main) {
  const { before, after } = await recompressLayers(process.argv[2] ?? '.');
  console.log(`Layers: ${(before / 1e6).toFixed(1)} MB, now ${(after / 1e6).toFixed(1)} MB`);
}
