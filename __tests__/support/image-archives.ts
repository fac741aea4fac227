import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { packTar, unpackTar } from 'modern-tar';
import { docker } from './engine.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A tar archive of these files. */
export async function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  return await packTar(
    Object.entries(files).map(([name, body]) => ({
      header: { name, size: Buffer.byteLength(body) },
      body,
    })),
  );
}

/** The configuration of an image. */
export function configOf(layer: string, architecture = 'amd64'): string {
  return JSON.stringify({
    created: '2026-11-01T10:00:00.5Z',
    architecture,
    os: 'linux',
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
  });
}

/** The id of an image with this configuration. */
export const idOf = (config: string) => `sha256:${sha256(config)}`;

/** The files of `docker save`, whose list comes last; the images by name. */
export function savedFiles(images: Readonly<Record<string, string>>): Record<string, string> {
  const configs = Object.values(images).map((config) => [`${sha256(config)}.json`, config]);
  const manifest = Object.entries(images).map(([name, config]) => ({
    Config: `${sha256(config)}.json`,
    RepoTags: [name],
    Layers: ['layer/layer.tar'],
  }));
  return {
    'layer/layer.tar': 'x'.repeat(5_000),
    ...Object.fromEntries(configs),
    'manifest.json': JSON.stringify(manifest),
  };
}

/**
 * The files of an OCI layout as buildx writes it: an index of the image and a statement of its
 * provenance.
 */
export function layoutFiles(
  annotations: Readonly<Record<string, string>>,
  configs: readonly string[],
): Record<string, string> {
  const blobs: Record<string, string> = { 'oci-layout': '{"imageLayoutVersion":"1.0.0"}' };
  const blob = (text: string) => {
    blobs[`blobs/sha256/${sha256(text)}`] = text;
    return { digest: `sha256:${sha256(text)}`, size: Buffer.byteLength(text) };
  };
  const manifestOf = (config: string) =>
    blob(JSON.stringify({ schemaVersion: 2, config: blob(config), layers: [blob('a layer')] }));
  const index = {
    schemaVersion: 2,
    manifests: [
      ...configs.map((config) => ({
        ...manifestOf(config),
        platform: { os: 'linux', architecture: JSON.parse(config).architecture },
      })),
      {
        ...manifestOf('{}'),
        platform: { os: 'unknown', architecture: 'unknown' },
      },
    ],
  };
  const top = { schemaVersion: 2, manifests: [{ ...blob(JSON.stringify(index)), annotations }] };
  return { ...blobs, 'index.json': JSON.stringify(top) };
}

/**
 * Writes an archive of an image of this engine as a builder does whose builds can be repeated:
 * another configuration, and the same layers and time. `change` gets the configuration of
 * containers.
 */
export async function writeRebuilt(
  path: string,
  image: string,
  name: string,
  change: (config: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  await docker('save', '--output', path, image);
  const entries = await unpackTar(readFileSync(path));
  const read = (file: string) => {
    const found = entries.find(({ header }) => header.name === file);
    return JSON.parse(new TextDecoder().decode(found?.data));
  };
  const [manifest] = read('manifest.json');
  const before = read(manifest.Config);
  const after = { ...before, created: '1970-01-01T00:00:00Z', config: change(before.config) };
  const config = JSON.stringify(after);
  const file = `${sha256(config)}.json`;
  const list = JSON.stringify([{ ...manifest, Config: file, RepoTags: [name] }]);
  const bodies: Readonly<Record<string, string>> = { [file]: config, 'manifest.json': list };
  // An engine with containerd's image store goes by the index of the image that it was, if there is
  // one.
  const replaced = [manifest.Config, 'manifest.json', 'repositories', 'oci-layout', 'index.json'];
  const kept = entries.filter(({ header }) => !replaced.includes(header.name));
  const packed = await packTar([
    ...kept.map(({ header, data }) => ({ header, body: data ?? new Uint8Array() })),
    ...Object.entries(bodies).map(([entry, body]) => ({
      header: { name: entry, size: Buffer.byteLength(body) },
      body,
    })),
  ]);
  writeFileSync(path, packed);
}
