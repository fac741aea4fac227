import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ActionError } from '../../../base/errors.ts';
import { exists } from '../../../base/files/exists.ts';
import type { DriverLog } from '../../../base/log.ts';
import { CommandError } from '../../../exec/executor.ts';
import { beginOf, qcow2Header, vdiHeader } from '../../virtual-machine/image/disk-headers.ts';
import { checksumOf } from '../../virtual-machine/image/download.ts';
import {
  type ImageContext,
  type ImageSource,
  imageFile,
} from '../../virtual-machine/image/image-source.ts';
import { keepDisk } from '../../virtual-machine/image/keep-disk.ts';
import * as box from '../commands.ts';
import { closeMedia } from '../media.ts';
import type { VBoxManage } from '../vboxmanage.ts';

/** The disk that those of the machines build on. */
export interface BaseDisk {
  readonly path: string;
  /** Size of the disk that it is of. */
  readonly bytes: number;
}

/** What the machines begin as. */
export interface ChosenImage {
  /** Where the disk is, or will be. */
  readonly path: string;
  /** File that the disk has still to be made of; undefined where it is there. */
  readonly image: string | undefined;
  /** Size of the disk that it is of. */
  readonly bytes: number;
}

/** A copy of the whole image, on a slow disk, in ms. */
const CONVERT_MS = 20 * 60_000;

/**
 * The image that was asked for, downloaded where that is still to be done. Throws `ActionError`
 * where it cannot be had, or VirtualBox would not read it.
 */
export async function chooseImage(
  source: ImageSource,
  context: ImageContext,
): Promise<ChosenImage> {
  const { checksum } = source;
  if (checksum !== undefined) {
    const path = diskPath(context.folder, checksum);
    if (await exists(path)) return await chosenDisk(path);
  }
  const image = await imageFile(source, context);
  const path = diskPath(context.folder, checksum ?? (await checksumOf(image, 'sha256')));
  if (await exists(path)) return await chosenDisk(path);
  return { path, image, bytes: refuseUnreadable(image, await beginOf(image)) };
}

/** Gives the size of the disk that an image is of. */
function refuseUnreadable(image: string, begin: Buffer): number {
  const header = qcow2Header(begin) ?? vdiHeader(begin);
  // A VMDK may name any file of the runner as a part of it.
  if (!header) {
    throw new ActionError(`${image} is neither a QCOW2 nor a VDI image.`, {
      hint: `Give a cloud image in one of these formats. Convert another one: qemu-img convert -O qcow2 ${basename(image)} image.qcow2. A compressed one (.xz, .zip) has to be unpacked before.`,
    });
  }
  if (header.isZstd) {
    throw new ActionError(`VirtualBox cannot read ${image}: it is compressed by Zstandard.`, {
      hint: `Compress it otherwise: qemu-img convert -O qcow2 -c ${basename(image)} image.qcow2`,
    });
  }
  // Whoever made such an image could have any file of the runner read as a disk.
  if (header.hasBackingFile) {
    throw new ActionError(`${image} is not whole: it builds on another image.`, {
      hint: `Make one of both: qemu-img convert -O qcow2 ${basename(image)} image.qcow2`,
    });
  }
  return header.bytes;
}

/** Once for each checksum: beside the images, in VirtualBox's own format. */
function diskPath(folder: string, checksum: string): string {
  return join(folder, `virtualbox-${checksum.replace(':', '-')}.vdi`);
}

/** Whether a path is that of such a disk. */
export function isBaseDisk(path: string): boolean {
  return /^virtualbox-sha(256|512)-[0-9a-f]+\.vdi$/.test(basename(path));
}

async function chosenDisk(path: string): Promise<ChosenImage> {
  return { path, image: undefined, bytes: await sizeOf(path) };
}

/** VirtualBox is not asked: it would remember the disk from then on. */
async function sizeOf(path: string): Promise<number> {
  const header = vdiHeader(await beginOf(path));
  if (header) return header.bytes;
  throw new ActionError(`${path} is not a disk of VirtualBox's format.`, {
    hint: 'Something has changed it. Remove it: it is made anew.',
  });
}

/**
 * Makes the disk where it is not there, in the folder of a cluster, so that what is left of it goes
 * with that. Another run may do the same at the same time: the first to be ready is kept. Throws
 * `ActionError` where VirtualBox cannot read the image.
 */
export async function ensureBaseDisk(
  { path, image }: ChosenImage,
  folder: string,
  vbox: VBoxManage,
  { signal, log }: { readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<BaseDisk> {
  if (image !== undefined && !(await exists(path))) {
    log.info(`${basename(image)} is made into a disk of VirtualBox's format, once for all runs`);
    await convert(image, path, folder, vbox, signal);
  }
  return { path, bytes: await sizeOf(path) };
}

async function convert(
  image: string,
  path: string,
  folder: string,
  vbox: VBoxManage,
  signal: AbortSignal,
): Promise<void> {
  // By a name in the folder VirtualBox also remembers the image for no longer than the cluster.
  const from = join(folder, 'image');
  const to = join(folder, 'base.vdi');
  const isPart = (medium: string) => [from, to].includes(medium);
  await mkdir(dirname(path), { recursive: true });
  try {
    await closeMedia(vbox, isPart);
    for (const left of [from, to]) await rm(left, { force: true });
    await link(image, from).catch(() => copyFile(image, from));
    await vbox.run(box.convertImage(from, to), { signal, timeoutMs: CONVERT_MS });
    // What was there by this name before had another UUID, by which VirtualBox would miss it.
    await closeMedia(vbox, (medium) => isPart(medium) || medium === path);
    await keepDisk(to, path);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ActionError(`VirtualBox cannot read the disk image ${image}.`, {
      details: error.details ?? '',
      hint: 'See whether it is whole (qemu-img check), or give another cloud image in the format QCOW2 or VDI.',
      cause: error,
    });
  } finally {
    for (const left of [from, to]) await rm(left, { force: true });
  }
}
