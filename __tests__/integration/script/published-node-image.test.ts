import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pinOrCheck } from '../../../script/published-node-image.ts';
import { recompressLayers } from '../../../script/recompress-layers.ts';
import { runner } from '../../../src/exec/runner.ts';
import {
  CONTENT_LABEL,
  contentOf,
  nodeImageName,
} from '../../../src/machines/docker/node-image.ts';
import { writeLayout } from '../../support/image-publishing.ts';
import { startLoopbackRegistry } from '../../support/loopback-registry.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CONTENT = contentOf(await nodeImageName(join(ROOT, 'node-image')));
const PROGRAM = join(ROOT, '__tests__/support/image-publishing.ts');
let folder = '';
let programs = '';

beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'publishing-'));
  for (const name of ['docker', 'skopeo']) {
    const line = `exec node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON '${PROGRAM}' "$@"`;
    writeFileSync(join(programs, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(programs, name), 0o755);
  }
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync(join(ROOT, 'node-image'), join(folder, 'node-image'), { recursive: true });
});
afterAll(() => {
  for (const one of [folder, programs]) rmSync(one, { recursive: true, force: true });
});

/** Runs script/publish-node-image, and gives what it says and its outputs. */
async function publish(registry: string) {
  const output = join(folder, 'output');
  writeFileSync(output, '');
  // `script/environment` puts its Node first, and nothing else.
  const env = { GITHUB_OUTPUT: output, PATH: `${programs}:${process.env.PATH}` };
  const { stdout } = await runner.run([join(ROOT, 'script/publish-node-image'), registry], { env });
  return { said: stdout, outputs: readFileSync(output, 'utf8') };
}

test('what is published once is pinned by its digest, and a release finds it as it is pinned', async () => {
  await using registry = await startLoopbackRegistry();
  const name = `${registry.host}/swarm-up/swarm-up-node`;
  await expect(pinOrCheck(folder, undefined)).rejects.toThrow(
    /pins no image[\s\S]*npm run published/,
  );
  await expect(pinOrCheck(folder, name)).rejects.toThrow(`manifests/${CONTENT}: 404`);

  const first = await publish(`${registry.host}/swarm-up`);
  expect(first.said).toMatch(/Layers: \d/);
  const before = registry.asked.length;
  const again = await publish(`${registry.host}/swarm-up`);
  expect(again.said).toContain('is there already');
  expect(again.outputs).toBe(first.outputs);
  expect(registry.asked.slice(before).filter((line) => !line.startsWith('GET'))).toEqual([]);

  const digest = /^digest=(.+)$/m.exec(first.outputs)?.[1];
  expect(first.outputs).toBe(`name=${name}\ndigest=${digest}\n`);
  expect(await pinOrCheck(folder, name)).toContainEqual(
    expect.stringContaining(`pins ${name}@${digest} now`),
  );
  expect(JSON.parse(readFileSync(join(folder, 'node-image.json'), 'utf8'))).toEqual({
    content: CONTENT,
    image: `${name}@${digest}`,
    engine: 23,
  });
  expect(await pinOrCheck(folder, undefined)).toEqual([
    `${name}@${digest} is published as it is pinned`,
    expect.stringMatching(/^linux\/amd64 {2}0\.0 MB to pull$/),
    expect.stringMatching(/^linux\/arm64 {2}/),
  ]);

  registry.faults.forges = true;
  await expect(pinOrCheck(folder, undefined)).rejects.toThrow(`${digest} is answered with other`);
  registry.faults.forges = false;
  writeFileSync(join(folder, 'node-image/more'), '');
  await expect(pinOrCheck(folder, undefined)).rejects.toThrow(
    new RegExp(`pins an image of ${CONTENT}, and node-image/ is \\w+ now`),
  );
  rmSync(join(folder, 'node-image/more'));
});

test('an image that was made of other files is not pinned', async () => {
  await using registry = await startLoopbackRegistry();
  const layout = mkdtempSync(join(folder, 'layout-'));
  writeLayout(layout, { [CONTENT_LABEL]: '0123456789ab' }, Buffer.from('other'));
  const image = `${registry.host}/x/swarm-up-node:${CONTENT}`;
  await runner.run([join(programs, 'skopeo'), 'copy', `oci:${layout}`, `docker://${image}`]);
  await expect(pinOrCheck(folder, `${registry.host}/x/swarm-up-node`)).rejects.toThrow(
    `was made of 0123456789ab, and node-image/ is ${CONTENT}`,
  );
});

test('layers that are compressed anew hold the same bytes, and all that names them follows', async () => {
  const layout = mkdtempSync(join(folder, 'layout-'));
  const layer = Buffer.alloc(200_000, 'some layer');
  writeLayout(layout, {}, layer);
  const { before, after } = await recompressLayers(layout);
  expect(after).toBeLessThan(before);
  const read = (digest: string) => readFileSync(join(layout, 'blobs', ...digest.split(':')));
  const json = (digest: string) => JSON.parse(read(digest).toString());
  const [top] = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests;
  const { manifests } = json(top.digest);
  expect(manifests).toHaveLength(2);
  for (const { digest, platform } of manifests) {
    const { config, layers } = json(digest);
    expect(json(config.digest).architecture).toBe(platform.architecture);
    expect(layers).toEqual([
      expect.objectContaining({
        mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
        size: after,
      }),
    ]);
    expect(zstdDecompressSync(read(layers[0].digest)).equals(layer)).toBe(true);
  }
  // Index, two manifests, two configs, one layer.
  expect(readdirSync(join(layout, 'blobs/sha256'))).toHaveLength(6);
  await expect(recompressLayers(join(folder, 'node-image'))).rejects.toThrow('ENOENT');
});
