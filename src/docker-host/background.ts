import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { systemClock, until } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { Argv } from '../exec/argv.ts';
import { runner } from '../exec/runner.ts';

/**
 * A process by its number and the moment it began: the system gives the number of one that has
 * ended to another.
 */
export interface ProcessId {
  readonly pid: number;
  /** As the system tells it; only to be compared. */
  readonly started: string;
}

export interface Background extends ProcessId {
  /** How it ended, in words; does not keep this process alive. */
  readonly ended: Promise<string>;
}

/**
 * What ssh needs of the environment. The rest stays out of a process that lives as long as the job:
 * inputs of the action, keys among them, are variables too. By RUNNER_TRACKING_ID the runner finds
 * and ends at the end of the job what post could not end.
 */
const INHERITED = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'RUNNER_TRACKING_ID'],
  ...['SystemRoot', 'SystemDrive', 'USERPROFILE', 'USERNAME', 'ProgramData', 'TEMP', 'PATHEXT'],
];

/** Between SIGTERM and SIGKILL, and after it, in ms. */
const GRACE_MS = 2_000;
const POLL_MS = 20;

/**
 * Starts a program that outlives this process: a session of its own, its output in a file (0600),
 * nothing of ours held open. Throws `ActionError` where it cannot be started.
 */
export async function startInBackground(argv: Argv, log: string): Promise<Background> {
  const [program, ...args] = argv;
  await using output = await open(log, 'a', 0o600);
  const child = spawn(program, args, {
    stdio: ['ignore', output.fd, output.fd],
    env: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
    detached: true,
    windowsHide: true,
  });
  const ended = endingOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.on('error', (cause) => reject(notStarted(program, cause)));
  });
  child.unref();
  // Without a number there was no 'spawn'. A process that ends at once has no start time any more.
  return { ...(await processOf(child.pid ?? 0)), ended };
}

/** The process that has this number now. */
export async function processOf(pid: number): Promise<ProcessId> {
  return { pid, started: (await startTime(pid)) ?? '' };
}

/**
 * Ends a process, and what it started, and waits until it is gone: at most `2 * GRACE_MS`. Ended
 * already, or another process under that number, is success. Throws `ActionError` where it does not
 * go.
 */
export async function endProcess(id: ProcessId): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!(await isAlive(id))) return;
    kill(id.pid, signal);
    const wait = { clock: systemClock, limitMs: GRACE_MS, everyMs: POLL_MS };
    const runs = await until(
      () => isAlive(id),
      (isStill) => !isStill,
      wait,
    );
    if (!runs) return;
  }
  throw new ActionError(`Process ${id.pid} on the runner did not end`, {
    hint: `The runner ends it with the job. On a machine of your own: kill -KILL ${id.pid}`,
  });
}

/** Whether this very process still runs. */
export async function isAlive({ pid, started }: ProcessId): Promise<boolean> {
  return started !== '' && (await startTime(pid)) === started;
}

/**
 * What a process was started with; undefined where there is none any more. On Windows, where no
 * plain program tells, an empty list.
 */
export async function commandLineOf(pid: number): Promise<readonly string[] | undefined> {
  switch (process.platform) {
    case 'linux': {
      const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return text === '' ? undefined : text.split('\0').slice(0, -1);
    }
    case 'win32':
      return [];
    default:
      return (await answer(['ps', '-ww', '-o', 'args=', '-p', `${pid}`]))?.split(/\s+/);
  }
}

/**
 * When a process began; undefined where there is none, or only its remains that nobody has
 * collected.
 */
async function startTime(pid: number): Promise<string | undefined> {
  switch (process.platform) {
    case 'linux':
      return startOfStat(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ''));
    case 'win32': {
      const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`;
      return await answer(['powershell', '-NoProfile', '-NonInteractive', '-Command', script]);
    }
    default:
      return startOfPs(await answer(['ps', '-o', 'stat=,lstart=', '-p', `${pid}`]));
  }
}

/**
 * Clock ticks since boot, field 22 of proc_pid_stat(5). The name, field 2, may hold spaces and
 * brackets.
 */
export function startOfStat(text: string): string | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return isRemains(state) ? undefined : fields[19];
}

/** From "S+  Mon Nov 23 23:49:05 2026", what `ps -o stat=,lstart=` prints. */
export function startOfPs(text: string | undefined): string | undefined {
  const [state, ...started] = text?.split(/\s+/) ?? [];
  return isRemains(state) ? undefined : started.join(' ') || undefined;
}

function isRemains(state: string | undefined): boolean {
  return state === undefined || /^[ZX]/.test(state);
}

async function answer(argv: Argv): Promise<string | undefined> {
  const { stdout } = await runner.run(argv, {
    anyExitCode: true,
    mayRunOn: true,
    timeoutMs: 10_000,
  });
  return stdout.trim() || undefined;
}

function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    // The group: over a jump host ssh starts another ssh.
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function endingOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
    });
  });
}

function notStarted(program: string, cause: NodeJS.ErrnoException): ActionError {
  const missing = cause.code === 'ENOENT';
  return new ActionError(
    `Program ${missing ? 'not found' : 'could not be started'} on the runner: ${program}`,
    {
      cause,
      hint: missing ? INSTALL : undefined,
      details: missing ? undefined : cause.message,
    },
  );
}

const INSTALL =
  'Install the OpenSSH client on the runner (Debian and Ubuntu: apt-get install openssh-client; Alpine: apk add openssh-client).';
