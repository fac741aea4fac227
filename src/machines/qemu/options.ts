import * as z from 'zod';
import { ENGINE_SOURCES } from '../../engine/install.ts';

const CHECKSUM = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** An amount of at least `least` bytes. */
const size = (least: number, example: string) =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const bytes = bytesOf(String(value));
    if (bytes !== undefined && bytes >= least) return bytes;
    context.addIssue({ code: 'custom', message: `give an amount, for example \`${example}\`` });
    return z.NEVER;
  });

const UNITS = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const;

/** Bytes of an amount as `docker run --memory` takes it; undefined where it is none. */
function bytesOf(text: string): number | undefined {
  const [, digits, unit = 'b'] = /^(\d+)([bkmg])?$/i.exec(text.trim()) ?? [];
  return digits === undefined
    ? undefined
    : Number(digits) * UNITS[unit.toLowerCase() as keyof typeof UNITS];
}

/** `driver-options` of the `qemu` driver. */
export const qemuOptions = z
  .strictObject({
    /** Path or URL of a cloud image; without it the one that this release begins with. */
    image: z.string().min(1).optional(),
    /** `sha256:` or `sha512:` and hex digits. */
    checksum: z
      .string()
      .transform((text) => text.trim().toLowerCase())
      .refine((text) => CHECKSUM.test(text), 'give `sha256:` or `sha512:` and all its hex digits')
      .optional(),
    /** Virtual CPUs of each machine. */
    cpus: z.coerce.number().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: size(256 * 2 ** 20, '2g').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    disk: size(2 ** 30, '20g').optional(),
    /** `auto` is KVM where it can be used. */
    accel: z.enum(['auto', 'kvm', 'tcg']).optional(),
    /** Whether machines reach what the runner reaches. */
    internet: z.boolean().optional(),
    /** Where Docker Engine is installed from on an image that has none. */
    engine: z.enum(ENGINE_SOURCES).optional(),
    /** Whether the image is kept with the engine installed. */
    prepare: z.boolean().optional(),
    /** `auto` is the bridge where this user can become root, and `user` where he cannot. */
    network: z.enum(['auto', 'bridge', 'user']).optional(),
    /** Whether QEMU is installed where the runner has none. */
    install: z.boolean().optional(),
  })
  .superRefine(({ image, checksum }, context) => {
    if (image === undefined && checksum !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['checksum'],
        message: 'is that of an `image`, which is not given; the default image has one of its own',
      });
    }
    if (image === undefined || !isUrl(image) || checksum !== undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['checksum'],
      message:
        'an image from a URL needs one: the line of the image in the SHA256SUMS or SHA512SUMS beside it, as `sha512:…`',
    });
  });

export type QemuOptions = z.infer<typeof qemuOptions>;

/** Whether an image is to be downloaded; anything else is a path. */
export function isUrl(image: string): boolean {
  return /^https?:\/\//i.test(image);
}
