import type { ImageArchitecture } from './default-image.ts';

/** What an image has to be so that a machine of it comes up. */
export function imageHint(architecture: ImageArchitecture, firmware: 'BIOS' | 'UEFI'): string {
  return `The image has to be a cloud image for ${architecture} with cloud-init and sshd. It has to boot by ${firmware} and write to its first serial port.`;
}
