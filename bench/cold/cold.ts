import { join, resolve } from 'node:path';
import * as z from 'zod';
import { runner } from '../../src/exec/runner.ts';
import { ratioOf } from '../compare/ratios.ts';
import { median } from '../laps.ts';
import { usageText } from '../usage/usage.ts';
import { prepareWorkload } from '../workload.ts';

/** A step that pulls, beside the pull and the same step when the image is there. */
const COLD_WANTED = 1.1;
const NODES = 5;
const TIMEOUT_MS = 30 * 60_000;
const ENGINE = resolve(import.meta.dirname, 'own-engine');
const INSIDE = resolve(import.meta.dirname, 'inside.ts');

/** One run, in ms and bytes. */
const run = z.object({
  pull: z.number(),
  warm: z.number(),
  cold: z.number(),
  usage: z.object({ memory: z.number(), cpu: z.number() }).optional(),
});
const told = z.object({ wire: z.number(), runs: z.array(run) });

export type ColdRun = z.infer<typeof run>;

/**
 * Lines that tell how long the step takes on an engine without images, its node image in a registry
 * on the loopback interface, beside `docker pull` of it and the same step afterwards. `folder` is
 * empty, and takes what an engine of its own keeps, which needs root.
 */
export async function measureCold(
  { action, runs, folder }: { action: string; runs: number; folder: string },
  signal: AbortSignal,
): Promise<string[]> {
  const { image, nodeImage } = await prepareWorkload(NODES, signal);
  const archive = join(folder, 'images.tar');
  await runner.run(['docker', 'save', '--output', archive, image, nodeImage], { signal });
  const node = [process.execPath, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', INSIDE];
  const { stdout } = await runner.run(
    [ENGINE, folder, ...node, action, archive, nodeImage, String(NODES), String(runs), folder],
    { signal, timeoutMs: TIMEOUT_MS, onErrorLine: (line) => console.error(line) },
  );
  const { wire, runs: measured } = told.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  return coldLines(wire, measured);
}

/** The lines of the row. */
function coldLines(wire: number, runs: readonly ColdRun[]): string[] {
  const seconds = (of: (one: ColdRun) => number) =>
    `${(median(runs.map(of)) / 1_000).toFixed(2)} s`;
  const ratio = ratioOf(runs.map(({ pull, warm, cold }) => ({ a: pull + warm, b: cold })));
  if (!ratio) throw new Error('Nothing was measured.');
  const { middle, least, most } = ratio;
  const spread = `${middle.toFixed(2)} (${least.toFixed(2)}-${most.toFixed(2)})`;
  const verdict = middle <= COLD_WANTED ? 'met' : 'missed';
  const usages = runs.flatMap(({ usage }) => usage ?? []);
  return [
    `An engine without images, ${runs.length} runs: dist/main ${seconds(({ cold }) => cold)}, docker pull ${seconds(({ pull }) => pull)}, dist/main with the image ${seconds(({ warm }) => warm)}; ${(wire / 1e6).toFixed(1)} MB over the wire; ${usageText(usages)}`,
    `cold: ours / (pull + warm)    ${spread}  wanted ${COLD_WANTED} at most: ${verdict}`,
  ];
}
