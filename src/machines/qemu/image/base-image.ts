import { basename } from 'node:path';
import * as z from 'zod';
import { ActionError } from '../../../base/errors.ts';
import { CommandError, type Executor } from '../../../exec/executor.ts';
import {
  type ImageContext,
  type ImageSource,
  imageFile,
} from '../../virtual-machine/image/image-source.ts';
import { imageInfo } from '../commands.ts';
import type { QemuOptions } from '../options.ts';

/** What the disks of machines begin as. */
export interface BaseImage {
  readonly path: string;
  readonly format: string;
  /** Size of the disk that it is of, in bytes. */
  readonly bytes: number;
}

const FORMATS = ['qcow2', 'raw'];
const DEFAULT_DISK = 20 * 2 ** 30;

const info = z.object({
  format: z.string(),
  'virtual-size': z.number(),
  'backing-filename': z.string().optional(),
});

/**
 * Makes sure that the image is there, and is what its checksum says. One from a URL is downloaded
 * once. Throws `ActionError` where there is none, or it is no disk image of its own.
 */
export async function ensureImage(
  source: ImageSource,
  context: ImageContext & { readonly runner: Executor },
): Promise<BaseImage> {
  return await inspect(context.runner, await imageFile(source, context), context.signal);
}

/** What a disk image is. Throws `ActionError` where it is not one that machines can be made of. */
export async function inspect(
  runner: Executor,
  path: string,
  signal: AbortSignal,
): Promise<BaseImage> {
  let text: string;
  try {
    text = (await runner.run(imageInfo(path), { signal })).stdout;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ActionError(`${path} is not a disk image that QEMU can read.`, {
      details: error.details ?? '',
      hint: 'Give a cloud image in the format qcow2 or raw. A compressed one (.xz, .zip) has to be unpacked before.',
      cause: error,
    });
  }
  return parseInfo(path, text);
}

/**
 * Reads what `qemu-img info --output=json` says. Throws `ActionError` where the image is not one
 * that machines can be made of.
 */
export function parseInfo(path: string, json: string): BaseImage {
  const found = info.parse(JSON.parse(json));
  if (!FORMATS.includes(found.format)) {
    throw new ActionError(`${path} is a disk image of the format ${found.format}.`, {
      hint: `Only qcow2 and raw are taken. Convert it: qemu-img convert -O qcow2 ${basename(path)} image.qcow2`,
    });
  }
  // Whoever made such an image could have any file of the runner read as a disk.
  if (found['backing-filename'] !== undefined) {
    throw new ActionError(`${path} is not whole: it builds on ${found['backing-filename']}.`, {
      hint: `Make one of both: qemu-img convert -O qcow2 ${basename(path)} image.qcow2`,
    });
  }
  return { path, format: found.format, bytes: found['virtual-size'] };
}

/** Bytes of a machine's disk. Throws `ActionError` where it is to be smaller than the image. */
export function diskSize({ disk }: Pick<QemuOptions, 'disk'>, base: BaseImage): number {
  if (disk === undefined) return Math.max(DEFAULT_DISK, base.bytes);
  if (disk >= base.bytes) return disk;
  throw new ActionError(
    `disk: the image is of a disk of ${Math.ceil(base.bytes / 2 ** 20)}m, and cannot be made smaller.`,
    { hint: 'Give a larger `disk` in `driver-options`, or leave it out.' },
  );
}
