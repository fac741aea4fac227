import { homedir } from 'node:os';
import { basename } from 'node:path';
import type { Executor } from '../../../exec/executor.ts';
import { imageFolder } from '../../virtual-machine/folders.ts';
import { type ImageContext, imageSource } from '../../virtual-machine/image/image-source.ts';
import type { Architecture } from '../machine/architecture.ts';
import type { QemuOptions } from '../options.ts';
import { type BaseImage, ensureImage, inspect } from './base-image.ts';
import {
  findPrepared,
  type PreparedPlaces,
  placesFor,
  removeSuperseded,
} from './prepared-store.ts';

/** What the machines begin as. */
export interface Base {
  readonly image: BaseImage;
  /** Where the image is to be prepared before machines are made of it, and kept. */
  readonly unprepared: PreparedPlaces | undefined;
}

/**
 * The image that is asked for, downloaded where that is still to be done, or the one that an
 * earlier run has prepared of it. Says which one it is where machines are `missing`. Throws
 * `ActionError` where it cannot be had.
 */
export async function chooseBase(
  options: QemuOptions,
  architecture: Architecture,
  missing: number,
  context: Omit<ImageContext, 'folder'> & { readonly runner: Executor },
): Promise<Base> {
  const { runner, signal, log } = context;
  const source = imageSource(options, architecture.name);
  const folder = imageFolder(process.env, homedir());
  const prepared = options.prepare ? await placesFor({ ...options, ...source }, folder) : undefined;
  const known = prepared && (await findPrepared(prepared));
  if (prepared && known) await removeSuperseded(prepared, Date.now());
  if (prepared && known === 'prepared') {
    log.info('The machines begin with the image that was prepared');
    return { image: await inspect(runner, prepared.image, signal), unprepared: undefined };
  }
  if (missing > 0) log.info(`The machines begin as ${basename(source.image)}`);
  const image = await ensureImage(source, { ...context, folder });
  return { image, unprepared: missing > 0 && !known ? prepared : undefined };
}
