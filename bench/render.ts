import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadProject } from '../__tests__/support/load-project.ts';
import { loadCompose } from '../src/compose/load.ts';
import { enforcePolicy } from '../src/compose/policy/policy.ts';
import { sealFiles } from '../src/compose/policy/sealed-files.ts';
import { renderStack } from '../src/compose/render/render.ts';
import type { Executor } from '../src/exec/executor.ts';
import { runner } from '../src/exec/runner.ts';
import { median } from './laps.ts';

const SERVICES = 200;
const WANTED_MS = 300;

/** In ms. */
interface Rendering {
  /** In `docker compose config`. */
  readonly compose: number;
  /**
   * Everything else between the file on the disk and the stack file: reading, places of keys,
   * checks, translation, text.
   */
  readonly ours: number;
}

/**
 * The lines that tell how long a file of 200 services takes, beside what `docker compose config`
 * needs for it anyway.
 */
export async function renderTable(
  runs: number,
  folder: string,
  signal: AbortSignal,
): Promise<string[]> {
  writeFileSync(join(folder, 'compose.yaml'), stringify(composeFile(SERVICES)));
  const results: Rendering[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await render(folder, signal));
  const ours = results.map((result) => result.ours);
  const [first = Number.NaN] = ours;
  return [
    `Rendering a file of ${SERVICES} services, ${runs} runs, in ms`,
    `  docker compose config   ${show(median(results.map(({ compose }) => compose)))}`,
    `  beside it, median       ${show(median(ours))} (${show(Math.min(...ours))}-${show(Math.max(...ours))})`,
    // A step renders once, before anything of it was compiled.
    `  beside it, first run    ${show(first)}  wanted ${WANTED_MS} at most: ${first <= WANTED_MS ? 'met' : 'missed'}`,
    ...(await policyRows(runs, folder, signal)),
  ];
}

const GUARDED_SERVICES = 20;
const GUARD_WANTED_MS = 100;

/**
 * What `policy: restricted` adds, from the file on the disk to the stack file, Compose included.
 */
async function policyRows(runs: number, folder: string, signal: AbortSignal): Promise<string[]> {
  const file = composeFile(GUARDED_SERVICES);
  for (const service of Object.values(file.services)) service.volumes = service.volumes.slice(0, 1);
  writeFileSync(join(folder, 'compose.yaml'), stringify(file));
  const without: number[] = [];
  const restricted: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    without.push(await timeOf(() => render(folder, signal)));
    restricted.push(await timeOf(() => renderRestricted(folder, signal)));
  }
  const added = median(restricted) - median(without);
  return [
    `A file of ${GUARDED_SERVICES} services, Compose included, ${runs} runs, in ms`,
    `  without a policy        ${show(median(without))}`,
    `  policy: restricted      ${show(median(restricted))}`,
    `  what it adds            ${show(added)}  wanted ${GUARD_WANTED_MS} at most: ${added <= GUARD_WANTED_MS ? 'met' : 'missed'}`,
  ];
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function renderRestricted(workspace: string, signal: AbortSignal): Promise<void> {
  const guarded = { workspace, files: [], env: {}, temporary: tmpdir(), debug: () => {} };
  await using files = await sealFiles(runner, { ...guarded, signal });
  const source = { workspace, profiles: [], projectName: 'bench' };
  const project = await loadCompose(files, source, signal);
  enforcePolicy(project, { maxServices: GUARDED_SERVICES, maxTasks: GUARDED_SERVICES });
  await renderStack(project, { stackName: 'bench' });
}

async function render(workspace: string, signal: AbortSignal): Promise<Rendering> {
  let compose = 0;
  const timed: Executor = {
    ...runner,
    run: async (argv, options) => {
      const from = performance.now();
      try {
        return await runner.run(argv, options);
      } finally {
        compose += performance.now() - from;
      }
    },
  };
  const from = performance.now();
  const source = { workspace, files: [], profiles: [], env: {}, projectName: 'bench' };
  const project = await loadProject(timed, source, signal);
  await renderStack(project, { stackName: 'bench' });
  return { compose, ours: performance.now() - from - compose };
}

/**
 * Services as they are: with variables, labels, limits, volumes, a config of their own, and keys
 * that a swarm does not have.
 */
function composeFile(count: number) {
  const numbers = Array.from({ length: count }, (_, at) => at);
  const service = (at: number) => ({
    image: `registry.test/service-${at}:1.2.3`,
    container_name: `service-${at}`,
    command: ['serve', '--port', '8080', '--price', '5$$'],
    environment: Object.fromEntries(
      Array.from({ length: 20 }, (_, key) => [`KEY_${key}`, `$$${at}`]),
    ),
    labels: Object.fromEntries(Array.from({ length: 10 }, (_, key) => [`com.example.${key}`, 'a'])),
    ports: [`${20_000 + at}:8080`],
    volumes: [`data-${at}:/data`, '/etc/hosts:/etc/hosts.node:ro'],
    networks: ['front', 'back'],
    configs: [{ source: `config-${at}`, target: '/etc/service.conf', mode: 0o440 }],
    depends_on: at === 0 ? [] : [`service-${at - 1}`],
    healthcheck: { test: 'curl -f http://localhost:8080/', interval: '10s', retries: 3 },
    mem_limit: '256m',
    cpus: 0.5,
    restart: 'always',
  });
  return {
    services: Object.fromEntries(numbers.map((at) => [`service-${at}`, service(at)])),
    networks: { front: null, back: { internal: true } },
    volumes: Object.fromEntries(numbers.map((at) => [`data-${at}`, null])),
    configs: Object.fromEntries(
      numbers.map((at) => [`config-${at}`, { content: `number = ${at}\n`.repeat(20) }]),
    ),
  };
}

function show(ms: number): string {
  return ms.toFixed(0).padStart(5);
}
