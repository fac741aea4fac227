import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Executor } from '../../exec/executor.ts';
import * as docker from './commands.ts';

/** Loading or saving one image, in ms. */
const TIMEOUT_MS = 2 * 60_000;

/** Node images as files of a folder that a workflow keeps, for example with `actions/cache`. */
export interface ImageCache {
  /** Path of the archive of an image. */
  file(image: string): string;
  has(image: string): Promise<boolean>;
  /** Rejects with what the engine said. */
  load(image: string, signal: AbortSignal): Promise<void>;
  /** The file is there whole or not at all. Rejects with what stood in the way. */
  save(image: string, signal: AbortSignal): Promise<void>;
}

/** `folder` starts in the working directory of this process, and is made by the first `save`. */
export function imageCache(runner: Executor, folder: string): ImageCache {
  const file = (image: string) => join(resolve(folder), `${image.replaceAll(/[^\w.-]/g, '-')}.tar`);
  return {
    file,
    has: async (image) => {
      try {
        return (await stat(file(image))).isFile();
      } catch {
        return false;
      }
    },
    load: async (image, signal) => {
      await runner.run(docker.loadImage(file(image)), { signal, timeoutMs: TIMEOUT_MS });
    },
    save: async (image, signal) => {
      await mkdir(resolve(folder), { recursive: true });
      // Two jobs may share the folder.
      const part = `${file(image)}.${process.pid}.part`;
      try {
        await runner.run(docker.saveImage(image, part), { signal, timeoutMs: TIMEOUT_MS });
        await rename(part, file(image));
      } finally {
        await rm(part, { force: true });
      }
    },
  };
}
