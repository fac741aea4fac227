import { existsSync } from 'node:fs';
import { ActionError } from './errors.ts';

const FULL =
  'The disk of the runner, or the quota of its user, is full. Free space there, or clean up in an earlier step, and run the job again.';
const GONE =
  'An earlier step of the job has removed it, or the runner was not set up. Leave the files of the runner alone (`RUNNER_TEMP` holds them), and run the job again.';
const FORBIDDEN =
  'The user of the runner must be allowed to write there. Look at the owner, the mode, and whether the file system is mounted read-only.';
const REPLACED =
  'An earlier step of the job has put something else in its place. Leave the files of the runner alone, and run the job again.';

/** By the codes of errno(3). */
const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  ENOENT: GONE,
  EROFS: FORBIDDEN,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EISDIR: REPLACED,
  ENOTDIR: REPLACED,
  ELOOP: REPLACED,
};

/**
 * The error for a file or folder of the runner that cannot be written. `name` is what a user knows
 * it by, a variable of the runner mostly; `cause` is what the system said.
 */
export function unwritable(name: string, path: string, cause: unknown): ActionError {
  const { code = existsSync(path) ? '' : 'ENOENT' } = Object(cause) as NodeJS.ErrnoException;
  return new ActionError(`${name} cannot be written on the runner: ${path}`, {
    details: cause instanceof Error ? cause.message : String(cause),
    hint: (Object.hasOwn(HINTS, code) && HINTS[code]) || 'Look at this path on the runner.',
    cause,
  });
}
