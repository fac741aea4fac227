import { existsSync } from 'node:fs';
import { ActionError } from '../base/errors.ts';

/**
 * Where to get a program that is missing. Others are named without advice on how to install them.
 */
const INSTALL: Readonly<Record<string, string>> = {
  docker: 'Install Docker Engine on the runner (https://docs.docker.com/engine/install/).',
  'qemu-img': 'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-utils).',
  'qemu-system-x86_64':
    'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-system-x86).',
  'qemu-system-aarch64':
    'Install QEMU on the runner (Debian and Ubuntu: apt-get install qemu-system-arm).',
};

/** What a command was to be started with, and what the system said. */
export interface Attempt {
  readonly program: string;
  readonly cwd: string | undefined;
  /** As Node words it: `spawn docker ENOENT`. */
  readonly cause: Error;
}

/**
 * The error of a command that did not start. ENOENT is a program that the runner does not have, or
 * a missing folder `cwd`.
 */
export function notStarted({ program, cwd, cause }: Attempt): ActionError {
  const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  if (isMissing && (cwd === undefined || existsSync(cwd))) return notFound(program, cause);
  return new ActionError(`Program could not be started on the runner: ${program}`, {
    details: isMissing ? `The folder ${cwd} does not exist.` : cause.message,
    ...(!isMissing && { cause }),
  });
}

/** Whether the runner does not have the program of a command. */
export function isNotFound(error: unknown): error is ActionError {
  const cause = error instanceof ActionError ? error.cause : undefined;
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}

function notFound(program: string, cause: Error): ActionError {
  return new ActionError(`Program not found on the runner: ${program}`, {
    cause,
    hint: INSTALL[program] ?? `Install ${program} on the runner, or add its folder to PATH.`,
  });
}
