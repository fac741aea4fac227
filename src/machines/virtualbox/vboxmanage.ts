import { join } from 'node:path/win32';
import type { Clock } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { CommandError, type Executor, ownWords, type RunResult } from '../../exec/executor.ts';
import { NOT_OF_THE_JOB } from '../virtual-machine/not-of-the-job.ts';
import { codeIn, withoutWarnings } from './answers.ts';
import type { Words } from './commands.ts';

/** How long a command may take, in ms. The service behind it serves one after the other. */
const COMMAND_MS = 60_000;

/**
 * VirtualBox's service ends some seconds after its last client. Who comes in that moment is refused
 * before anything is done, and is served by a new one a little later.
 */
const ENDING = /Failed to (create the VirtualBox object|initialize COM)/;
const ATTEMPTS = 5;
const PAUSE_MS = 1_000;

/**
 * Somebody else looks at a machine at this moment, or changes it: nothing was done. To look takes a
 * lock, too.
 */
const LOCKED = 'VBOX_E_INVALID_OBJECT_STATE';
const LOCKED_ATTEMPTS = 10;

/**
 * What VirtualBox says of a machine that it does not know, and of one whose settings it cannot read.
 * It says the latter, too, while somebody else looks at a machine that is off.
 */
const NOT_THERE = ['VBOX_E_OBJECT_NOT_FOUND', 'E_ACCESSDENIED'];

/** A look fails, once, while the process of the machine dies. */
const LOOKS = 3;

/** By the name that VirtualBox has for it in any language. */
const DISK_FULL = /\bVERR_DISK_FULL\b/;

/** In English, and with names of files as they are. */
const ENVIRONMENT = { ...NOT_OF_THE_JOB, LC_ALL: 'C.UTF-8' };

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** How a command has ended. */
export interface Answer {
  readonly isDone: boolean;
  /** What was asked for. */
  readonly text: string;
  /** What it said of a failure. */
  readonly said: string;
  /** VirtualBox's name of the failure; not every failure has one. */
  readonly code: string | undefined;
}

/** VBoxManage on the runner. */
export interface VBoxManage {
  readonly program: string;
  /**
   * Gives standard output; waits while the machine is locked. Rejects as `Executor.run`, and with
   * what to do where a disk is full.
   */
  run(words: Words, options?: CallOptions): Promise<string>;
  /**
   * The same of a machine that need not be there: undefined where VirtualBox does not know it, or
   * cannot read it. Rejects where looks go on to fail, which says nothing about the machine.
   */
  look(words: Words, options?: CallOptions): Promise<string | undefined>;
  /** Gives how a command ended that may fail, at once. */
  attempt(words: Words, options?: CallOptions): Promise<Answer>;
}

/**
 * Calls VBoxManage, by its path or the name that it has on this system. A call with a signal may
 * be ended half-way, and what it has begun goes on in VirtualBox's service.
 */
export function vboxManage(runner: Executor, path: string | undefined, clock: Clock): VBoxManage {
  const program = path ?? programName(process.platform, process.env);
  const call = async (words: Words, { signal, timeoutMs = COMMAND_MS }: CallOptions = {}) => {
    for (let attempt = 1; ; attempt += 1) {
      const result = await runner.run([program, ...words], {
        ...{ signal, timeoutMs },
        ...{ env: ENVIRONMENT, anyExitCode: true },
      });
      if (attempt === ATTEMPTS || !ENDING.test(result.stderr)) return result;
      await clock.sleep(PAUSE_MS, signal);
    }
  };
  const patient = async (words: Words, options?: CallOptions) => {
    let result = await call(words, options);
    for (let attempt = 1; attempt < LOCKED_ATTEMPTS; attempt += 1) {
      if (result.exitCode === 0 || codeIn(result.stderr) !== LOCKED) break;
      await clock.sleep(PAUSE_MS, options?.signal);
      result = await call(words, options);
    }
    return result;
  };
  const textOf = (words: Words, result: RunResult) => {
    if (result.exitCode === 0) return withoutWarnings(result.stdout);
    const { stderr } = withoutProgress(result);
    if (DISK_FULL.test(stderr)) throw noRoom(stderr);
    throw new CommandError(runner.where, [program, ...words], withoutProgress(result));
  };
  return {
    program,
    run: async (words, options) => textOf(words, await patient(words, options)),
    look: async (words, options) => {
      for (let look = 1; ; look += 1) {
        const result = await patient(words, options);
        const hasFailed = result.exitCode !== 0;
        if (hasFailed && NOT_THERE.includes(codeIn(result.stderr) ?? '')) return undefined;
        if (!hasFailed || look === LOOKS) return textOf(words, result);
        await clock.sleep(PAUSE_MS, options?.signal);
      }
    },
    attempt: async (words, options) => {
      const result = await call(words, options);
      const said = ownWords(withoutProgress(result));
      return {
        isDone: result.exitCode === 0,
        text: withoutWarnings(result.stdout),
        said,
        code: codeIn(said),
      };
    },
  };
}

function noRoom(details: string): ActionError {
  return new ActionError('VirtualBox has no room left on a disk of the runner.', {
    details: details.trim(),
    hint: 'Make room where the file is that it names, or let XDG_STATE_HOME of the step name a folder on another disk.',
  });
}

/** Progress comes where errors come, also where all is well. */
function withoutProgress(result: RunResult): RunResult {
  const stdout = withoutWarnings(result.stdout);
  return { ...result, stdout, stderr: result.stderr.replace(/(\d+%(\.\.\.)?)+/g, '') };
}

/** The installer for Windows does not add its folder to the path, but names it in a variable. */
export function programName(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const folder = env.VBOX_MSI_INSTALL_PATH ?? env.VBOX_INSTALL_PATH;
  return platform === 'win32' && folder ? join(folder, 'VBoxManage.exe') : 'VBoxManage';
}
