/**
 * How long the action takes, beside the same work by hand and beside the least that this engine
 * allows:
 *
 *   npm run bench -- --runs 5 --action FOLDER
 *   npm run bench -- --only render|unchanged|many|images|cold|clouds|virtual|scale
 *   npm run bench -- --only many --services 200
 *
 * The second measures one thing: the rendering of a large compose file, which takes seconds and
 * needs no engine; a deployment that changes nothing; one of many services; a large image for 3, 10
 * and 20 hosts, which takes a quarter of an hour and is left out by the first; the step on an engine
 * of its own that has no images, which needs root; 50 machines and 100 clusters at stand-ins of the
 * clouds, which need no engine either; a cluster of virtual machines, and 10 to 1000 stand-ins of
 * hosts, which the first leaves out, because each takes minutes. The ways run in turn,
 * so that what else this machine does meets all of them. FOLDER is an action.yml with its bundles
 * and node-image, to compare another version; this repository where it is left out.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../src/base/errors.ts';
import { engineApi } from '../src/engine/api.ts';
import { runner } from '../src/exec/runner.ts';
import { destroyAll, isGone } from '../src/machines/docker/destroy.ts';
import { runAction } from './action.ts';
import { runByHand } from './by-hand.ts';
import { cloudsTable } from './clouds.ts';
import { measureCold } from './cold/cold.ts';
import { measureImages } from './images.ts';
import type { Lag } from './lag.ts';
import { type Laps, median } from './laps.ts';
import { runLimit } from './limit.ts';
import { type ManyDeployment, measureMany, SERVICES } from './many.ts';
import { coursesTable } from './many-course.ts';
import { renderTable } from './render.ts';
import { benchScale } from './scale/scale.ts';
import { seconds } from './seconds.ts';
import { measureStart } from './start.ts';
import { ratiosTable, timesTable, unchangedRatios } from './table.ts';
import { type Deployment, measureUnchanged } from './unchanged.ts';
import { stagesTable } from './usage/stages-table.ts';
import { usageText } from './usage/usage.ts';
import { measureVirtual } from './virtual.ts';
import { prepareWorkload, REPOSITORY, type Workload } from './workload.ts';

const NODES = 5;
/** One takes half a minute, and what differs is a small part of it. */
const MOST_RUNS_OF_MANY = 3;
const PARTS = ['render', 'unchanged', 'many', 'images', 'cold', 'clouds', 'virtual', 'scale'];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    action: { type: 'string', default: REPOSITORY },
    only: { type: 'string' },
    services: { type: 'string', default: String(SERVICES) },
  },
});

type Way = (cluster: string, folder: string) => Promise<Laps>;

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stopping.abort(new Error(`Ended by ${name}.`)));
}
try {
  const runs = countOf('runs', values.runs);
  const { only } = values;
  if (only !== undefined && !PARTS.includes(only)) {
    throw new Error(`--only ${only}: there are ${PARTS.join(', ')}.`);
  }
  const action = resolve(values.action);
  if (only === undefined) await bench(runs, action, stopping.signal);
  else if (only === 'scale')
    await inFolder('scale', (folder) =>
      benchScale({ action, folder, signal: stopping.signal }, console.log),
    );
  else if (only === 'images')
    await inFolder('images', (folder) =>
      measureImages({ action, runs, folder }, console.log, stopping.signal),
    );
  else if (only === 'virtual') {
    const workload = await prepareWorkload(NODES, stopping.signal);
    const virtual = (folder: string) =>
      measureVirtual({ action, folder }, workload, stopping.signal);
    for (let run = 0; run < runs; run += 1) {
      for (const line of await inFolder('vm', virtual)) console.log(line);
    }
  } else if (only === 'unchanged') await benchUnchanged({ action, runs }, stopping.signal);
  else if (only === 'many') {
    const services = countOf('services', values.services);
    await benchMany({ action, runs, services }, stopping.signal);
  }
  if (only === undefined || only === 'cold') {
    const cold = (folder: string) => measureCold({ action, runs, folder }, stopping.signal);
    for (const line of await inFolder('cold', cold)) console.log(line);
  }
  if (only === undefined || only === 'render') {
    const rendering = (folder: string) => renderTable(runs, folder, stopping.signal);
    for (const line of await inFolder('render', rendering)) console.log(line);
  }
  if (only === undefined || only === 'clouds') {
    console.log('\nClouds, on stand-ins that take 10 s to make a machine; none is entered');
    for (const line of await cloudsTable(runs, stopping.signal)) console.log(line);
  }
} catch (error) {
  console.error(`error: ${describeError(error)}`);
  process.exitCode = 1;
}

function countOf(what: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new Error(`--${what} ${text}: give a number of ${what}, 1 or more.`);
}

