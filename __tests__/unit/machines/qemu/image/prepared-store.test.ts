import { expect, test } from '@jest/globals';
import { CLEAN_SCRIPT } from '../../../../../src/machines/qemu/image/clean-script.ts';
import { preparationDisk } from '../../../../../src/machines/qemu/image/prepare.ts';
import { preparedPlaces } from '../../../../../src/machines/qemu/image/prepared-store.ts';
import {
  clusterPlaces,
  machineName,
  machinePlaces,
  WORKBENCH,
} from '../../../../../src/machines/qemu/paths.ts';
import { guestAddress, MOST_MACHINES } from '../../../../../src/machines/virtual-machine/subnet.ts';

const GIB = 2 ** 30;
const checksum = `sha256:${'ab'.repeat(32)}`;
const name = (more: Partial<Parameters<typeof preparedPlaces>[1]> = {}) =>
  preparedPlaces('/cache', { checksum, engine: undefined, disk: undefined, ...more });

test('an image is kept by what it is made of and by how it is made', () => {
  const all = [
    name(),
    name({ engine: 'docker' }),
    name({ engine: 'distribution' }),
    name({ disk: 4 * GIB }),
    name({ checksum: `sha256:${'cd'.repeat(32)}` }),
  ];
  expect(new Set(all.map(({ image }) => image)).size).toBe(all.length);
  expect(name()).toEqual(name());
});

test('images of one base are a family, those of another base another one', () => {
  expect(name({ engine: 'docker' }).family).toBe(name().family);
  expect(name({ checksum: `sha256:${'cd'.repeat(32)}` }).family).not.toBe(name().family);
});

test('it is prepared on a disk with room for the engine, and on none that is larger than those of the machines', () => {
  expect(preparationDisk(3 * GIB, 20 * GIB)).toBe(5 * GIB);
  expect(preparationDisk(3 * GIB, 4 * GIB)).toBe(4 * GIB);
});

test('its machine has a place, a name and an address that no machine of a cluster has', () => {
  expect(WORKBENCH).toBeGreaterThan(MOST_MACHINES);
  expect(machineName('shop', WORKBENCH)).toBe('shop-prepare');
  expect(machineName('shop', 2)).toBe('shop-2');
  expect(guestAddress('10.200.7', WORKBENCH)).toBe('10.200.7.251');
  const { tap } = machinePlaces(clusterPlaces('/s', 'shop'), WORKBENCH);
  expect(tap.length).toBeLessThanOrEqual(15);
});

test.each([
  ['the identity of the engine', 'rm -rf /var/lib/docker/*'],
  ['who was let in', 'rm -rf "$home/.ssh"'],
  ['the keys of the host', 'rm -f /etc/ssh/ssh_host_*'],
  ['what cloud-init has done', 'cloud-init clean --logs'],
  ['the id of the machine', ': >/etc/machine-id'],
  ['the lists of apt', 'rm -rf /var/lib/apt/lists/*'],
])('%s is removed, and the disk is written before it is read', (_what, command) => {
  const lines = CLEAN_SCRIPT.split('\n').map((line) => line.trim());
  expect(lines.some((line) => line.startsWith(command))).toBe(true);
  expect(lines.filter(Boolean).at(-1)).toBe('sync');
});
