import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runner } from '../src/exec/runner.ts';
import { median } from './laps.ts';
import { REPOSITORY } from './workload.ts';

const TIMES = 15;

/** How long a bundle takes to its first line, medians in ms. */
export interface Start {
  readonly main: number;
  /** A program of one line, bundled in the same way. */
  readonly empty: number;
}

/** Starts both in turn. `folder` is empty. */
export async function measureStart(
  actionFolder: string,
  folder: string,
  signal: AbortSignal,
): Promise<Start> {
  const source = join(folder, 'empty.js');
  const output = join(folder, 'empty');
  writeFileSync(source, "console.log('x');\n");
  const ncc = resolve(REPOSITORY, 'node_modules/.bin/ncc');
  await runner.run([ncc, 'build', source, '-o', output, '--no-cache', '-q'], { signal });
  const bundles = {
    main: resolve(actionFolder, 'dist/main/index.js'),
    empty: join(output, 'index.js'),
  };
  const times = { main: [] as number[], empty: [] as number[] };
  for (let time = 0; time <= TIMES; time += 1) {
    for (const name of ['main', 'empty'] as const) {
      signal.throwIfAborted();
      const took = await toFirstLine(bundles[name]);
      if (time > 0) times[name].push(took);
    }
  }
  return { main: median(times.main), empty: median(times.empty) };
}

/** Without inputs the action would do nothing but complain; it is ended before. */
async function toFirstLine(bundle: string): Promise<number> {
  const from = performance.now();
  const child = spawn(process.execPath, [bundle], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_COMPILE_CACHE: '' },
  });
  const closed = once(child, 'close');
  await Promise.race([once(child.stdout, 'data'), closed]);
  const took = performance.now() - from;
  child.kill('SIGKILL');
  await closed;
  return took;
}
