import { copyFile, link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ActionError } from '../../../base/errors.ts';
import { exists } from '../../../base/files/exists.ts';
import type { DriverLog } from '../../../base/log.ts';
import { CommandError, type Executor } from '../../../exec/executor.ts';
import { isNotFound } from '../../../exec/not-started.ts';
import { beginOf, qcow2Header } from '../../virtual-machine/image/disk-headers.ts';
import { checksumOf } from '../../virtual-machine/image/download.ts';
import {
  type ImageContext,
  type ImageSource,
  imageFile,
} from '../../virtual-machine/image/image-source.ts';
import { keepDisk } from '../../virtual-machine/image/keep-disk.ts';
import { convertDisk, readDisk } from '../questions.ts';
import { type Hyperv, HypervError } from '../script.ts';

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
  readonly image: { readonly path: string; readonly format: Format } | undefined;
  /** Size of the disk, where it is known before the disk is made. */
  readonly bytes: number | undefined;
}

type Format = 'qcow2' | 'vhdx' | 'vhd';

interface Programs {
  readonly runner: Executor;
  readonly hyperv: Hyperv;
}

/** A copy of the whole image, on a slow disk, in ms. */
const CONVERT_MS = 20 * 60_000;
/** What a VHD ends with. In bytes. */
const FOOTER_BYTES = 512;

/**
 * The image that was asked for, downloaded where that is still to be done. Throws `ActionError`
 * where it cannot be had, or nothing on the runner reads it.
 */
export async function chooseImage(
  source: ImageSource,
  runner: Executor,
  context: ImageContext,
): Promise<ChosenImage> {
  const { checksum } = source;
  if (checksum !== undefined) {
    const path = diskPath(context.folder, checksum);
    if (await exists(path)) return { path, image: undefined, bytes: undefined };
  }
  // The usual image needs it, and 300 MB are downloaded for nothing otherwise.
  if (/\.qcow2$/i.test(source.image)) await refuseWithoutQemu(runner, context.signal);
  const image = await imageFile(source, context);
  const path = diskPath(context.folder, checksum ?? (await checksumOf(image, 'sha256')));
  if (await exists(path)) return { path, image: undefined, bytes: undefined };
  const { format, bytes } = await readFormat(image);
  if (format === 'qcow2') await refuseWithoutQemu(runner, context.signal);
  return { path, image: { path: image, format }, bytes };
}

async function readFormat(
  image: string,
): Promise<{ readonly format: Format; readonly bytes: number | undefined }> {
  const begin = await beginOf(image);
  const header = qcow2Header(begin);
  if (header?.hasBackingFile) {
    // Whoever made such an image could have any file of the runner read as a disk.
    throw new ActionError(`${image} is not whole: it builds on another image.`, {
      hint: `Make one of both: qemu-img convert -O qcow2 ${basename(image)} image.qcow2`,
    });
  }
  if (header) return { format: 'qcow2', bytes: header.bytes };
  if (begin.toString('latin1', 0, 8) === 'vhdxfile') return { format: 'vhdx', bytes: undefined };
  if (await isVhd(image)) return { format: 'vhd', bytes: undefined };
  throw new ActionError(`${image} is none of a QCOW2, VHDX and VHD image.`, {
    hint: `Give a cloud image in one of these formats. Convert another one: qemu-img convert -O vhdx ${basename(image)} image.vhdx. A compressed one (.xz, .zip) has to be unpacked before.`,
  });
}

async function isVhd(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const footer = Buffer.alloc(8);
    await file.read(footer, 0, footer.length, Math.max(0, size - FOOTER_BYTES));
    return footer.toString('latin1') === 'conectix';
  } finally {
    await file.close();
  }
}

async function refuseWithoutQemu(runner: Executor, signal: AbortSignal): Promise<void> {
  try {
    await runner.run(['qemu-img', '--version'], { signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ActionError('Hyper-V reads no QCOW2 image, and the runner has no `qemu-img`.', {
      hint: 'Install QEMU for Windows (https://qemu.weilnetz.de, or `choco install qemu`), and add its folder to PATH. Or give an image in the format VHDX or VHD as `image` in `driver-options`, with its `checksum`.',
      cause: error,
    });
  }
}

/** Once for each checksum: beside the images, in Hyper-V's own format. */
function diskPath(folder: string, checksum: string): string {
  return join(folder, `hyperv-${checksum.replace(':', '-')}.vhdx`);
}

/**
 * Makes the disk where it is not there, in the folder of a cluster, so that what is left of it goes
 * with that. Another run may do the same at the same time: the first to be ready is kept. Throws
 * `ActionError` where the image cannot be read.
 */
export async function ensureBaseDisk(
  { path, image }: ChosenImage,
  folder: string,
  programs: Programs,
  { signal, log }: { readonly signal: AbortSignal; readonly log: DriverLog },
): Promise<BaseDisk> {
  if (image !== undefined && !(await exists(path))) {
    log.info(`${basename(image.path)} is made into a disk of Hyper-V's format, once for all runs`);
    await convert(image, path, folder, programs, signal);
  }
  return { path, ...(await programs.hyperv.ask(readDisk(path), { signal })) };
}

async function convert(
  image: NonNullable<ChosenImage['image']>,
  path: string,
  folder: string,
  { runner, hyperv }: Programs,
  signal: AbortSignal,
): Promise<void> {
  // Hyper-V knows a format by the name of the file, and nothing of a user's is a word of a command.
  const from = join(folder, `image.${image.format}`);
  const to = join(folder, 'base.vhdx');
  const limits = { signal, timeoutMs: CONVERT_MS };
  await mkdir(dirname(path), { recursive: true });
  try {
    for (const left of [from, to]) await rm(left, { force: true });
    if (image.format === 'qcow2') {
      await link(image.path, from).catch(() => copyFile(image.path, from));
      await runner.run(
        ['qemu-img', 'convert', '-f', 'qcow2', '-O', 'vhdx', '-o', 'subformat=dynamic', from, to],
        limits,
      );
      await hyperv.ask(readDisk(to), limits);
    } else {
      // Hyper-V may change what it opens, and the image is not this action's to change.
      await copyFile(image.path, from);
      await hyperv.ask(convertDisk(from, to), limits);
    }
    await keepDisk(to, path);
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof HypervError)) throw error;
    throw new ActionError(`The disk image ${image.path} cannot be made into a disk of Hyper-V.`, {
      details: error.details ?? '',
      hint: 'See whether it is whole (qemu-img check, Get-VHD), or give another cloud image in the format QCOW2, VHDX or VHD.',
      cause: error,
    });
  } finally {
    for (const left of [from, to]) await rm(left, { force: true });
  }
}
