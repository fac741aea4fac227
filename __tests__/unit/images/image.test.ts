import { describe, expect, test } from '@jest/globals';
import {
  contentReference,
  isContentReference,
  writtenReference,
} from '../../../src/images/content-tag.ts';
import {
  contentHash,
  type Image,
  image,
  isSame,
  isSameButForStartInterval,
} from '../../../src/images/image.ts';
import { retiredReferences } from '../../../src/stack/retired-references.ts';
import { answered } from '../../support/answered.ts';
import { presentService, presentWith } from '../../support/present.ts';

/**
 * As engines and archives have it: `Created`, and what they print beside the configuration, are the
 * same for each build.
 */
function built(config: Readonly<Record<string, unknown>>, more: Partial<Image> = {}): Image {
  return image.parse({
    Id: `sha256:${JSON.stringify([config, more])}`,
    Created: '1970-01-01T00:00:00Z',
    Architecture: 'amd64',
    Os: 'linux',
    RootFS: { Type: 'layers', Layers: ['sha256:1', 'sha256:2'] },
    Config: { Hostname: '', Domainname: '', Image: '', ...config },
    ...more,
  });
}

const PLAIN = { Cmd: ['serve'], Env: ['PATH=/bin'], WorkingDir: '/' };

describe('isSame', () => {
  test('one image has two ids on engines with other stores, and is the same', () => {
    const [containerd, graph] = ['image-28', 'image-20.10'].map((name) =>
      image.parse(answered(name)),
    );
    if (!containerd || !graph) throw new Error('both are there');
    expect(containerd.Id).not.toBe(graph.Id);
    expect(isSame(containerd, graph)).toBe(true);
    expect(contentHash(containerd)).toBe(contentHash(graph));
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['a variable', { Env: ['PATH=/bin', 'V=2'] }],
    ['the order of variables', { Env: ['A=1', 'B=2'] }],
    ['a command', { Cmd: ['serve', '--quick'] }],
    ['no command', { Cmd: null }],
    ['an entrypoint', { Entrypoint: ['/init'] }],
    ['a label', { Labels: { version: '2' } }],
    ['an empty label', { Labels: { version: '' } }],
    ['a user', { User: '1000' }],
    ['a folder', { WorkingDir: '/srv' }],
    ['a port', { ExposedPorts: { '80/tcp': {} } }],
    ['a volume', { Volumes: { '/data': {} } }],
    ['a signal', { StopSignal: 'SIGINT' }],
    ['a healthcheck', { Healthcheck: { Test: ['CMD', 'true'] } }],
    ['a shell', { Shell: ['/bin/bash', '-c'] }],
    ['a trigger', { OnBuild: ['RUN true'] }],
  ])(
    'two builds with the same layers and times that differ in %s are two images',
    (_what, other) => {
      const [one, two] = [built(PLAIN), built({ ...PLAIN, ...other })];
      expect(isSame(one, two)).toBe(false);
      expect(contentHash(one)).not.toBe(contentHash(two));
    },
  );

  test.each<[string, Image]>([
    ['what is not set is left out', built({ ...PLAIN, Labels: undefined, User: undefined })],
    ['what is not set is null', built({ ...PLAIN, Labels: null, Entrypoint: null, Volumes: null })],
    ['what is not set is empty', built({ ...PLAIN, Labels: {}, Entrypoint: [], User: '' })],
    [
      'the keys are in another order',
      built({ WorkingDir: '/', Env: ['PATH=/bin'], Cmd: ['serve'] }),
    ],
    ['it was built at another time', built(PLAIN, { Created: '2026-01-01T00:00:00Z' } as object)],
    ['the id is that of a manifest', built(PLAIN, { Id: 'sha256:manifest' })],
    ['it has other names', built(PLAIN, { RepoTags: ['shop/web:2'] })],
  ])('one image in another engine or archive: %s', (_what, other) => {
    expect(isSame(built(PLAIN), other)).toBe(true);
    expect(contentHash(built(PLAIN))).toBe(contentHash(other));
  });

  test.each<[string, Partial<Image>]>([
    ['layers', { RootFS: { Layers: ['sha256:1', 'sha256:3'] } }],
    ['their order', { RootFS: { Layers: ['sha256:2', 'sha256:1'] } }],
    ['architecture', { Architecture: 'arm64' }],
    ['variant', { Variant: 'v7' }],
    ['system', { Os: 'windows' }],
  ])('two images that differ in %s', (_what, other) => {
    expect(isSame(built(PLAIN), built(PLAIN, other))).toBe(false);
  });

  test('an id that is the same says enough', () => {
    expect(isSame(built(PLAIN, { Id: 'x' }), built({}, { Id: 'x' }))).toBe(true);
  });

  test('the usual variant of arm64 may be written or not', () => {
    const arm = (Variant: string | null) => built(PLAIN, { Architecture: 'arm64', Variant });
    expect(isSame(arm('v8'), arm(null))).toBe(true);
  });

  test('an engine that drops the interval of a beginning healthcheck has the image all the same', () => {
    const Healthcheck = { Test: ['CMD', 'true'], Retries: 3 };
    const [whole, less] = [
      built({ Healthcheck: { ...Healthcheck, StartInterval: 5e9 } }),
      built({ Healthcheck }),
    ];
    expect(isSame(whole, less)).toBe(false);
    expect(isSameButForStartInterval(whole, less)).toBe(true);
    expect(isSameButForStartInterval(whole, built({ Healthcheck: { Test: ['NONE'] } }))).toBe(
      false,
    );
    expect(isSameButForStartInterval(built(PLAIN), built(PLAIN, { Id: 'y' }))).toBe(true);
  });
});

