import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../../base/clock.ts';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import { CommandError, type Executor } from '../../../exec/executor.ts';
import { defaultImage } from '../../virtual-machine/image/default-image.ts';
import {
  checksumOf,
  type Download,
  download,
  otherFile,
} from '../../virtual-machine/image/download.ts';
import { imageInfo } from '../commands.ts';
import type { Architecture } from '../machine/architecture.ts';
import { isUrl, type QemuOptions } from '../options.ts';

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

export interface ImageContext {
  readonly runner: Executor;
  /** Where downloaded images are kept. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: DriverLog;
}

/** Which image machines begin as. */
export interface ImageSource {
  /** Path or URL. */
  readonly image: string;
  /** Undefined only for a path. */
  readonly checksum: string | undefined;
  /** What to do where it cannot be downloaded. */
  readonly remedy: string;
}

/** The image that was asked for, or the one that this release begins with. */
export function imageSource(
  { image, checksum }: Pick<QemuOptions, 'image' | 'checksum'>,
  architecture: Architecture,
): ImageSource {
  return image === undefined
    ? {
        ...defaultImage(architecture),
        remedy:
          'It is the image that this version of the action begins with, and may be published no more: use a newer version, or give `image` and `checksum` in `driver-options`.',
      }
    : {
        ...{ image, checksum },
        remedy:
          'Correct `image` in `driver-options`, or download it in an earlier step and give its path.',
      };
}

/**
 * Makes sure that the image is there, and is what its checksum says. One from a URL is downloaded
 * once. Throws `ActionError` where there is none, or it is no disk image of its own.
 */
export async function ensureImage(
  { image, checksum, remedy }: ImageSource,
  context: ImageContext,
): Promise<BaseImage> {
  const path =
    isUrl(image) && checksum !== undefined
      ? await downloaded({ url: image, checksum, remedy }, context)
      : await local(image, checksum);
  return await inspect(context.runner, path, context.signal);
}

async function downloaded(
  file: Omit<Download, 'to'>,
  { folder, signal, clock, log }: ImageContext,
): Promise<string> {
  const to = join(folder, `${file.checksum.replace(':', '-')}.img`);
  const isThere = await stat(to).then(
    () => true,
    () => false,
  );
  if (!isThere) await download({ ...file, to }, { signal, clock, log });
  return to;
}

async function local(image: string, checksum: string | undefined): Promise<string> {
  const path = resolve(image);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new ActionError(`There is no machine image at ${path}.`, {
      hint: '`image` in `driver-options` is a path on the runner or a URL that begins with https://.',
    });
  }
  if (checksum !== undefined) {
    const sum = await checksumOf(path, checksum);
    if (sum !== checksum) throw otherFile(path, checksum, sum);
  }
  return path;
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
