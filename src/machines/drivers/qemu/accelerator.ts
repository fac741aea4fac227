import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../../../errors.ts';
import type { Executor } from '../../../exec/executor.ts';
import type { DriverLog } from '../../driver.ts';
import { type Accelerator, probe } from './commands.ts';
import { isAtLeast } from './host.ts';

const KVM = '/dev/kvm';
const PROBE_MS = 15_000;
/** What QEMU exits with where the guest of `probe` has written 0x10: (0x10 << 1) | 1. */
const PROBE_PASSED = 33;
/** From here on its emulation of a whole CPU is trusted; 7.2 let guests panic at random after cmpxchg16b. */
const SOUND = [10, 0] as const;

/** How the machines are run. */
export interface Acceleration {
  readonly accelerator: Accelerator;
  /** The CPU that a guest sees. */
  readonly cpuModel: string;
}

const UDEV = `Let the user of the runner open it:
  echo 'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"' | sudo tee /etc/udev/rules.d/99-kvm.rules
  sudo udevadm control --reload-rules && sudo udevadm trigger --name-match=kvm`;

/**
 * KVM where it runs a guest, else TCG, with one warning that says why. Throws `ActionError` where KVM was asked for and cannot be had.
 */
export async function chooseAcceleration(
  wanted: 'auto' | Accelerator,
  version: readonly [number, number],
  {
    runner,
    signal,
    log,
  }: { readonly runner: Executor; readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<Acceleration> {
  const emulated: Acceleration = { accelerator: 'tcg', cpuModel: emulatedCpu(version) };
  if (wanted === 'tcg') return emulated;
  const problem = await kvmProblem(runner, signal);
  if (!problem) return { accelerator: 'kvm', cpuModel: 'host' };
  const { reason, remedy } = problem;
  if (wanted === 'kvm') {
    throw new ActionError(`accel: kvm: ${reason}`, {
      hint: `${remedy}\nOr leave \`accel\` out: without KVM the machines are emulated, which takes several times as long.`,
    });
  }
  log.warning(
    `${reason} The machines are emulated (TCG): each boots in a minute or more, and everything on it is slow.\n${remedy}`,
  );
  return emulated;
}

export function emulatedCpu(version: readonly [number, number]): string {
  return isAtLeast(version, SOUND) ? 'max' : 'max,cx16=off';
}

async function kvmProblem(
  runner: Executor,
  signal: AbortSignal,
): Promise<{ readonly reason: string; readonly remedy: string } | undefined> {
  try {
    await access(KVM, constants.R_OK | constants.W_OK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? {
          reason: `The runner has no ${KVM}.`,
          remedy:
            'Virtualisation is off in its firmware, or it is a virtual machine that hands none on. Hosted Linux runners on x64 have it.',
        }
      : { reason: `This user may not open ${KVM}.`, remedy: UDEV };
  }
  const said = await runGuest(runner, signal);
  return said === undefined
    ? undefined
    : {
        reason: `The runner has ${KVM}, and no guest runs on it${said === '' ? '.' : `: ${said}`}`,
        remedy:
          'Another hypervisor may hold the CPU, or the one below this machine does not hand all of it on.',
      };
}

/** Undefined where a guest of one sector ran to its end; otherwise what QEMU said. */
async function runGuest(runner: Executor, signal: AbortSignal): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'swarm-up-kvm-'));
  try {
    const disk = join(folder, 'probe.img');
    await writeFile(disk, probeDisk());
    const { exitCode, stderr } = await runner.run(probe('kvm', 'host', disk), {
      anyExitCode: true,
      timeoutMs: PROBE_MS,
      signal,
    });
    return exitCode === PROBE_PASSED ? undefined : stderr.trim();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ActionError) return 'it did not come to its end';
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A boot sector that writes 0x10 to port 0x501, on a disk that is large enough for a BIOS to boot from. */
export function probeDisk(): Buffer {
  const disk = Buffer.alloc(2 ** 20);
  // mov dx,0x501; mov al,0x10; out dx,al; hlt; jmp to the hlt
  disk.set([0xba, 0x01, 0x05, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfd]);
  disk.set([0x55, 0xaa], 510);
  return disk;
}
