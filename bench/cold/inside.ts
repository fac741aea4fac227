// What bench/cold/own-engine runs beside its engine: ACTION ARCHIVE NODE_IMAGE NODES RUNS FOLDER. Its last line on standard output is
// what `measureCold` reads.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startLoopbackRegistry } from '../../__tests__/support/loopback-registry.ts';
import { runner } from '../../src/exec/runner.ts';
import { contentOf } from '../../src/machines/docker/node-image.ts';
import { runAction } from '../action.ts';
import { workloadOf } from '../workload.ts';
import type { ColdRun } from './cold.ts';

const LIMIT_MS = 5 * 60_000;

const [action = '', archive = '', nodeImage = '', nodes = '', runs = '', folder = ''] =
  process.argv.slice(2);
const { signal } = new AbortController();
const docker = async (...args: string[]) => {
  const { stdout } = await runner.run(['docker', ...args], { timeoutMs: LIMIT_MS });
  return stdout.trim();
};

await using registry = await startLoopbackRegistry();
await docker('load', '--input', archive);
const pushed = `${registry.host}/swarm-up-node:${contentOf(nodeImage)}`;
await docker('tag', nodeImage, pushed);
const [digest = ''] = /sha256:[0-9a-f]{64}/.exec(await docker('push', pushed)) ?? [];
const published = `${registry.host}/swarm-up-node@${digest}`;
const pinning = pinnedAction();
const workload = workloadOf(Number(nodes), nodeImage, 'capabilities');

const measured: ColdRun[] = [];
let wire = 0;
// The first is not counted: what is read for the first time comes from the disk.
for (let run = 0; run <= Number(runs); run += 1) {
  await forget();
  const before = registry.sent;
  const from = performance.now();
  await docker('pull', '--quiet', published);
  const pull = performance.now() - from;
  wire = registry.sent - before;
  await docker('tag', published, nodeImage);
  const warm = await step();
  await forget();
  const cold = await step();
  if (!cold.pulled) throw new Error('The image was not pulled.');
  if (run > 0) measured.push({ pull, warm: warm.took, cold: cold.took, usage: cold.usage });
  const shown = [pull, warm.took, cold.took].map((ms) => (ms / 1_000).toFixed(2)).join(', ');
  console.error(`${run === 0 ? 'warm-up' : `run ${run}`}: pull, warm, cold ${shown} s`);
}
console.log(JSON.stringify({ wire, runs: measured }));

/** The action as it is, its node image published by the registry. */
function pinnedAction(): string {
  const root = join(folder, 'action');
  mkdirSync(root);
  for (const name of ['action.yml', 'dist', 'node-image']) {
    symlinkSync(resolve(action, name), join(root, name));
  }
  const pin = { content: contentOf(nodeImage), image: published, engine: 1 };
  writeFileSync(join(root, 'node-image.json'), JSON.stringify(pin));
  return root;
}

/** All of the step, from its start to its end; what it has made is removed. */
async function step() {
  const before = registry.sent;
  const place = mkdtempSync(join(folder, 'run-'));
  const laps = await runAction(pinning, workload, `cold-${process.pid}`, place, signal);
  return { took: laps.whole ?? 0, usage: laps.usage, pulled: registry.sent > before };
}

/** Nothing of the node image stays on this engine, which is the bench's own. */
async function forget(): Promise<void> {
  const ids = await docker('image', 'ls', '--no-trunc', '--quiet', nodeImage);
  const others = await docker(
    'image',
    'ls',
    '--no-trunc',
    '--quiet',
    `${registry.host}/swarm-up-node`,
  );
  const all = [...new Set([...ids.split('\n'), ...others.split('\n')])].filter(Boolean);
  if (all.length > 0) await docker('image', 'rm', '--force', ...all);
}
