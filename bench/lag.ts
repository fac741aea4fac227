import { median } from './laps.ts';

/** How far the log of main is behind the tasks, in ms. */
export interface Lag {
  /** From the moment that a task runs to the line that says so; the median of all services. */
  readonly middle: number;
  /** The same of those that began to run when the manager had the whole stack, if there are any. */
  readonly watched: number | undefined;
  /** From the moment that the last one runs to the end of main. */
  readonly end: number;
}

/** Takes lines of the log as they come, by the clock of this machine, which is that of the hosts. */
export function lagClock() {
  const told = new Map<string, number>();
  let watchedSince = Number.POSITIVE_INFINITY;
  return {
    line: (text: string): void => {
      if (/^Waiting until/.test(text)) watchedSince = Date.now();
      const [, service] = /^\[[ \d.]+ s\] {2}(\S+) +1\/1 running$/.exec(text) ?? [];
      if (service !== undefined && !told.has(service)) told.set(service, Date.now());
    },
    /** `since`: when the task of each service began to run; `ended`: when main did; ms of the clock. */
    read: (since: ReadonlyMap<string, number>, ended: number): Lag => {
      const all = [...told].flatMap(([service, at]) => {
        const from = since.get(service);
        return from === undefined ? [] : [{ from, behind: at - from }];
      });
      const watched = all.filter(({ from }) => from >= watchedSince);
      return {
        middle: median(all.map(({ behind }) => behind)),
        watched: watched.length === 0 ? undefined : median(watched.map(({ behind }) => behind)),
        end: ended - Math.max(...since.values()),
      };
    },
  };
}
