import { expect, test } from '@jest/globals';
import {
  refuseComputer,
  refuseWithoutModule,
  startProblem,
} from '../../../../src/machines/virtualbox/preflight.ts';
import { programName } from '../../../../src/machines/virtualbox/vboxmanage.ts';

const CPUS = 'processor\t: 0\nflags\t\t: fpu vme svm sse\n';

test.each([
  ['linux', 'x64', true],
  ['darwin', 'x64', true],
  ['win32', 'x64', true],
  ['darwin', 'arm64', false],
  ['freebsd', 'x64', false],
])('%s on %s: %s', (platform, architecture, isTaken) => {
  const look = () => refuseComputer(platform, architecture);
  if (isTaken) expect(look).not.toThrow();
  else expect(look).toThrow('needs a runner on x64');
});

test('what is missing on Linux is told, with what to do', () => {
  expect(() => refuseWithoutModule({ hasDevice: true, cpus: CPUS })).not.toThrow();
  expect(() => refuseWithoutModule({ hasDevice: false, cpus: CPUS })).toThrow(
    expect.objectContaining({
      message: 'The kernel module of VirtualBox is not loaded on the runner.',
      hint: expect.stringContaining('sudo modprobe vboxdrv'),
    }),
  );
  expect(() => refuseWithoutModule({ hasDevice: true, cpus: CPUS.replace('svm', '') })).toThrow(
    'the CPU of the runner offers no hardware virtualisation',
  );
});

test.each([
  ['VT-x is being used by another hypervisor (VERR_VMX_IN_VMX_ROOT_MODE).', 'KVM holds the CPU'],
  ['AMD-V is being used by another hypervisor (VERR_SVM_IN_USE).', 'KVM holds the CPU'],
  ['VT-x is not available (VERR_VMX_NO_VMX)', 'no hardware virtualisation'],
  ['AMD-V is disabled in the BIOS (VERR_SVM_DISABLED)', 'no hardware virtualisation'],
  ['Kernel driver not installed (rc=-1908) VERR_VM_DRIVER_NOT_INSTALLED', 'kernel module'],
])('%s', (said, reason) => {
  const problem = startProblem(said);
  expect(problem?.message).toContain(reason);
  expect(problem?.details).toBe(said);
  // On hosted runners another driver is better in every way.
  expect(problem?.hint).toContain('driver: qemu');
});

test('what is not known is not explained', () => {
  expect(startProblem('VERR_DISK_FULL')).toBeUndefined();
});

test('on Windows the installer says where the program is', () => {
  const env = { VBOX_MSI_INSTALL_PATH: 'C:\\Program Files\\Oracle\\VirtualBox\\' };
  expect(programName('win32', env)).toBe('C:\\Program Files\\Oracle\\VirtualBox\\VBoxManage.exe');
  expect(programName('win32', {})).toBe('VBoxManage');
  expect(programName('linux', env)).toBe('VBoxManage');
});
