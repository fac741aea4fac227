import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { unpackTar } from 'modern-tar';
import type { ActionError } from '../../../src/base/errors.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { notStarted } from '../../../src/exec/not-started.ts';
import { findImages, imagesByReference, referencesToRun } from '../../../src/images/sources.ts';
import { configOf, idOf, layoutFiles, savedFiles, tarOf } from '../../support/image-archives.ts';

let workspace = '';
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'images-'));
});
afterEach(() => rm(workspace, { recursive: true }));

async function write(path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(workspace, path)), { recursive: true });
  await writeFile(join(workspace, path), content);
}

/** The runner, whose engine has these images. */
function runner(images: Readonly<Record<string, string>> = {}): Executor {
  return {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv) => {
      const found = argv.slice(3).flatMap((name) => {
        const config = images[name];
        if (config === undefined) return [];
        const { architecture, os } = JSON.parse(config);
        return [{ Id: idOf(config), Architecture: architecture, Os: os, RootFS: {} }];
      });
      return { exitCode: 0, stdout: JSON.stringify(found), stderr: '' };
    },
  };
}

const find = (lines: readonly string[], engine = runner()) =>
  findImages(engine, workspace, lines, new AbortController().signal);

async function refusal(...given: Parameters<typeof find>): Promise<string> {
  const error = await find(...given).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ActionError', status: 'image' });
  const { message, details } = error as ActionError;
  return `${message}\n${details ?? ''}`;
}

const WEB = configOf('web');
const API = configOf('api', 'arm64');

test('images of the engine and of tar files are found by what the lines look like', async () => {
  await write('images/b.tar.gz', gzipSync(await tarOf(savedFiles({ 'shop/api:2': API }))));
  await write('images/a.tar', await tarOf(savedFiles({ 'shop/web:1': WEB })));
  await write('images/folder/none.txt', '');
  const sources = await find(['tools', 'images/*'], runner({ tools: configOf('tools') }));
  expect(sources.map(({ where, images }) => [where, ...images.keys()])).toEqual([
    ['the runner', 'tools'],
    ['images/a.tar', 'shop/web:1'],
    ['images/b.tar.gz', 'shop/api:2'],
  ]);
  const images = imagesByReference(sources);
  expect([...images.keys()]).toEqual(['tools:latest', 'shop/web:1', 'shop/api:2']);
  expect(images.get('shop/api:2')).toMatchObject({
    Id: idOf(API),
    Architecture: 'arm64',
    Os: 'linux',
    Config: { Cmd: ['/bin/true'] },
    RootFS: { Layers: JSON.parse(API).rootfs.diff_ids },
  });
});

test('all images of the engine come in one stream, where layers that they share are once', async () => {
  const asked: Argv[] = [];
  const engine: Executor = {
    ...runner({ web: WEB, api: API }),
    open: async (argv) => {
      asked.push(argv);
      return new PassThrough();
    },
  };
  const sources = await find(['web', 'api'], engine);
  expect(sources).toHaveLength(1);
  await sources[0]?.open(['web', 'api']);
  expect(asked).toEqual([['docker', 'save', 'web', 'api']]);
});

test('an archive of docker save goes over as it is', async () => {
  const bytes = gzipSync(await tarOf(savedFiles({ 'shop/web:1': WEB })));
  await write('web.tgz', bytes);
  const [source] = await find([join(workspace, 'web.tgz')]);
  expect(await buffer((await source?.open(['shop/web:1'])) as NodeJS.ReadableStream)).toEqual(
    bytes,
  );
});

test.each([
  ['as it is', (bytes: Uint8Array) => bytes, (bytes: Uint8Array) => bytes],
  ['packed', gzipSync, gunzipSync],
])(
  'an OCI layout, %s, goes over with the list that older engines read',
  async (_, pack, unpack) => {
    const name = { 'io.containerd.image.name': 'docker.io/shop/web:1' };
    const files = layoutFiles(name, [WEB]);
    await write('web.tar', pack(await tarOf(files)));
    const [source] = await find(['web.tar']);
    expect([...imagesByReference(source ? [source] : [])]).toEqual([
      ['shop/web:1', expect.objectContaining({ Id: idOf(WEB) })],
    ]);
    const sent = await buffer((await source?.open([])) as NodeJS.ReadableStream);
    const entries = await unpackTar(new Uint8Array(unpack(sent)));
    expect(entries.map(({ header }) => header.name)).toEqual([
      'manifest.json',
      ...Object.keys(files),
    ]);
    const [list] = JSON.parse(Buffer.from(entries[0]?.data ?? []).toString());
    expect(list).toEqual({
      Config: `blobs/${idOf(WEB).replace(':', '/')}`,
      RepoTags: ['docker.io/shop/web:1'],
      Layers: [expect.stringMatching(/^blobs\/sha256\/[0-9a-f]{64}$/)],
    });
  },
);

