import { expect, test } from '@jest/globals';
import { qemuOptions } from '../../../../src/machines/qemu/options.ts';
import { imageSource } from '../../../../src/machines/virtual-machine/image/image-source.ts';

const SUM = `sha256:${'ab'.repeat(32)}`;

test('options are read in bytes and numbers', () => {
  const options = qemuOptions.parse({
    image: 'https://example.org/a.qcow2',
    checksum: ` ${SUM.toUpperCase().replace('SHA', 'sha')}\n`,
    cpus: '4',
    memory: '1536m',
    disk: '30G',
    accel: 'tcg',
    internet: false,
    engine: 'docker',
    prepare: true,
    network: 'user',
    install: true,
  });
  expect(options).toEqual({
    image: 'https://example.org/a.qcow2',
    checksum: SUM,
    cpus: 4,
    memory: 1536 * 2 ** 20,
    disk: 30 * 2 ** 30,
    accel: 'tcg',
    internet: false,
    engine: 'docker',
    prepare: true,
    network: 'user',
    install: true,
  });
});

test('none are needed, and a checksum alone says nothing', () => {
  expect(qemuOptions.parse({})).toEqual({});
  expect(qemuOptions.safeParse({ checksum: SUM }).error?.issues[0]).toMatchObject({
    path: ['checksum'],
    message: expect.stringContaining('an `image`, which is not given'),
  });
});

test('without an image it is the one of this release for the kind of the runner, and a remedy says so', () => {
  const [x64, arm64] = (['x64', 'arm64'] as const).map((name) => imageSource({}, name));
  expect(x64?.image).toMatch(
    /^https:\/\/cloud\.debian\.org\/images\/cloud\/trixie\/(\d{8}-\d+)\/debian-13-genericcloud-amd64-\1\.qcow2$/,
  );
  expect(arm64?.image).toBe(x64?.image.replace('amd64', 'arm64'));
  expect(arm64?.checksum).not.toBe(x64?.checksum);
  for (const { image, checksum, remedy } of [x64, arm64].filter((one) => one !== undefined)) {
    expect(qemuOptions.parse({ image, checksum })).toEqual({ image, checksum });
    expect(remedy).toContain('use a newer version');
  }
  const own = imageSource({ image: '/i' }, 'x64');
  expect(own).toMatchObject({ image: '/i', checksum: undefined });
});

test('a path needs no checksum, a URL does', () => {
  expect(qemuOptions.safeParse({ image: 'images/a.qcow2' }).success).toBe(true);
  expect(qemuOptions.safeParse({ image: 'https://example.org/a' }).error?.issues[0]).toMatchObject({
    path: ['checksum'],
    message: expect.stringContaining('an image from a URL needs one'),
  });
});

test.each([
  ['checksum', 'sha256:abc'],
  ['checksum', 'md5:d41d8cd98f00b204e9800998ecf8427e'],
  ['cpus', 0],
  ['cpus', 1.5],
  ['memory', 'much'],
  ['memory', '100m'],
  ['disk', '1m'],
  ['accel', 'hvf'],
  ['internet', 'yes'],
  ['engine', 'podman'],
  ['prepare', 'yes'],
  ['network', 'nat'],
  ['images', 'a typo'],
])('%s: %s is refused', (key, value) => {
  expect(qemuOptions.safeParse({ [key]: value }).success).toBe(false);
});
