import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDuration } from '../../../base/duration.ts';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import type { Executor } from '../../../exec/executor.ts';
import { type Platform, probe } from '../commands.ts';
import type { Accelerator, Architecture } from './architecture.ts';

const KVM = '/dev/kvm';
const PROBE_MS = 15_000;
/** A guest that KVM runs ends at once: longer than this, in ms, and it is compared with emulation. */
const QUICK_MS = 1_000;

const UDEV = `Let the user of the runner open it:
  echo 'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"' | sudo tee /etc/udev/rules.d/99-kvm.rules
  sudo udevadm control --reload-rules && sudo udevadm trigger --name-match=kvm`;

/**
 * KVM where it runs a guest, else TCG, with one warning that says why. Throws `ActionError` where
 * KVM was asked for and cannot be had.
 */
export async function chooseAcceleration(
  wanted: 'auto' | Accelerator,
  architecture: Architecture,
  version: readonly [number, number],
  {
    runner,
    signal,
    log,
  }: { readonly runner: Executor; readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<Pick<Platform, 'accelerator' | 'cpuModel'>> {
  const by = (accelerator: Accelerator) => ({
    accelerator,
    cpuModel: architecture.cpuModel(accelerator, version),
  });
  if (wanted === 'tcg') return by('tcg');
  const kvm = by('kvm');
  const run = (accelerator: Accelerator) =>
    runGuest(architecture, by(accelerator), { runner, signal });
  const problem = await kvmProblem(run);
  if (!problem) return kvm;
  const { reason, remedy } = problem;
  if (wanted === 'kvm') {
    throw new ActionError(`accel: kvm: ${reason}`, {
      hint: `${remedy}\nOr leave \`accel\` out: without KVM the machines are emulated, which takes several times as long.`,
    });
  }
  log.warning(
    `${reason} The machines are emulated (TCG): each boots in a minute or more, and everything on it is slow.\n${remedy}`,
  );
  return by('tcg');
}

interface KvmProblem {
  readonly reason: string;
  readonly remedy: string;
}

async function kvmProblem(
  run: (accelerator: Accelerator) => Promise<GuestRun>,
): Promise<KvmProblem | undefined> {
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
  return await guestProblem(run);
}

/**
 * Why no guest should run on KVM; undefined where it runs as it should. A hypervisor below this
 * machine may hand on a KVM that is many times slower than emulation.
 */
export async function guestProblem(
  run: (accelerator: Accelerator) => Promise<GuestRun>,
): Promise<KvmProblem | undefined> {
  const { problem, tookMs } = await run('kvm');
  if (problem !== undefined) {
    const said = problem === '' ? '.' : `: ${problem}`;
    return { reason: `The runner has ${KVM}, and no guest runs on it${said}`, remedy: BELOW };
  }
  if (tookMs <= QUICK_MS) return undefined;
  const emulated = await run('tcg');
  if (emulated.problem !== undefined || tookMs < 2 * emulated.tookMs) return undefined;
  const [slow, quick] = [formatDuration(tookMs), formatDuration(emulated.tookMs)];
  return {
    reason: `The runner has ${KVM}, and the smallest of guests takes ${slow} on it, but ${quick} emulated.`,
    remedy: BELOW,
  };
}

const BELOW =
  'Another hypervisor may hold the CPU, or the one below this machine does not hand all of it on.';

interface GuestRun {
  /** Undefined where the guest ran to its end; otherwise what QEMU said. */
  readonly problem: string | undefined;
  readonly tookMs: number;
}

/** Runs the smallest of guests. */
async function runGuest(
  architecture: Architecture,
  { accelerator, cpuModel }: Pick<Platform, 'accelerator' | 'cpuModel'>,
  { runner, signal }: { readonly runner: Executor; readonly signal: AbortSignal },
): Promise<GuestRun> {
  const folder = await mkdtemp(join(tmpdir(), 'swarm-up-kvm-'));
  try {
    const file = join(folder, 'probe.img');
    await writeFile(file, architecture.probe.program());
    const began = performance.now();
    const { exitCode, stderr } = await runner.run(
      probe(architecture, accelerator, cpuModel, file),
      {
        anyExitCode: true,
        timeoutMs: PROBE_MS,
        signal,
      },
    );
    const hasEnded = exitCode === architecture.probe.exitCode;
    return {
      problem: hasEnded ? undefined : stderr.trim(),
      tookMs: performance.now() - began,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ActionError) {
      return { problem: 'it did not come to its end', tookMs: PROBE_MS };
    }
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
