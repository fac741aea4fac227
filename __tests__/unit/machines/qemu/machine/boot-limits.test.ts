import { expect, test } from '@jest/globals';
import { architectureOf } from '../../../../../src/machines/qemu/machine/architecture.ts';
import { bootLimits } from '../../../../../src/machines/qemu/machine/boot-limits.ts';

const x64 = architectureOf('linux', 'x64');

test('which kind of image has to boot, and how, is said', () => {
  const arm64 = architectureOf('linux', 'arm64');
  expect(bootLimits({ accelerator: 'kvm', architecture: x64 }).hint).toContain(
    'a cloud image for x64 with cloud-init and sshd. It has to boot by BIOS',
  );
  expect(bootLimits({ accelerator: 'kvm', architecture: arm64 }).hint).toContain(
    'for arm64 with cloud-init and sshd. It has to boot by UEFI',
  );
});

test.each([
  ['kvm', 180_000, false],
  ['tcg', 600_000, true],
] as const)('with %s it has %i ms', (accelerator, limitMs, isSlow) => {
  const found = bootLimits({ accelerator, architecture: x64 });
  expect(found.limitMs).toBe(limitMs);
  expect(found.hint.includes('Without KVM')).toBe(isSlow);
});
