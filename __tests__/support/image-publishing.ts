// `docker buildx build` and `skopeo` as far as script/publish-node-image uses them: a layout of one
// file for each platform, and a registry without TLS.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const IMAGE = 'application/vnd.oci.image';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Writes an OCI image layout for both platforms, whose layers are these bytes, by gzip. */
export function writeLayout(
  folder: string,
  labels: Readonly<Record<string, string>>,
  layer: Buffer,
): void {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const put = (mediaType: string, bytes: Buffer): Descriptor => {
    const hash = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(join(folder, 'blobs/sha256', hash), bytes);
    return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const diff = `sha256:${createHash('sha256').update(layer).digest('hex')}`;
  const manifests = ['amd64', 'arm64'].map((architecture) => {
    const rootfs = { type: 'layers', diff_ids: [diff] };
    const about = { architecture, os: 'linux', config: { Labels: labels }, rootfs };
    const mediaType = `${IMAGE}.manifest.v1+json`;
    const config = put(`${IMAGE}.config.v1+json`, json(about));
    const layers = [put(`${IMAGE}.layer.v1.tar+gzip`, gzipSync(layer))];
    const one = put(mediaType, json({ schemaVersion: 2, mediaType, config, layers }));
    return { ...one, platform: { architecture, os: 'linux' } };
  });
  const mediaType = `${IMAGE}.index.v1+json`;
  const index = put(mediaType, json({ schemaVersion: 2, mediaType, manifests }));
  writeFileSync(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [index] }));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

function build(args: readonly string[]): void {
  const labels = args.flatMap((arg, at) => (args[at - 1] === '--label' ? [arg.split('=')] : []));
  const [, folder = ''] = /dest=([^,]+)/.exec(args.join(' ')) ?? [];
  writeLayout(folder, Object.fromEntries(labels), Buffer.alloc(100_000, 'node'));
}

async function copy(folder: string, image: string): Promise<void> {
  const [, host, name, tag = ''] = /^([^/]+)\/(.+):([^:]+)$/.exec(image) ?? [];
  const url = `http://${host}/v2/${name}`;
  const blob = (digest: string) => readFileSync(join(folder, 'blobs', ...digest.split(':')));
  const send = async (path: string, method: string, body?: Buffer, type?: string) => {
    const headers = type === undefined ? {} : { 'Content-Type': type };
    const init = { method, headers, ...(body && { body: new Uint8Array(body) }) };
    const response = await fetch(new URL(path, url), init);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return response.headers.get('location') ?? '';
  };
  const follow = async ({ mediaType, digest }: Descriptor, version: string): Promise<void> => {
    const bytes = blob(digest);
    const { manifests = [], config, layers = [] } = JSON.parse(bytes.toString());
    for (const one of manifests) await follow(one, one.digest);
    for (const one of config ? [config, ...layers] : []) {
      const upload = await send(`/v2/${name}/blobs/uploads/`, 'POST');
      await send(`${upload}?digest=${one.digest}`, 'PUT', blob(one.digest));
    }
    await send(`/v2/${name}/manifests/${version}`, 'PUT', bytes, mediaType);
  };
  await follow(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).manifests[0], tag);
}

async function inspectRaw(image: string): Promise<void> {
  const [, host, name, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(image) ?? [];
  const response = await fetch(`http://${host}/v2/${name}/manifests/${tag}`);
  if (!response.ok) throw new Error(`${image}: ${response.status}`);
  process.stdout.write(Buffer.from(await response.arrayBuffer()));
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  const place = (scheme: string) =>
    args.find((arg) => arg.startsWith(scheme))?.slice(scheme.length) ?? '';
  if (args[0] === 'buildx') build(args);
  else if (args[0] === 'copy') await copy(place('oci:'), place('docker://'));
  else await inspectRaw(place('docker://'));
}