test('an OCI layout for several platforms goes over with the list for that of the engine', async () => {
  const name = { 'io.containerd.image.name': 'docker.io/shop/web:1' };
  const files = layoutFiles(name, [WEB, API]);
  await write('web.tar', await tarOf(files));
  const [source] = await find(['web.tar']);
  expect(source?.isForSeveral).toBe(true);
  const found = imagesByReference(source ? [source] : []).get('shop/web:1');
  expect(found?.Variants?.map(({ Architecture }) => Architecture)).toEqual(['amd64', 'arm64']);
  const configFor = async (platform: string | undefined) => {
    const sent = await buffer((await source?.open([], platform)) as NodeJS.ReadableStream);
    const entries = await unpackTar(new Uint8Array(sent));
    expect(entries.map(({ header }) => header.name)).toEqual([
      'manifest.json',
      ...Object.keys(files),
    ]);
    const list = JSON.parse(Buffer.from(entries[0]?.data ?? []).toString());
    expect(list).toHaveLength(1);
    return list[0].Config;
  };
  const path = (config: string) => `blobs/${idOf(config).replace(':', '/')}`;
  expect(await configFor('linux/arm64')).toBe(path(API));
  expect(await configFor('linux/amd64')).toBe(path(WEB));
  expect(await configFor('linux/riscv64')).toBe(path(WEB));
});

test.each<[string, () => Promise<Uint8Array | string>, RegExp]>([
  ['a text', async () => 'no archive\n'.repeat(100), /it is no tar archive/],
  ['nothing', async () => '', /it is no tar archive/],
  ['half a gzip', async () => gzipSync('x'.repeat(9_000)).subarray(0, 20), /it is no tar archive/],
  [
    'the first part of an archive',
    async () => (await tarOf(savedFiles({ 'web:1': WEB }))).subarray(0, 3_000),
    /only a part of one/,
  ],
  ['another tar', () => tarOf({ 'a.txt': 'x', 'b.json': '{}' }), /not one of images: neither/],
  ['another manifest', () => tarOf({ 'manifest.json': '{"name": "an app"}' }), /not one of images/],
  [
    'a list without its image',
    async () => tarOf({ 'manifest.json': savedFiles({ 'web:1': WEB })['manifest.json'] ?? '' }),
    /incomplete: [0-9a-f]+\.json, which its list names/,
  ],
  [
    'an image without a name',
    () => tarOf(layoutFiles({ 'org.opencontainers.image.ref.name': 'latest' }, [WEB])),
    /its images have no name/,
  ],
  [
    'an image for no platform',
    () => tarOf(layoutFiles({ 'io.containerd.image.name': 'web:1' }, [])),
    /an image in it is for no platform/,
  ],
])('%s is refused with the reason', async (_, content, reason) => {
  await write('app.tar', await content());
  const said = await refusal(['app.tar']);
  expect(said).toMatch(
    /^Tar files that `images` names cannot be loaded into the nodes\.\napp\.tar: /,
  );
  expect(said).toMatch(reason);
});

test('everything that is not there is named at once', async () => {
  const said = await refusal(['images/*.tar', 'app.tar.gz', 'images/*']);
  for (const line of ['images/*.tar', 'app.tar.gz', 'images/*']) {
    expect(said).toContain(`${line}: there is no such file.`);
  }
  expect(await refusal(['tools', 'app.tar'])).toContain('images: tools: not on the Docker Engine');
});

test('two different images of one name are refused, the same image twice is not', async () => {
  await write('a.tar', await tarOf(savedFiles({ 'web:latest': WEB })));
  await write('b.tar', await tarOf(savedFiles({ 'web:latest': API })));
  expect(await refusal(['*.tar'])).toContain('web:latest: one in a.tar, another in b.tar');
  await find(['web', 'a.tar'], runner({ web: WEB }));
  expect(await refusal(['web', 'b.tar'], runner({ web: WEB }))).toContain('one in the runner');
});

test('an image of which the engine has only parts is refused before anything is made of it', async () => {
  const parts = JSON.stringify({ architecture: '', os: '' });
  const error = await find(['whole', 'single:1'], runner({ whole: WEB, 'single:1': parts })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    message:
      'images: single:1: the Docker Engine of the runner has only parts of it, so it cannot be loaded into the nodes.',
    hint: expect.stringContaining('docker pull single:1'),
    status: 'image',
  });
});

test('an image for Windows containers is refused, with what a runner of Windows can do', async () => {
  const windows = JSON.stringify({ architecture: 'amd64', os: 'windows' });
  const error = await find(['web', 'nano:1'], runner({ web: WEB, 'nano:1': windows })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({
    message: 'images: nano:1: for Windows containers, and the nodes run Linux containers.',
    hint: expect.stringContaining('docker save'),
    status: 'image',
  });
});

test('without docker on the runner a file of images works, and a name says why it does not', async () => {
  await write('app.tar', await tarOf(savedFiles({ 'shop/web:1': WEB })));
  const bare: Executor = {
    ...runner(),
    run: async ([program]) => {
      const cause = Object.assign(new Error('spawn docker ENOENT'), { code: 'ENOENT' });
      throw notStarted({ program, cwd: undefined, cause });
    },
  };
  expect(await find(['app.tar'], bare)).toHaveLength(1);
  expect(await refusal(['app.tar', 'web'], bare)).toContain(
    'images: web: the runner has no docker',
  );
});

test('services ask for a loaded image by its content, and for others as they are written', async () => {
  await write('app.tar', await tarOf(savedFiles({ 'shop/web:1': WEB })));
  const sources = await find(['app.tar', 'tools'], runner({ tools: configOf('tools') }));
  const references = referencesToRun(sources, [
    ...['docker.io/shop/web:1', 'tools', 'tools:latest', 'redis:8'],
  ]);
  expect([...references.keys()]).toEqual(['docker.io/shop/web:1', 'tools', 'tools:latest']);
  expect(references.get('docker.io/shop/web:1')).toMatch(
    /^docker\.io\/shop\/web:1-swarm-up-[0-9a-f]{12}$/,
  );
  expect(references.get('tools')).toBe(references.get('tools:latest'));
});
