import type { Process, ProcessTable } from '../../../../src/machines/processes.ts';

/** Somebody else's program, which gets the id of each process that ends. */
const THEIRS = ['sleep', '4711'];

export interface ModelProcesses extends ProcessTable {
  /** Starts a process. `onSignal` is told of signals; without it, any signal ends the process. */
  start(argv: readonly string[], onSignal?: (signal: NodeJS.Signals) => void): Running;
  /** What was done to processes of others, in words. */
  readonly harm: readonly string[];
  /** Command lines of those that run and were started here. */
  look(): readonly string[];
}

export interface Running {
  readonly pid: number;
  end(): void;
}

/**
 * The processes of a machine of the model. The id of each one that ends is at once that of a
 * process of somebody else: whoever goes by ids alone meets that one.
 */
export function modelProcesses(): ModelProcesses {
  interface Entry extends Process {
    readonly isTheirs: boolean;
    readonly onSignal?: ((signal: NodeJS.Signals) => void) | undefined;
  }
  const all = new Map<number, Entry>();
  const harm: string[] = [];
  let pids = 5_000;
  let ticks = 100;
  const put = (pid: number, entry: Omit<Entry, 'pid' | 'started'>) => {
    ticks += 1;
    all.set(pid, { ...entry, pid, started: String(ticks) });
  };
  const shown = ({ pid, started, argv }: Entry): Process => ({ pid, started, argv });
  return {
    harm,
    start: (argv, onSignal) => {
      pids += 1;
      const pid = pids;
      put(pid, { argv, onSignal, isTheirs: false });
      return { pid, end: () => put(pid, { argv: THEIRS, isTheirs: true }) };
    },
    list: async () => [...all.values()].map(shown),
    read: async (pid) => {
      const found = all.get(pid);
      return found && shown(found);
    },
    kill: (pid, signal) => {
      const found = all.get(pid);
      if (!found) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
      if (found.isTheirs) harm.push(`${signal} ended process ${pid} of somebody else`);
      if (found.onSignal) found.onSignal(signal);
      else all.delete(pid);
    },
    look: () =>
      [...all.values()]
        .filter((one) => !one.isTheirs)
        .map(({ argv }) => `process ${argv.join(' ')}`),
  };
}
