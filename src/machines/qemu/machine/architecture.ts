import { ActionError } from '../../../base/errors.ts';

/** By what the instructions of the guests are run. */
export type Accelerator = 'kvm' | 'tcg';

/**
 * By what a guest is known to have run: what QEMU exits with, and the program that makes it do so.
 */
interface Probe {
  /** Arguments that no machine has; `file` is where the program is. */
  readonly args: (file: string) => readonly string[];
  readonly program: () => Buffer;
  readonly exitCode: number;
}

/** What QEMU has to be told of the kind of a guest, which is that of its runner. */
export interface Architecture {
  /** As Node calls it. */
  readonly name: 'x64' | 'arm64';
  readonly qemu: 'qemu-system-x86_64' | 'qemu-system-aarch64';
  readonly machine: string;
  /** Debian's and Ubuntu's packages with what the driver starts and reads. */
  readonly packages: readonly string[];
  /** Where distributions have the firmware that boots a disk; empty where QEMU brings one. */
  readonly firmware: readonly string[];
  /** The CPU that a guest sees: that of the runner, or one that `version` of QEMU emulates well. */
  readonly cpuModel: (accelerator: Accelerator, version: readonly [number, number]) => string;
  readonly probe: Probe;
}

/**
 * From here on QEMU's emulation of a whole x64 CPU is trusted; 7.2 let guests panic at random after
 * cmpxchg16b.
 */
const SOUND = [10, 0] as const;

const X64: Architecture = {
  name: 'x64',
  qemu: 'qemu-system-x86_64',
  machine: 'q35',
  packages: ['qemu-system-x86', 'qemu-utils'],
  firmware: [],
  cpuModel: (accelerator, version) => {
    if (accelerator === 'kvm') return 'host';
    return isAtLeast(version, SOUND) ? 'max' : 'max,cx16=off';
  },
  probe: {
    args: (file) => [
      ...['-device', 'isa-debug-exit,iobase=0x501,iosize=4'],
      ...['-drive', `if=none,id=disk,file=${file},format=raw,readonly=on`],
      ...['-device', 'virtio-blk-pci,drive=disk,bootindex=1'],
    ],
    program: bootSector,
    // What the debug device makes of 0x10: (0x10 << 1) | 1.
    exitCode: 33,
  },
};

const ARM64: Architecture = {
  name: 'arm64',
  qemu: 'qemu-system-aarch64',
  // The interrupt controller that the host has, or the best that is emulated: KVM on a newer one
  // has no older one.
  machine: 'virt,gic-version=max',
  packages: ['qemu-system-arm', 'qemu-efi-aarch64', 'qemu-utils'],
  firmware: [
    '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd',
    '/usr/share/AAVMF/AAVMF_CODE.fd',
    '/usr/share/edk2/aarch64/QEMU_EFI.fd',
    '/usr/share/qemu/edk2-aarch64-code.fd',
  ],
  // `max` computes pointer authentication in software, which a guest feels at each return.
  cpuModel: (accelerator) => (accelerator === 'kvm' ? 'host' : 'cortex-a72'),
  probe: {
    args: (file) => ['-kernel', file],
    program: powerOff,
    exitCode: 0,
  },
};

export const ARCHITECTURES = [X64, ARM64] as const;

/**
 * The kind of a runner, as Node names it. Throws `ActionError` where the driver runs on none such.
 */
export function architectureOf(platform: string, architecture: string): Architecture {
  const found = ARCHITECTURES.find(({ name }) => name === architecture);
  if (platform === 'linux' && found) return found;
  throw new ActionError(
    `The qemu driver needs a Linux runner on x64 or arm64; this one is ${platform} on ${architecture}.`,
    { hint: 'Use `runs-on: ubuntu-latest`, or another driver.' },
  );
}

export function isAtLeast(
  [major, minor]: readonly [number, number],
  [leastMajor, leastMinor]: readonly [number, number],
): boolean {
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * A boot sector that writes 0x10 to port 0x501, on a disk that is large enough for a BIOS to boot
 * from.
 */
function bootSector(): Buffer {
  const disk = Buffer.alloc(2 ** 20);
  // mov dx,0x501; mov al,0x10; out dx,al; hlt; jmp to the hlt
  disk.set([0xba, 0x01, 0x05, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfd]);
  disk.set([0x55, 0xaa], 510);
  return disk;
}

/** A kernel that asks for SYSTEM_OFF (PSCI, 0x84000008) and does no more. */
function powerOff(): Buffer {
  // movz w0,#8; movk w0,#0x8400,lsl #16; hvc #0; branch to itself
  const code = [0x52800100, 0x72b08000, 0xd4000002, 0x14000000];
  const kernel = Buffer.alloc(4 * code.length);
  for (const [at, word] of code.entries()) kernel.writeUInt32LE(word, 4 * at);
  return kernel;
}
