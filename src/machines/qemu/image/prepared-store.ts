import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exists } from '../../../base/files/exists.ts';
import { INSTALL_SCRIPT } from '../../../engine/install-script.ts';
import { checksumOf } from '../../virtual-machine/image/download.ts';
import type { ImageSource } from '../../virtual-machine/image/image-source.ts';
import type { QemuOptions } from '../options.ts';
import { CLEAN_SCRIPT } from './clean-script.ts';

/**
 * Of what is done to an image beside the scripts. To be raised with every change of it, so that no
 * image is taken that was made otherwise.
 */
const VERSION = 1;
/**
 * How long an image that another one stands beside stays after it was last begun with, in ms:
 * another run may be about to, and workflows that ask for different engines would else prepare one
 * after the other.
 */
const UNUSED_MS = 24 * 3_600_000;

/** Where the image is kept that is prepared for these options; nothing else has these names. */
export interface PreparedPlaces {
  readonly image: string;
  /** Stands in its place where there was nothing to prepare. */
  readonly needless: string;
  /** What the names of all images begin with that are made of the same one. */
  readonly family: string;
}

/** By what the image is made of and how; `checksum` is that of the base image. */
export function preparedPlaces(
  folder: string,
  { checksum, engine, disk }: Pick<QemuOptions, 'engine' | 'disk'> & { readonly checksum: string },
): PreparedPlaces {
  const family = `prepared-${digest(checksum)}-`;
  // The disk: an image cannot be made smaller again.
  const made = [VERSION, INSTALL_SCRIPT, CLEAN_SCRIPT, engine ?? null, disk ?? null];
  const name = `${family}${digest(JSON.stringify(made))}`;
  return {
    image: join(folder, `${name}.qcow2`),
    needless: join(folder, `${name}.needless`),
    family,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Undefined where there is no such image. One without a `checksum` is read for it. */
export async function placesFor(
  {
    image,
    checksum,
    ...options
  }: Pick<ImageSource, 'image' | 'checksum'> & Pick<QemuOptions, 'engine' | 'disk'>,
  folder: string,
): Promise<PreparedPlaces | undefined> {
  const known = checksum ?? (await checksumOf(resolve(image), 'sha256').catch(() => undefined));
  return known === undefined ? undefined : preparedPlaces(folder, { ...options, checksum: known });
}

/**
 * What is known of a preparation; undefined where there was none yet. What is found is not removed
 * for a day.
 */
export async function findPrepared(
  places: PreparedPlaces,
): Promise<'prepared' | 'needless' | undefined> {
  for (const kind of ['image', 'needless'] as const) {
    const now = new Date();
    if (!(await exists(places[kind]))) continue;
    // Where another user has made it, its time stays.
    await utimes(places[kind], now, now).catch(() => {});
    return kind === 'image' ? 'prepared' : 'needless';
  }
  return undefined;
}

/** Moves an image to its place, where it is only ever whole. Gives its size in bytes. */
export async function keepPrepared(made: string, { image }: PreparedPlaces): Promise<number> {
  await mkdir(dirname(image), { recursive: true });
  try {
    await rename(made, image);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    const part = `${image}.${randomBytes(4).toString('hex')}`;
    try {
      await copyFile(made, part);
      await rename(part, image);
    } finally {
      await rm(part, { force: true });
    }
  }
  return (await stat(image)).size;
}

/** Remembers that an image is as good as one that was prepared. */
export async function noteNeedless({ needless }: PreparedPlaces): Promise<void> {
  await mkdir(dirname(needless), { recursive: true });
  await writeFile(needless, 'The image has Docker Engine.\n');
}

/**
 * Removes what was made of the same image, is not `places`, and was not begun with for a day. `now`
 * in ms since 1970.
 */
export async function removeSuperseded(places: PreparedPlaces, now: number): Promise<void> {
  const folder = dirname(places.image);
  const names = await readdir(folder).catch(() => []);
  const others = names
    .filter((name) => name.startsWith(places.family))
    .map((name) => join(folder, name))
    .filter((path) => path !== places.image && path !== places.needless);
  for (const path of others) {
    const found = await stat(path).catch(() => undefined);
    // Of another user: it is that user's to remove.
    if (found && now - found.mtimeMs > UNUSED_MS) await rm(path, { force: true }).catch(() => {});
  }
}
