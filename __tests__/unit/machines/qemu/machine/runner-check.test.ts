import { expect, test } from '@jest/globals';
import type { Argv } from '../../../../../src/exec/argv.ts';
import { diskSize, parseInfo } from '../../../../../src/machines/qemu/image/base-image.ts';
import {
  chooseAcceleration,
  guestProblem,
} from '../../../../../src/machines/qemu/machine/accelerator.ts';
import { architectureOf } from '../../../../../src/machines/qemu/machine/architecture.ts';
import {
  availableMemory,
  ensureQemu,
  parseVersion,
  refuseSize,
} from '../../../../../src/machines/qemu/machine/runner-check.ts';
import { networkParts } from '../../../../../src/machines/qemu/network/bridge.ts';
import { checkRoot, rootOf } from '../../../../../src/machines/qemu/network/root.ts';
import { clusterPlaces } from '../../../../../src/machines/qemu/paths.ts';
import { stateFolder } from '../../../../../src/machines/virtual-machine/folders.ts';
import { refuseShortage } from '../../../../../src/machines/virtual-machine/room.ts';

const { signal } = new AbortController();
const X64 = architectureOf('linux', 'x64');
const ARM64 = architectureOf('linux', 'arm64');
const silent = { info: () => {}, warning: () => {} };

/** A runner whose programs answer so; what is not named is not there. */
function runner(
  programs: Readonly<Record<string, string>>,
  ran: string[] = [],
  becomes: Readonly<Record<string, string>> = programs,
) {
  let there = programs;
  return {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked for')),
    run: async (argv: Argv) => {
      ran.push(argv.join(' '));
      if (argv.includes('install')) there = becomes;
      const program = argv[0] === 'sh' ? (argv[4] ?? '') : argv[0];
      const stdout = there[program];
      if (stdout === undefined) return { exitCode: 1, stdout: '', stderr: `${program}: refused` };
      return { exitCode: 0, stdout, stderr: '' };
    },
  };
}

const DEBIAN = 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright…';
const QEMU = { 'qemu-system-x86_64': DEBIAN, 'qemu-img': '' };

test('the version of QEMU is read, and what is no version is told', () => {
  expect(parseVersion(DEBIAN)).toEqual([7, 2]);
  expect(() => parseVersion('segmentation fault')).toThrow('does not say which version');
});

test('without QEMU the message has the line to paste', async () => {
  const ran: string[] = [];
  const root = rootOf(runner({ 'qemu-system-x86_64': DEBIAN }, ran), 0);
  await expect(
    ensureQemu(root, X64, { install: false, signal, log: silent }),
  ).rejects.toMatchObject({
    message: 'There is no QEMU on the runner, or a part of it: qemu-img.',
    hint: expect.stringContaining(
      'sudo apt-get install -y --no-install-recommends qemu-system-x86 qemu-utils',
    ),
  });
  expect(ran.join()).not.toContain('apt-get');
});

test('`install` installs it as root, and only where it is missing', async () => {
  const ran: string[] = [];
  const bare = rootOf(runner({ sudo: '' }, ran, QEMU), 1000);
  expect(await ensureQemu(bare, X64, { install: true, signal, log: silent })).toEqual({
    version: [7, 2],
    firmware: undefined,
  });
  expect(ran.filter((line) => line.startsWith('sudo -n'))).toEqual([
    'sudo -n apt-get update -q',
    expect.stringContaining('sudo -n env DEBIAN_FRONTEND=noninteractive apt-get install'),
  ]);
  ran.length = 0;
  await ensureQemu(rootOf(runner(QEMU, ran), 1000), X64, { install: true, signal, log: silent });
  expect(ran.join()).not.toContain('apt-get');
});

test('an old QEMU is refused', async () => {
  const old = rootOf(runner({ ...QEMU, 'qemu-system-x86_64': 'QEMU emulator version 4.2.1' }), 0);
  await expect(ensureQemu(old, X64, { install: false, signal, log: silent })).rejects.toThrow(
    'QEMU on the runner is 4.2; 6.2 or newer is needed.',
  );
});

