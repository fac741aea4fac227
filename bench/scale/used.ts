import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const usage = z.object({
  /** Most memory at a time, in bytes. */
  peakBytes: z.number(),
  /** CPU time of the process without its children, in ms. */
  cpuMs: z.number(),
  /** Most open files at a time. */
  files: z.number(),
});

export type Usage = z.infer<typeof usage>;

/** Lets a Node process write what it has used, and reads that once it has ended. */
export function watchUsage(folder: string): {
  readonly env: Readonly<Record<string, string>>;
  read(): Usage;
} {
  const file = join(folder, 'usage.json');
  const hook = pathToFileURL(join(import.meta.dirname, 'usage.mjs'));
  return {
    env: { SCALE_USAGE: file, NODE_OPTIONS: `--import=${hook}` },
    read: () => usage.parse(JSON.parse(readFileSync(file, 'utf8'))),
  };
}