describe('contentReference', () => {
  const hash = contentHash(built(PLAIN)).slice(0, 12);
  test.each([
    ['shop/web:ci', `shop/web:ci-swarm-up-${hash}`],
    ['web', `web:latest-swarm-up-${hash}`],
    ['localhost:5000/web', `localhost:5000/web:latest-swarm-up-${hash}`],
    ['docker.io/library/web:1.2', `docker.io/library/web:1.2-swarm-up-${hash}`],
  ])('%s is %s', (name, expected) => {
    expect(contentReference(name, built(PLAIN))).toBe(expected);
    expect(isContentReference(expected)).toBe(true);
  });

  test('a tag of the greatest length stays a tag', () => {
    const reference = contentReference(`web:${'v'.repeat(128)}`, built(PLAIN));
    expect(reference.split(':')[1]).toHaveLength(128);
    expect(isContentReference(reference)).toBe(true);
  });

  test.each([
    `web@sha256:${'a'.repeat(64)}`,
    `web:ci@sha256:${'a'.repeat(64)}`,
    `sha256:${'a'.repeat(64)}`,
    'a'.repeat(64),
    '0123456789ab',
  ])('%s names a content already', (name) => {
    expect(contentReference(name, built(PLAIN))).toBe(name);
  });

  test('people see what they wrote', () => {
    expect(writtenReference(contentReference('shop/web:ci', built(PLAIN)))).toBe('shop/web:ci');
    expect(writtenReference('shop/web:ci-swarm-up-to-date')).toBe('shop/web:ci-swarm-up-to-date');
    expect(writtenReference('nginx:1.27@sha256:abc')).toBe('nginx:1.27@sha256:abc');
  });
});

describe('retiredReferences', () => {
  const of = (version: number) => `web:ci-swarm-up-${String(version).padStart(12, '0')}`;
  const running = (Image: string) => ({ TaskTemplate: { ContainerSpec: { Image, Labels: {} } } });
  const service = (stack: string, name: string, image: string, previous?: string) => {
    const called = `${stack}_${name}`;
    const PreviousSpec =
      previous === undefined ? undefined : presentService(called, running(previous)).Spec;
    return presentService(called, running(image), { PreviousSpec });
  };
  const swarmWith = (services: readonly ReturnType<typeof service>[]) => presentWith({ services });

  test('are those that neither the services nor a rollback of them asks for any more', () => {
    const before = swarmWith([service('shop', 'web', of(2), of(1))]);
    const after = swarmWith([service('shop', 'web', of(3), of(2))]);
    expect(retiredReferences('shop', before, after)).toEqual([of(1)]);
    expect(retiredReferences('shop', after, after)).toEqual([]);
  });

  test('are not those of other stacks, or that other stacks ask for', () => {
    const before = swarmWith([service('shop', 'web', of(2), of(1)), service('blog', 'web', of(9))]);
    const after = swarmWith([
      service('shop', 'web', of(3), of(2)),
      service('shop-pr-1', 'web', of(1)),
    ]);
    expect(retiredReferences('shop', before, after)).toEqual([]);
  });

  test('are both images of a service that left the file, and none that a person has named', () => {
    const before = swarmWith([
      service('shop', 'web', of(2), of(1)),
      service('shop', 'db', 'postgres:17', 'postgres:16'),
    ]);
    expect(retiredReferences('shop', before, swarmWith([]))).toEqual([of(2), of(1)]);
  });
});
