import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Argv } from './argv.ts';
import { childEnvironment } from './child-environment.ts';
import type { RunOptions } from './executor.ts';
import { notStarted } from './not-started.ts';

/** Standard input, output and error of a child; a number is an open file. */
type Stdio = readonly [stdin: 'ignore' | 'pipe', stdout: 'pipe' | number, stderr: 'pipe' | number];

/**
 * Resolves when the program runs; a program that cannot be started is an `ActionError` that says
 * what to install.
 */
export async function startChild(
  argv: Argv,
  stdio: Stdio,
  options: RunOptions = {},
): Promise<ChildProcess> {
  try {
    const child = spawned(argv, stdio, options);
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.on('error', reject);
    });
    return child;
  } catch (error) {
    throw notStarted({ program: argv[0], cwd: options.cwd, cause: error as Error });
  }
}

/** Throws what Node throws at once, such as E2BIG. */
function spawned([program, ...args]: Argv, stdio: Stdio, options: RunOptions): ChildProcess {
  return spawn(program, args, {
    stdio: [...stdio],
    cwd: options.cwd,
    env: childEnvironment(process.env, options),
    // A group of its own, so that what the program starts (plugins of `docker`, children of `sh`)
    // ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

/** How a process ended. */
export interface Ending {
  /** 128 plus its number where a signal ended the process, as in a shell. */
  readonly code: number;
  readonly signal?: string;
}

/** Resolves once the process has ended, and its pipes are empty. */
export async function ended(child: ChildProcess): Promise<Ending> {
  return await new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve(signal ? { code: 128 + constants.signals[signal], signal } : { code: code ?? 0 });
    });
  });
}