test('root is root; anybody else needs sudo without a password, and QEMU runs as he himself', async () => {
  await expect(checkRoot(rootOf(runner({ true: '' }), 0), signal)).resolves.toBeUndefined();
  await expect(checkRoot(rootOf(runner({ sudo: '' }), 1000), signal)).resolves.toBeUndefined();
  await expect(checkRoot(rootOf(runner({}), 1000), signal)).rejects.toMatchObject({
    message: 'The qemu driver needs root, or sudo without a password, on the runner.',
    details: 'sudo: refused',
    hint: expect.stringContaining('/etc/sudoers.d/swarm-up'),
  });
});

test.each([
  ['win32', 'x64'],
  ['darwin', 'arm64'],
  ['linux', 'riscv64'],
])('a runner with %s on %s is refused', (platform, architecture) => {
  expect(() => architectureOf(platform, architecture)).toThrow(
    `this one is ${platform} on ${architecture}`,
  );
});

test('machines that boot by UEFI need its firmware, and get the first that there is', async () => {
  const { firmware } = ARM64;
  const there = (paths: readonly string[]) => {
    const programs = { 'qemu-system-aarch64': DEBIAN, 'qemu-img': '' };
    const { run, ...rest } = runner(programs);
    return rootOf(
      {
        ...rest,
        run: async (argv) => {
          const found = argv.find((word) => paths.includes(word));
          return found ? { exitCode: 0, stdout: `${found}\n`, stderr: '' } : run(argv);
        },
      },
      0,
    );
  };
  const options = { install: false, signal, log: silent };
  expect(await ensureQemu(there(firmware.slice(2)), ARM64, options)).toEqual({
    version: [7, 2],
    firmware: firmware[2],
  });
  await expect(ensureQemu(there([]), ARM64, options)).rejects.toMatchObject({
    message: `There is no QEMU on the runner, or a part of it: UEFI firmware (${firmware[0]}).`,
    hint: expect.stringContaining('qemu-system-arm qemu-efi-aarch64 qemu-utils'),
  });
});

test('too little memory or disk is refused with what there is', () => {
  const there = { memory: 4e9, disk: 5e9, folder: '/s' };
  expect(() => refuseShortage(2, 2e9, there)).not.toThrow();
  expect(() => refuseShortage(3, 2e9, there)).toThrow(
    '3 machines with 2.0 GB of memory each need more than the 4.0 GB that the runner has left.',
  );
  expect(() => refuseShortage(5, 1, there)).toThrow(
    '5 machines need 5.4 GB of disk, and /s has 5.0 GB left.',
  );
  expect(() => refuseShortage(0, 2e9, { ...there, memory: 0, disk: 0 })).not.toThrow();
});

test('memory that can be had is read from /proc/meminfo', () => {
  expect(availableMemory('MemTotal:  100 kB\nMemAvailable:    50 kB\n')).toBe(51_200);
  expect(availableMemory('')).toBe(Number.POSITIVE_INFINITY);
});

test('QEMU before 10 emulates a CPU without cmpxchg16b', () => {
  expect(X64.cpuModel('tcg', [7, 2])).toBe('max,cx16=off');
  expect(X64.cpuModel('tcg', [10, 0])).toBe('max');
  expect(X64.cpuModel('kvm', [7, 2])).toBe('host');
});

test('`accel: tcg` asks nobody about KVM', async () => {
  const context = { runner: runner({}), signal, log: silent };
  expect(await chooseAcceleration('tcg', X64, [7, 2], context)).toEqual({
    accelerator: 'tcg',
    cpuModel: 'max,cx16=off',
  });
});

