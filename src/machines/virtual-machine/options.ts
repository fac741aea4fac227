import * as z from 'zod';

const CHECKSUM = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** An amount of at least `least` bytes; `unit` is that of a plain number. */
export const size = (least: number, example: string, unit: Unit = 'b') =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const bytes = bytesOf(String(value), unit);
    if (bytes !== undefined && bytes >= least) return bytes;
    context.addIssue({ code: 'custom', message: `give an amount, for example \`${example}\`` });
    return z.NEVER;
  });

type Unit = keyof typeof UNITS;

const UNITS = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 } as const;

/** Bytes of an amount as `docker run --memory` takes it; undefined where it is none. */
function bytesOf(text: string, plain: Unit): number | undefined {
  const [, digits, unit = plain] = /^(\d+)([bkmg])?$/i.exec(text.trim()) ?? [];
  return digits === undefined ? undefined : Number(digits) * UNITS[unit.toLowerCase() as Unit];
}

/** Which image machines begin as. */
export interface ImageOptions {
  /** Path or URL; without it, the image that this release begins with. */
  readonly image?: string | undefined;
  readonly checksum?: string | undefined;
}

/** The options of an image, of every driver of virtual machines. */
export const imageOptions = {
  /** Path or URL of a cloud image; without it the one that this release begins with. */
  image: z.string().min(1).optional(),
  /** `sha256:` or `sha512:` and hex digits. */
  checksum: z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .refine((text) => CHECKSUM.test(text), 'give `sha256:` or `sha512:` and all its hex digits')
    .optional(),
};

/** Adds a problem for an image from a URL without a checksum, and a checksum without an image. */
export function refuseUnchecked(
  { image, checksum }: ImageOptions,
  context: z.RefinementCtx<unknown>,
): void {
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
}

/** Whether an image is to be downloaded; anything else is a path. */
export function isUrl(image: string): boolean {
  return /^https?:\/\//i.test(image);
}
