import { expect, test } from '@jest/globals';
import {
  checkPlatforms,
  emulatedFor,
  type NodePlatform,
  type ServicePlatform,
} from '../../../../src/deploy/requirements/platforms.ts';
import type { Executor } from '../../../../src/exec/executor.ts';

const node = (name: string, architecture: string, os = 'linux'): NodePlatform => ({
  name,
  os,
  architecture,
});
const mixed = [node('one', 'x86_64'), node('two', 'aarch64'), node('three', 'x86_64')];

const whole = { service: 'web', platform: undefined, image: 'web:1', loaded: undefined };

function refused(
  service: Partial<ServicePlatform>,
  nodes: readonly NodePlatform[] = mixed,
  emulated: readonly string[] = [],
) {
  const found: [string, string][] = [];
  checkPlatforms([{ ...whole, ...service }], nodes, emulated, (path, message) => {
    found.push([path.join('.'), message]);
  });
  return found;
}

const built = (Architecture: string, Os = 'linux', Variant?: string) => ({
  loaded: { Id: 'x', Os, Architecture, Variant, RootFS: {} },
});

test('an image that no node runs is refused with its platform and those of the nodes', () => {
  expect(refused(built('s390x'))).toEqual([
    [
      'services.web.image',
      'service web: its image web:1 is built for linux/s390x, and no node can run that; the nodes are linux/amd64 (one, three), linux/arm64 (two). Build it for them (docker build --platform linux/amd64).',
    ],
  ]);
  expect(refused(built('arm64', 'linux', 'v8'), [node('one', 'x86_64')])[0]?.[1]).toContain(
    'linux/arm64/v8',
  );
  expect(refused(built('amd64', 'windows'))).toHaveLength(1);
});

test.each([
  ['amd64', 'x86_64'],
  ['386', 'x86_64'],
  ['arm64', 'aarch64'],
  ['arm', 'aarch64'],
  ['arm', 'armv7l'],
  ['s390x', 's390x'],
])('an image for %s runs on %s', (architecture, machine) => {
  expect(refused(built(architecture), [node('one', machine)])).toEqual([]);
});

test.each(['linux/amd64', 'linux/arm64/v8', 'linux', 'amd64'])(
  'platform %s is there',
  (platform) => {
    expect(refused({ platform })).toEqual([]);
  },
);

// As the constraint has it, which an `aarch64` does not meet.
test.each(['linux/arm/v7', 'windows/amd64', 'riscv64'])('platform %s is refused', (platform) => {
  expect(refused({ platform })).toEqual([
    [
      'services.web.platform',
      `service web: no node has its platform ${platform}; the nodes are linux/amd64 (one, three), linux/arm64 (two). Take out \`platform\`, or write one of the nodes.`,
    ],
  ]);
});

test('of many nodes some are named, and where none is known nothing is refused', () => {
  const many = Array.from({ length: 8 }, (_, at) => node(`n${at}`, 'x86_64'));
  expect(refused({ platform: 'arm64' }, many)[0]?.[1]).toContain(
    'linux/amd64 (n0, n1, n2, n3, n4 and 3 more).',
  );
  expect(refused(built('s390x'), [])).toEqual([]);
});

test('an image that an emulator runs is not refused, and emulators are asked for only then', async () => {
  let asked = 0;
  const machine: Executor = {
    where: 'one',
    open: () => Promise.reject(new Error('not asked')),
    run: async () => {
      asked += 1;
      return { exitCode: 0, stdout: 'qemu-aarch64\nqemu-s390x\nregister\nstatus\n', stderr: '' };
    },
  };
  const signal = new AbortController().signal;
  const nodes = [node('one', 'x86_64')];
  const emulatedOf = (architecture: string) =>
    emulatedFor([{ ...whole, ...built(architecture) }], nodes, [machine], signal);
  expect(await emulatedOf('amd64')).toEqual([]);
  expect(asked).toBe(0);
  const emulated = await emulatedOf('riscv64');
  expect(emulated).toEqual(['arm64', 's390x']);
  expect(refused(built('arm64'), nodes, emulated)).toEqual([]);
  expect(refused(built('riscv64'), nodes, emulated)).toHaveLength(1);
  // Swarm itself takes no node of another architecture.
  expect(refused({ platform: 'linux/arm64' }, nodes, emulated)).toHaveLength(1);
});
