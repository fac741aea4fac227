import type { Booting } from '../../virtual-machine/boot.ts';
import { imageHint } from '../../virtual-machine/image/image-hint.ts';
import type { Platform } from '../commands.ts';
import type { Accelerator } from './architecture.ts';

const BOOT_MS: Readonly<Record<Accelerator, number>> = { kvm: 180_000, tcg: 600_000 };

/** How long a machine of this kind may boot, and what to see to if it does not. */
export function bootLimits({
  accelerator,
  architecture,
}: Pick<Platform, 'accelerator' | 'architecture'>): Pick<Booting, 'limitMs' | 'hint'> {
  const firmware = architecture.firmware.length > 0 ? 'UEFI' : 'BIOS';
  const slow = accelerator === 'tcg' ? ' Without KVM, fewer machines at once boot faster.' : '';
  return {
    limitMs: BOOT_MS[accelerator],
    hint: `${imageHint(architecture.name, firmware)}${slow}`,
  };
}
