import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { median } from '../laps.ts';

const REPORT = join(import.meta.dirname, 'report-usage.cjs');

/** Of `process.resourceUsage`: kilobytes and microseconds. */
const reported = z.object({
  maxRSS: z.number(),
  userCPUTime: z.number(),
  systemCPUTime: z.number(),
  marks: z.array(z.object({ name: z.string(), at: z.number(), cpu: z.number() })),
});

/** What the process of main has used, without the programs that it starts. */
export interface Usage {
  /** The most memory that it had at once, in bytes. */
  readonly memory: number;
  /** Processor time, its own and the kernel's for it, in ms. */
  readonly cpu: number;
  /**
   * The stages of its log, in their order: when each began, in ms since the process did, and what
   * processor time was used by then, in ms. The first is the start of Node, the last the end.
   */
  readonly marks: readonly { readonly name: string; readonly at: number; readonly cpu: number }[];
}

/** The variables by which a Node writes what it has used, and how that is read when it has ended. */
export function usageIn(folder: string): {
  readonly env: Readonly<Record<string, string>>;
  /** Undefined if the process was killed. */
  read(): Usage | undefined;
} {
  const file = join(folder, 'usage.json');
  rmSync(file, { force: true });
  return {
    env: {
      NODE_OPTIONS: `--require=${REPORT}`,
      BENCH_USAGE_FILE: file,
      // A runner has no compiled bundle, though the shell of a developer may keep one.
      NODE_COMPILE_CACHE: '',
    },
    read: () => {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
      const { maxRSS, userCPUTime, systemCPUTime, marks } = reported.parse(JSON.parse(text));
      return { memory: maxRSS * 1024, cpu: (userCPUTime + systemCPUTime) / 1_000, marks };
    },
  };
}

/** For people: `main 143 MB, 1.2 s of processor`; the median of several runs. */
export function usageText(usages: readonly Pick<Usage, 'memory' | 'cpu'>[]): string {
  if (usages.length === 0) return 'main not measured';
  const memory = median(usages.map((usage) => usage.memory)) / 1e6;
  const cpu = median(usages.map((usage) => usage.cpu)) / 1_000;
  return `main ${memory.toFixed(0)} MB, ${cpu.toFixed(2)} s of processor`;
}