test.each([
  ['runs at once', { kvm: 200, tcg: 150 }, undefined, ['kvm']],
  ['is slow, as all of the machine', { kvm: 1_500, tcg: 1_200 }, undefined, ['kvm', 'tcg']],
  [
    'is slower than emulation',
    { kvm: 4_400, tcg: 400 },
    'The runner has /dev/kvm, and the smallest of guests takes 4.4 s on it, but 0.4 s emulated.',
    ['kvm', 'tcg'],
  ],
])('a guest on KVM that %s', async (_, took, reason, ran) => {
  const asked: string[] = [];
  const problem = await guestProblem(async (accelerator) => {
    asked.push(accelerator);
    return { problem: undefined, tookMs: took[accelerator] };
  });
  expect(problem?.reason).toBe(reason);
  expect(asked).toEqual(ran);
});

test('a guest on KVM that does not end is told with what QEMU said', async () => {
  const run = async () => ({ problem: 'ioctl failed', tookMs: 20 });
  expect((await guestProblem(run))?.reason).toBe(
    'The runner has /dev/kvm, and no guest runs on it: ioctl failed',
  );
});

test('the disk of the probe has a boot sector', () => {
  const disk = X64.probe.program();
  expect(disk.readUInt16LE(510)).toBe(0xaa55);
  expect(disk.length).toBe(2 ** 20);
});

test('an image has to be whole, and of a format that machines can be made of', () => {
  const info = (more: object) =>
    JSON.stringify({ format: 'qcow2', 'virtual-size': 3e9, filename: 'a', ...more });
  expect(parseInfo('/a', info({}))).toEqual({ path: '/a', format: 'qcow2', bytes: 3e9 });
  expect(() => parseInfo('/a', info({ format: 'vmdk' }))).toThrow('of the format vmdk');
  expect(() => parseInfo('/a', info({ 'backing-filename': '/etc/shadow' }))).toThrow(
    '/a is not whole: it builds on /etc/shadow.',
  );
});

test('what the kernel has of a network is told from what others have', () => {
  const places = clusterPlaces('/s', 'shop');
  const links = JSON.stringify([
    { ifname: 'lo', flags: ['UP'] },
    { ifname: places.uplink, flags: ['BROADCAST', 'UP'] },
    { ifname: `${places.linkPrefix}2`, flags: [] },
    { ifname: clusterPlaces('/s', 'shop-2').uplink, flags: ['UP'] },
  ]);
  expect(networkParts(places, links, `${places.namespace} (id: 3)\nother\n`)).toEqual({
    namespace: true,
    links: [
      { name: places.uplink, isUp: true },
      { name: `${places.linkPrefix}2`, isUp: false },
    ],
  });
  expect(networkParts(places, '[]', `${places.namespace}0\n`)).toEqual({
    namespace: false,
    links: [],
  });
});

test('clusters are below the home of the user, or where he wants such things', () => {
  expect(stateFolder({}, '/home/a', 'qemu')).toBe('/home/a/.local/state/swarm-up/qemu');
  expect(stateFolder({ XDG_STATE_HOME: '/v' }, '/home/a', 'qemu')).toBe('/v/swarm-up/qemu');
});

test('a cluster with too many machines, or with too long a path, is refused', () => {
  const usual = clusterPlaces('/home/runner/.local/state/swarm-up/qemu', 'c'.repeat(40));
  expect(() => refuseSize(50, usual)).not.toThrow();
  expect(() => refuseSize(241, usual)).toThrow('at most 240 of them');
  const deep = clusterPlaces(`/${'d'.repeat(60)}`, 'c'.repeat(40));
  expect(() => refuseSize(1, deep)).toThrow(`The path ${deep.folder} is too long`);
});

test('a disk is no smaller than its image, and 20 GiB where nothing is said', () => {
  const base = { path: '/i', format: 'raw', bytes: 3 * 2 ** 30 };
  expect(diskSize({}, base)).toBe(20 * 2 ** 30);
  expect(diskSize({}, { ...base, bytes: 30 * 2 ** 30 })).toBe(30 * 2 ** 30);
  expect(diskSize({ disk: 4 * 2 ** 30 }, base)).toBe(4 * 2 ** 30);
  expect(() => diskSize({ disk: 2 ** 30 }, base)).toThrow('the image is of a disk of 3072m');
});
