import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import { type ImageOptions, isUrl } from '../options.ts';
import { defaultImage, type ImageArchitecture } from './default-image.ts';
import { checksumOf, type Download, download, otherFile } from './download.ts';

export interface ImageContext {
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
  { image, checksum }: ImageOptions,
  architecture: ImageArchitecture,
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
 * The path of an image that is there, and is what its checksum says. One from a URL is downloaded
 * once. Throws `ActionError` where there is none, or it is another file.
 */
export async function imageFile(
  { image, checksum, remedy }: ImageSource,
  context: ImageContext,
): Promise<string> {
  return isUrl(image) && checksum !== undefined
    ? await downloaded({ url: image, checksum, remedy }, context)
    : await local(image, checksum);
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