async function bench(runs: number, action: string, signal: AbortSignal): Promise<void> {
  const workload = await prepareWorkload(NODES, signal);
  console.log(introduction(workload));
  const ways: Readonly<Record<'byHand' | 'limit' | 'ours', Way>> = {
    byHand: (cluster, folder) => runByHand(workload, cluster, folder, signal),
    limit: (cluster) => runLimit(workload, cluster, signal),
    ours: (cluster, folder) => runAction(action, workload, cluster, folder, signal),
  };
  const results = { byHand: [] as Laps[], limit: [] as Laps[], ours: [] as Laps[] };
  for (let run = 0; run <= runs; run += 1) {
    const shown: string[] = [];
    for (const name of ['byHand', 'limit', 'ours'] as const) {
      signal.throwIfAborted();
      const laps = await leavingNothing(name, ways[name]);
      if (run > 0) results[name].push(laps);
      shown.push(`${name} ${seconds(laps.running)}, removal ${seconds(laps.removal)}`);
    }
    console.log(`${run === 0 ? 'warm-up' : `run ${run}`.padEnd(7)}  ${shown.join('; ')}`);
  }
  const start = await inFolder('start', (folder) => measureStart(action, folder, signal));
  const unchanged = await unchangedOf({ action, runs }, workload, signal);
  const fewer = { action, runs: Math.min(runs, MOST_RUNS_OF_MANY) };
  const many = await manyOf({ ...fewer, services: SERVICES }, workload, signal);

  console.log(`\nMedians of ${runs} runs in s (least-most)`);
  for (const line of timesTable(results)) console.log(line);
  console.log(
    `\nStart to the first line: dist/main ${start.main.toFixed(0)} ms, empty program ${start.empty.toFixed(0)} ms`,
  );
  console.log(`${unchangedText(unchanged)}\n${manyText(many)}\n`);
  for (const line of ratiosTable(results, start, { unchanged, many })) console.log(line);
  console.log('');
}

async function benchUnchanged(options: Runs, signal: AbortSignal): Promise<void> {
  const deployment = await unchangedOf(options, await prepareWorkload(NODES, signal), signal);
  console.log(unchangedText(deployment));
  for (const line of unchangedRatios(deployment)) console.log(line);
  console.log('\nWhere the time of main goes, medians');
  for (const line of stagesTable(deployment.usages)) console.log(line);
}

async function benchMany(
  options: Runs & { readonly services: number },
  signal: AbortSignal,
): Promise<void> {
  const deployment = await manyOf(options, await prepareWorkload(NODES, signal), signal);
  const ratio = (deployment.ours / deployment.docker).toFixed(2);
  console.log(`${manyText(deployment)}: ratio ${ratio}`);
  for (const line of lagLines(deployment)) console.log(line);
  console.log('');
  for (const line of coursesTable(deployment.courses)) console.log(line);
  console.log('\nWhere the time of main goes, medians');
  for (const line of stagesTable(deployment.usages)) console.log(line);
}

interface Runs {
  /** Folder with action.yml. */
  readonly action: string;
  readonly runs: number;
}

async function unchangedOf(
  options: Runs,
  workload: Workload,
  signal: AbortSignal,
): Promise<Deployment> {
  return await inFolder('unchanged', (folder) =>
    measureUnchanged({ ...options, folder }, workload, signal),
  );
}

async function manyOf(
  options: Runs & { readonly services: number },
  workload: Workload,
  signal: AbortSignal,
): Promise<ManyDeployment> {
  return await inFolder('many', (folder) => measureMany({ ...options, folder }, workload, signal));
}

function unchangedText({ ours, docker, cold = 0, usages }: Deployment): string {
  return `An unchanged stack on three hosts: dist/main ${seconds(ours)}, docker -H ssh:// ${seconds(cold)} cold and ${seconds(docker)} warm; ${usageText(usages)}`;
}

function manyText({ services, ours, docker, usages }: ManyDeployment): string {
  return `${services} new services on five hosts: dist/main ${seconds(ours)}, docker stack deploy and a loop ${seconds(docker)}; ${usageText(usages)}`;
}

function lagLines({ lags = [] }: Deployment): string[] {
  if (lags.length === 0) return [];
  const middle = (of: (lag: Lag) => number) => seconds(median(lags.map(of)));
  const watched = lags.flatMap((lag) => lag.watched ?? []);
  const late = watched.length === 0 ? 'none' : seconds(median(watched));
  return [
    `A task runs until the log says so: ${middle((lag) => lag.middle)}, of those that began after the deployment ${late}`,
    `From the last task that runs to the end of main: ${middle((lag) => lag.end)}`,
  ];
}

function introduction({ nodes, replicas, image }: Workload): string {
  return `${nodes} nodes, ${replicas} tasks, ${image} loaded into every node.
(a) by hand  the manual's steps one after another with ssh and scp: docker create, cp and start of a machine, waiting for
             Docker on it (asked every 0.1 s), the next; swarm init; join; docker save | ssh docker load; scp; stack deploy;
             service ls once a second. Removal: stack rm, swarm leave on every node, docker rm -f -v one after another.
(b) limit    the same containers at once, commands by docker exec, each step on all nodes at once, asked every 50 ms,
             nothing checked. Removal: one docker rm -f -v, the network not counted.
(c) ours     dist/main from its start to the line that says that all tasks run, its checks of inputs, compose file and
             images included; dist/post from start to end, network and the look at what is left included.
`;
}

/** Runs one way once. What it leaves on the engine is removed, and is a failure. */
async function leavingNothing(name: string, way: Way): Promise<Laps> {
  const cluster = `bench-${name.toLowerCase()}-${process.pid}`;
  // The local runner's made-up repository.
  const owned = { cluster, repository: '1' };
  const ignored = console.warn;
  using api = engineApi(runner);
  try {
    const laps = await inFolder(name, (folder) => way(cluster, folder));
    if (!(await isGone({ api, ignored }, owned))) {
      throw new Error(`${name} left something of ${cluster} on the engine; it is removed now.`);
    }
    return laps;
  } finally {
    await destroyAll({ runner, api, ignored }, owned);
  }
}

async function inFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
