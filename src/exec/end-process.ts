import { type ChildProcess, spawn } from 'node:child_process';
import { win32 } from 'node:path';
import type { Argv } from './argv.ts';

/** What ends processes: the system of this process, or one that a test stands in for. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** As `process.kill`. */
  readonly signal: (pid: number, signal: NodeJS.Signals) => void;
  /** Starts a program that nobody waits for. Calls `failed` if it does not start, or fails. */
  readonly start: (argv: Argv, failed: () => void) => void;
}

const thisSystem: System = {
  platform: process.platform,
  signal: (pid, signal) => {
    process.kill(pid, signal);
  },
  start: ([program, ...args], failed) => {
    const child = spawn(program, args, { stdio: 'ignore', windowsHide: true });
    child.once('error', failed).once('exit', (code) => {
      if (code !== 0) failed();
    });
    child.unref();
  },
};

/**
 * Ends a child that leads a group of its own, with all that it has started. On Windows SIGTERM does
 * nothing, since a program there cannot be asked to end: the runner's Ctrl-C has reached the whole
 * console already. Never throws.
 */
export function endProcess(
  child: Pick<ChildProcess, 'pid' | 'kill'>,
  signal: 'SIGTERM' | 'SIGKILL',
  system: System = thisSystem,
): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (system.platform === 'win32') {
    // The child last, and by its tree: once it has gone, nobody knows what it has started.
    if (signal === 'SIGKILL') system.start(endTree(pid), () => child.kill('SIGKILL'));
    return;
  }
  try {
    system.signal(-pid, signal);
  } catch {
    // The whole group has gone, or belongs to another user (sudo); then closing its streams is all
    // that can be done.
  }
}

/**
 * Asks a child to stop, but nothing that it has started: it ends that itself. On Windows the
 * runner's Ctrl-C has done so. Never throws.
 */
export function interruptProcess(
  { pid }: Pick<ChildProcess, 'pid'>,
  system: System = thisSystem,
): void {
  if (pid === undefined || system.platform === 'win32') return;
  try {
    system.signal(pid, 'SIGINT');
  } catch {
    // It has gone.
  }
}

/** By its path: what PATH finds by this name may be anything. */
function endTree(pid: number): Argv {
  const windows = process.env.SystemRoot ?? 'C:\\Windows';
  return [win32.join(windows, 'System32', 'taskkill.exe'), '/T', '/F', '/PID', String(pid)];
}
