import { readdir, readFile } from 'node:fs/promises';

/**
 * A process, told apart from a later one with the same id by when it was started and by its command
 * line.
 */
export interface Process {
  readonly pid: number;
  /** Since the machine was started, in the kernel's ticks. */
  readonly started: string;
  readonly argv: readonly string[];
}

/** The processes of this machine. */
export interface ProcessTable {
  /** Those that have not ended, as far as this user may see them. */
  list(): Promise<Process[]>;
  /** Undefined where there is none with this id, or it has ended and nobody has asked how. */
  read(pid: number): Promise<Process | undefined>;
  kill(pid: number, signal: NodeJS.Signals): void;
}

export const procfs: ProcessTable = {
  list: async () => {
    const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
    const all = await Promise.all(pids.map((pid) => procfs.read(Number(pid))));
    return all.filter((one) => one !== undefined);
  },
  read: async (pid) => {
    try {
      const [stat, line] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ]);
      return parseProcess(pid, stat, line);
    } catch {
      return undefined;
    }
  },
  kill: (pid, signal) => {
    process.kill(pid, signal);
  },
};

/**
 * A process of what proc_pid_stat(5) and proc_pid_cmdline(5) say; undefined for one that has ended,
 * or is the kernel's own.
 */
export function parseProcess(pid: number, stat: string, commandLine: string): Process | undefined {
  // The name, in brackets, may hold anything.
  const [state = '', ...rest] = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  // The twenty-second of all fields, which begin with the pid and the name.
  const started = rest[18];
  if (started === undefined || 'ZXx'.includes(state) || commandLine === '') return undefined;
  return { pid, started, argv: commandLine.replace(/\0$/, '').split('\0') };
}

/** Whether the process still runs: its id may be another one's by now. */
export async function isAlive(table: ProcessTable, process: Process): Promise<boolean> {
  const now = await table.read(process.pid);
  return (
    now !== undefined &&
    now.started === process.started &&
    now.argv.length === process.argv.length &&
    now.argv.every((word, at) => word === process.argv[at])
  );
}

/**
 * Sends a signal to the process that was found, and to none that has its id by now. One that has
 * gone meanwhile is no failure.
 */
export async function signalProcess(
  table: ProcessTable,
  process: Process,
  signal: NodeJS.Signals,
): Promise<void> {
  if (!(await isAlive(table, process))) return;
  try {
    table.kill(process.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
