import { resolve } from 'node:path';
import { runner } from '../src/exec/runner.ts';
import { type Laps, PARTS, startStopwatch } from './laps.ts';
import type { Workload } from './workload.ts';

const SCRIPT = resolve(import.meta.dirname, 'by-hand');
const TIMEOUT_MS = 5 * 60_000;

/**
 * The manual's steps one after another, by the OpenSSH client: bench/by-hand. `folder` is empty and
 * for keys.
 */
export async function runByHand(
  { nodes, image, composeFile, replicas, create }: Workload,
  cluster: string,
  folder: string,
  signal: AbortSignal,
): Promise<Laps> {
  const options = { signal, timeoutMs: TIMEOUT_MS };
  const where = [folder, cluster, String(nodes)] as const;
  const watch = startStopwatch();
  await runner.run(
    [SCRIPT, 'up', ...where, image, composeFile, String(replicas), ...create(cluster, '@NODE@')],
    {
      ...options,
      onLine: (line) => {
        const part = PARTS.find((name) => line === `== ${name}`);
        if (part) watch.begin(part);
      },
    },
  );
  const up = watch.end();
  const from = performance.now();
  await runner.run([SCRIPT, 'down', ...where], options);
  return { ...up, removal: performance.now() - from };
}
