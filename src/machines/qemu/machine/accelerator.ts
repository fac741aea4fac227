import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import type { Executor } from '../../../exec/executor.ts';
import { type Platform, probe } from '../commands.ts';
import type { Accelerator, Architecture } from './architecture.ts';

const KVM = '/dev/kvm';
const PROBE_MS = 15_000;

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
  const problem = await kvmProblem(architecture, kvm.cpuModel, runner, signal);
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

async function kvmProblem(
  architecture: Architecture,
  cpuModel: string,
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
  const said = await runGuest(architecture, cpuModel, runner, signal);
  return said === undefined
    ? undefined
    : {
        reason: `The runner has ${KVM}, and no guest runs on it${said === '' ? '.' : `: ${said}`}`,
        remedy:
          'Another hypervisor may hold the CPU, or the one below this machine does not hand all of it on.',
      };
}

/** Undefined where the smallest of guests ran to its end; otherwise what QEMU said. */
async function runGuest(
  architecture: Architecture,
  cpuModel: string,
  runner: Executor,
  signal: AbortSignal,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'swarm-up-kvm-'));
  try {
    const file = join(folder, 'probe.img');
    await writeFile(file, architecture.probe.program());
    const { exitCode, stderr } = await runner.run(probe(architecture, 'kvm', cpuModel, file), {
      anyExitCode: true,
      timeoutMs: PROBE_MS,
      signal,
    });
    return exitCode === architecture.probe.exitCode ? undefined : stderr.trim();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ActionError) return 'it did not come to its end';
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
