/**
 * Sees whether the node image is published as `node-image.json` pins it, for the files that
 * `node-image/` has now: `node script/published-node-image.ts`. With the name of a repository
 * (`ghcr.io/swarm-up/swarm-up-node`) it pins what is published there for these files. Needs the
 * network.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { CONTENT_LABEL, contentOf, nodeImageName } from '../src/machines/docker/node-image.ts';
import { type PublishedImage, readPublishedImage } from '../src/machines/docker/published-image.ts';

const LIMIT_MS = 60_000;
/** The layers are compressed by zstd, which Docker Engine knows from 23.0 on (its release notes). */
const ENGINE = 23;
const PLATFORMS = ['linux/amd64', 'linux/arm64'];

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const described = z.object({ digest: z.string(), size: z.number() });
const index = z.object({
  manifests: z.array(
    described.extend({ platform: z.object({ os: z.string(), architecture: z.string() }) }),
  ),
});
const manifest = z.object({ config: described, layers: z.array(described) });
const config = z.object({
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});
const tokenAnswer = z.object({ token: z.string() });

/** What a registry has under a name. */
interface Found {
  readonly digest: string;
  /** Bytes of the layers, by platform. */
  readonly layers: ReadonlyMap<string, number>;
}

/**
 * Reads `repository` at a tag or digest, down to the labels of each image. Throws an `Error` that
 * says what is missing, what is not of `content`, or whose bytes are not those of its digest.
 */
export async function readPublished(
  repository: string,
  version: string,
  content: string,
): Promise<Found> {
  const ask = asker(repository);
  const top = await ask(`manifests/${version}`, INDEX);
  if (version.startsWith('sha256:')) refuseForged(top, version);
  const { manifests } = index.parse(JSON.parse(top.toString()));
  const layers = new Map<string, number>();
  for (const platform of PLATFORMS) {
    const one = manifests.find(
      ({ platform: { os, architecture } }) => `${os}/${architecture}` === platform,
    );
    if (!one) throw new Error(`${repository}:${version} has no image for ${platform}`);
    const image = manifest.parse(await readJson(ask, `manifests/${one.digest}`, one.digest));
    const { digest } = image.config;
    const { Labels } = config.parse(await readJson(ask, `blobs/${digest}`, digest)).config;
    const label = Labels?.[CONTENT_LABEL];
    if (label !== content) {
      throw new Error(
        `${repository}:${version} for ${platform} was made of ${label ?? 'unknown files'}, and node-image/ is ${content}`,
      );
    }
    layers.set(
      platform,
      image.layers.reduce((sum, { size }) => sum + size, 0),
    );
  }
  return { digest: digestOf(top), layers };
}

type Ask = (path: string, accept: string) => Promise<Buffer>;

/** Asks a registry, with the token that it gives to everybody if it wants one. */
function asker(repository: string): Ask {
  const slash = repository.indexOf('/');
  const host = repository.slice(0, slash);
  const scheme = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? 'http' : 'https';
  const get = (url: string, headers: Record<string, string>) =>
    fetch(url, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  return async (path, accept) => {
    const url = `${scheme}://${host}/v2/${repository.slice(slash + 1)}/${path}`;
    let response = await get(url, { Accept: accept });
    const challenge = response.headers.get('www-authenticate') ?? '';
    if (response.status === 401 && /^bearer/i.test(challenge)) {
      const given = new Map(
        [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
      );
      const { realm = '', ...query } = Object.fromEntries(given);
      const answer = await get(`${realm}?${new URLSearchParams(query)}`, {});
      const { token } = tokenAnswer.parse(await answer.json());
      response = await get(url, { Accept: accept, Authorization: `Bearer ${token}` });
    }
    if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
    return Buffer.from(await response.arrayBuffer());
  };
}

async function readJson(ask: Ask, path: string, digest: string): Promise<unknown> {
  const bytes = await ask(path, MANIFEST);
  refuseForged(bytes, digest);
  return JSON.parse(bytes.toString());
}

function refuseForged(bytes: Buffer, digest: string): void {
  if (digestOf(bytes) !== digest) throw new Error(`${digest} is answered with other bytes`);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Pins what `repository` has for the files of `folder`, or checks what is pinned; gives lines. */
export async function pinOrCheck(
  folder: string,
  repository: string | undefined,
): Promise<readonly string[]> {
  const file = resolve(folder, 'node-image.json');
  const content = contentOf(await nodeImageName(resolve(folder, 'node-image')));
  const sizes = ({ layers }: Found) =>
    [...layers].map(([platform, bytes]) => `${platform}  ${(bytes / 1e6).toFixed(1)} MB to pull`);
  if (repository !== undefined) {
    const found = await readPublished(repository, content, content);
    const pin: PublishedImage = {
      content,
      image: `${repository}@${found.digest}`,
      engine: ENGINE,
    };
    writeFileSync(file, `${JSON.stringify(pin, null, 2)}\n`);
    return [`${file} pins ${pin.image} now: commit it`, ...sizes(found)];
  }
  let pinned: PublishedImage;
  try {
    pinned = readPublishedImage(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `node-image.json pins no image: ${(error as Error).message}\nRun the workflow node-image, then: npm run published-node-image -- ghcr.io/OWNER/swarm-up-node`,
      { cause: error },
    );
  }
  if (pinned.content !== content) {
    throw new Error(
      `node-image.json pins an image of ${pinned.content}, and node-image/ is ${content} now.\nRun the workflow node-image, then: npm run published-node-image -- ${pinned.image.split('@')[0]}`,
    );
  }
  const [name = '', digest = ''] = pinned.image.split('@');
  const found = await readPublished(name, digest, content);
  return [`${pinned.image} is published as it is pinned`, ...sizes(found)];
}

if (import.meta.main) {
  try {
    const lines = await pinOrCheck(resolve(import.meta.dirname, '..'), process.argv[2]);
    for (const line of lines) console.log(line);
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
