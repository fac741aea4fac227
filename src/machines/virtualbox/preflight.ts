import { access, readFile } from 'node:fs/promises';
import { ActionError } from '../../base/errors.ts';
import { versionIn } from './answers.ts';
import * as box from './commands.ts';
import type { VBoxManage } from './vboxmanage.ts';

/** The first that takes `--platform-architecture`. */
const LEAST = [7, 1] as const;

const DEVICE = '/dev/vboxdrv';
const CPU = '/proc/cpuinfo';

const HOSTED =
  "GitHub's hosted runners have no VirtualBox that starts machines: use `driver: qemu` there.";

/** Throws `ActionError` where VirtualBox makes no machines for x64. */
export function refuseComputer(platform: string, architecture: string): void {
  const isKnown = ['linux', 'darwin', 'win32'].includes(platform);
  if (isKnown && architecture === 'x64') return;
  throw new ActionError(
    `The virtualbox driver needs a runner on x64 with Linux, Windows or macOS; this one is ${platform} on ${architecture}.`,
    { hint: 'Use another driver: `qemu` makes virtual machines on Linux with arm64.' },
  );
}

/** Throws `ActionError` where there is no VBoxManage, or an old one. */
export async function checkVersion(vbox: VBoxManage, signal: AbortSignal): Promise<void> {
  const text = await vbox.run(box.version(), { signal }).catch((error: unknown) => {
    if (!(error instanceof ActionError) || signal.aborted) throw error;
    throw new ActionError(`VBoxManage does not run on the runner: ${error.message}`, {
      details: error.details ?? '',
      hint: `Install VirtualBox 7.1 or later (https://www.virtualbox.org/wiki/Downloads), or give the path of VBoxManage as \`vboxmanage\` in \`driver-options\`. ${HOSTED}`,
      cause: error,
    });
  });
  const [major, minor] = versionIn(text);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new ActionError(
    `VirtualBox on the runner is ${major}.${minor}; ${LEAST.join('.')} or later is needed.`,
    { hint: 'Install a newer one: https://www.virtualbox.org/wiki/Downloads' },
  );
}

/** What is looked at of a runner on Linux. */
export interface Computer {
  readonly hasDevice: boolean;
  /** Text of /proc/cpuinfo. */
  readonly cpus: string;
}

/** Throws `ActionError` where VirtualBox cannot start machines on this Linux. */
export async function checkComputer(): Promise<void> {
  if (process.platform !== 'linux') return;
  const hasDevice = await access(DEVICE).then(
    () => true,
    () => false,
  );
  refuseWithoutModule({ hasDevice, cpus: await readFile(CPU, 'utf8').catch(() => '') });
}

export function refuseWithoutModule({ hasDevice, cpus }: Computer): void {
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(cpus)) throw noVirtualisation(`${CPU} names none.`);
  if (!hasDevice) throw noModule(`There is no ${DEVICE}.`);
}

function noVirtualisation(details: string): ActionError {
  return new ActionError(
    'VirtualBox cannot start machines: the CPU of the runner offers no hardware virtualisation.',
    {
      details,
      hint: `Switch VT-x or AMD-V on in the firmware of the computer. If the runner is a virtual machine itself, its host has to hand that on. \`driver: qemu\` also works without. ${HOSTED}`,
    },
  );
}

function noModule(details: string): ActionError {
  return new ActionError('The kernel module of VirtualBox is not loaded on the runner.', {
    details,
    hint: `Load it: sudo modprobe vboxdrv. If there is none, build it. Debian and Ubuntu: sudo apt-get install virtualbox-dkms linux-headers-$(uname -r). Packages of Oracle: sudo /sbin/vboxconfig. ${HOSTED}`,
  });
}

/**
 * Says why VirtualBox cannot start a machine, if its words are known; undefined if not. `said` is
 * what `startvm` has said.
 */
export function startProblem(said: string): ActionError | undefined {
  if (/VERR_(SVM_IN_USE|VMX_IN_VMX_ROOT_MODE)/.test(said)) {
    return new ActionError('VirtualBox cannot start machines: KVM holds the CPU of the runner.', {
      details: said,
      hint: `Unload KVM while nothing uses it: sudo modprobe -r kvm_intel kvm_amd kvm. Or use \`driver: qemu\`, which uses KVM. ${HOSTED}`,
    });
  }
  if (/VERR_(VMX_NO_VMX|SVM_NO_SVM|VMX_MSR_\w*DISABLED|SVM_DISABLED|NEM_\w+)/.test(said)) {
    return noVirtualisation(said);
  }
  if (/VERR_(VM_DRIVER_\w+|SUPLIB_\w+|SUPDRV_\w+)|\/dev\/vboxdrv/.test(said)) return noModule(said);
  return undefined;
}
