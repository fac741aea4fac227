import type { Usage } from './usage/usage.ts';

/** The parts that each way goes through, in their order. `check` is what only the action does. */
export const PARTS = ['check', 'machines', 'swarm', 'images', 'stack'] as const;

export type Part = (typeof PARTS)[number];

/** One run of one way, in ms. */
export interface Laps {
  readonly parts: Readonly<Partial<Record<Part, number>>>;
  /** From the start until all tasks ran. */
  readonly running: number;
  /** Until the process had ended, where that is later. */
  readonly whole?: number;
  readonly removal: number;
  /** Of the process of main, where there is one. */
  readonly usage?: Usage | undefined;
}

/**
 * Measures the parts of a run: each lasts from its beginning to the beginning of the next, the last
 * one to the end.
 */
export interface Stopwatch {
  begin(part: Part): void;
  end(): Pick<Laps, 'parts' | 'running'>;
}

export function startStopwatch(): Stopwatch {
  const started = performance.now();
  const begun: { part: Part; at: number }[] = [];
  return {
    begin: (part) => begun.push({ part, at: performance.now() }),
    end: () => {
      const now = performance.now();
      const parts: Partial<Record<Part, number>> = {};
      for (const [index, { part, at }] of begun.entries()) {
        // What comes before the first part, the start of the program, is counted with it.
        const from = index === 0 ? started : at;
        parts[part] = (parts[part] ?? 0) + (begun[index + 1]?.at ?? now) - from;
      }
      return { parts, running: now - started };
    },
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (
    ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
  );
}
