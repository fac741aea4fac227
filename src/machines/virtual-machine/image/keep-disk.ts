import { copyFile, link, rename } from 'node:fs/promises';

/**
 * Keeps a disk that was made for one cluster by the path of all. One that is there already is not
 * replaced: others may build on it.
 */
export async function keepDisk(made: string, path: string): Promise<void> {
  try {
    await link(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    // Another file system, or one without hard links.
    const part = `${path}.${process.pid}.part`;
    await copyFile(made, part);
    await rename(part, path);
  }
}
