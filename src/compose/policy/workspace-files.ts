import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * A file of the workspace that must not be read. Its message ends the sentence that names the file.
 */
export class ForbiddenFileError extends Error {}

/** Files of a workspace in which a stranger may have written. */
export interface WorkspaceFiles {
  /**
   * The content of a file, by its absolute path; `undefined` when there is none. Each file is
   * opened once: another time gives what was read then. Throws `ForbiddenFileError` for one that is
   * not plainly of the workspace.
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /**
   * Throws `ForbiddenFileError` for a path that leads out of the workspace by its words, whether
   * something is there or not.
   */
  check(path: string): void;
}

/** In bytes. Swarm keeps no config above 1000 KiB, and no hand writes such a compose file. */
const LARGEST_FILE = 1024 * 1024;
/** In bytes, of all files together. */
const LARGEST_TOTAL = 32 * LARGEST_FILE;

/**
 * In folders below the workspace. The private copy lies deeper, so that no number of `..` leads out
 * of it.
 */
export const DEEPEST_FILE = 32;

/** What actions/checkout keeps there (the job's token), and what git would run. */
const GIT_FOLDER = '.git';

/** Opens a workspace. Rejects when it is not there. */
export async function openWorkspace(workspace: string): Promise<WorkspaceFiles> {
  const root = await realpath(workspace);
  const contents = new Map<string, Promise<Uint8Array>>();
  let total = 0;

  const readNew = async (real: string): Promise<Uint8Array> => {
    const content = await readPlain(real, root);
    total += content.length;
    if (total > LARGEST_TOTAL) throw new ForbiddenFileError('is one too many: 32 MiB are read.');
    return content;
  };
  const check = (path: string) => refuseOutside(relative(resolve(workspace), path));
  return {
    check,
    read: async (path) => {
      check(path);
      const real = await realpath(path).catch(() => undefined);
      if (real === undefined) return undefined;
      refuseOutside(relative(root, real));
      const content = contents.get(real) ?? readNew(real);
      contents.set(real, content);
      return await content;
    },
  };
}

function refuseOutside(way: string): void {
  const [first, ...rest] = way.split(sep);
  if (isAbsolute(way) || first === '..') {
    throw new ForbiddenFileError('leads out of the workspace.');
  }
  if (rest.length > DEEPEST_FILE) {
    throw new ForbiddenFileError(`is more than ${DEEPEST_FILE} folders deep.`);
  }
  // File systems of Windows and macOS take `.GIT` for the same folder.
  if ([first, ...rest].some((part) => part?.toLowerCase() === GIT_FOLDER)) {
    throw new ForbiddenFileError('is of git, which may keep the token of the job there.');
  }
}

/**
 * `real` was a path without links a moment ago; what is read is looked at once it is open, when
 * nobody can exchange it any more.
 */
async function readPlain(real: string, root: string): Promise<Uint8Array> {
  let file: FileHandle;
  try {
    // A named pipe would be waited for.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    file = await open(real, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
  } catch (cause) {
    throw new ForbiddenFileError(`cannot be read: ${wordsOf(cause)}.`, { cause });
  }
  try {
    const opened = await pathOf(file, real);
    refuseOutside(relative(root, opened));
    const about = await file.stat();
    if (about.isDirectory()) throw new ForbiddenFileError('is a folder. Name a file.');
    if (!about.isFile()) throw new ForbiddenFileError('is no regular file.');
    if (about.size > LARGEST_FILE) throw tooLarge();
    // Some file systems give no size, and a file may grow.
    const buffer = Buffer.alloc(LARGEST_FILE + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (length > LARGEST_FILE) throw tooLarge();
      if (bytesRead === 0) return new Uint8Array(buffer.subarray(0, length));
    }
  } finally {
    await file.close();
  }
}

/** Of an open file; Linux knows it, elsewhere the path is looked up once more. */
async function pathOf(file: FileHandle, path: string): Promise<string> {
  return await readlink(join('/proc/self/fd', String(file.fd))).catch(() => realpath(path));
}

function tooLarge(): ForbiddenFileError {
  return new ForbiddenFileError(`is larger than ${LARGEST_FILE / 1024} KiB.`);
}

function wordsOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return WORDS[code] ?? code;
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'the runner may not read it',
  ELOOP: 'it has become a symbolic link',
  ENOENT: 'it has gone',
  ENXIO: 'it is no regular file',
};
