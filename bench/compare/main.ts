/**
 * Two versions of the action in turn: `script/bench-compare A B --runs 5 --only unchanged`. A and B
 * are folders with action.yml and its bundles.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startHosts } from '../../__tests__/support/hosts.ts';
import { describeError } from '../../src/base/errors.ts';
import { runAction } from '../action.ts';
import { deployByAction, dockerOverSsh, hostLines, STACK } from '../hosts.ts';
import { manyServices } from '../many.ts';
import { processorOf } from '../many-course.ts';
import type { Usage } from '../usage/usage.ts';
import { prepareWorkload, type Workload } from '../workload.ts';
import { compareTable, orderOf, type Pair, type Row } from './ratios.ts';

const NODES = 5;
const HOSTS = 3;

/** What one run of one version gives, by the name of its row; in s and MB. */
type Figures = Readonly<Record<string, number>>;
/** Runs a version once: a folder with action.yml, and one for the files of the run. */
type Measure = (action: string, folder: string) => Promise<Figures>;

const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => stopping.abort(new Error(`Ended by ${name}.`)));
}
try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } },
  });
  const [a = '', b = ''] = positionals;
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs}: 1 or more.`);
  const parts = { cluster: compareClusters, unchanged: compareUnchanged, many: compareMany };
  const names = Object.keys(parts) as (keyof typeof parts)[];
  const chosen = names.filter((name) => values.only === undefined || values.only === name);
  if (chosen.length === 0) throw new Error(`--only ${values.only}: there are ${names.join(', ')}.`);
  const workload = await prepareWorkload(NODES, stopping.signal);
  for (const name of chosen) {
    console.log(`\n${name}, ${runs} runs; A ${a}, B ${b}`);
    for (const line of compareTable(await parts[name](workload, { a, b }, runs))) console.log(line);
  }
} catch (error) {
  console.error(`error: ${describeError(error)}`);
  process.exitCode = 1;
}

type Versions = Readonly<Record<'a' | 'b', string>>;

/** Each version once without being counted, then in turn. */
async function inTurn(versions: Versions, runs: number, measure: Measure): Promise<Row[]> {
  const figures = { a: [] as Figures[], b: [] as Figures[] };
  for (let run = -1; run < runs; run += 1) {
    for (const side of orderOf(run + 1)) {
      stopping.signal.throwIfAborted();
      const got = await inFolder((folder) => measure(versions[side], folder));
      if (run >= 0) figures[side].push(got);
    }
  }
  return Object.keys(figures.a[0] ?? {}).map((name) => ({
    name,
    pairs: figures.a.map(
      (one, at): Pair => ({ a: one[name] ?? Number.NaN, b: figures.b[at]?.[name] ?? Number.NaN }),
    ),
  }));
}

async function compareClusters(workload: Workload, versions: Versions, runs: number) {
  return await inTurn(versions, runs, async (action, folder) => {
    const cluster = `compare-${process.pid}`;
    const laps = await runAction(action, workload, cluster, folder, stopping.signal);
    return {
      'all tasks running, s': laps.running / 1_000,
      'the whole step, s': (laps.whole ?? 0) / 1_000,
      'removal, s': laps.removal / 1_000,
      ...used(laps.usage),
    };
  });
}

async function compareUnchanged(
  { composeFile, image }: Workload,
  versions: Versions,
  runs: number,
) {
  await using hosts = await startHosts(HOSTS);
  await inFolder((folder) => {
    const inputs = { hosts: hostLines(hosts), images: image };
    return deployByAction({ action: versions.a, folder, hosts }, composeFile, inputs);
  });
  return await inTurn(versions, runs, async (action, folder) => {
    const usages: Usage[] = [];
    const place = { action, folder, hosts, usages };
    const manager = { hosts: `${hosts.addresses[0]} manager` };
    // The first is of this version, so that there is nothing to change for the second.
    await deployByAction(place, composeFile, manager);
    const took = await deployByAction(place, composeFile, manager);
    return { 'an unchanged stack, s': took / 1_000, ...used(usages.at(-1)) };
  });
}

async function compareMany({ image }: Workload, versions: Versions, runs: number) {
  await using hosts = await startHosts(NODES);
  const services = manyServices(image);
  return await inTurn(versions, runs, async (action, folder) => {
    const usages: Usage[] = [];
    const place = { action, folder, hosts, usages };
    const composeFile = join(folder, 'compose.yaml');
    writeFileSync(composeFile, services.text);
    await deployByAction(place, '-', { hosts: hostLines(hosts), images: image });
    const manager = { hosts: `${hosts.addresses[0]} manager` };
    const before = await processorOf(hosts, 1);
    const took = await deployByAction(place, composeFile, manager);
    const worked = (await processorOf(hosts, 1)) - before;
    const clients = join(folder, 'clients');
    mkdirSync(clients);
    const docker = await dockerOverSsh({ ...place, folder: clients }, stopping.signal);
    await services.remove(docker, hosts, STACK);
    return {
      [`${services.count} new services, s`]: took / 1_000,
      'processor time of the manager, s': worked / 1_000,
      ...used(usages.at(-1)),
    };
  });
}

function used(usage: Usage | undefined): Figures {
  if (!usage) throw new Error('What main has used is not known.');
  return {
    'memory of main, MB': usage.memory / 1e6,
    'processor time of main, s': usage.cpu / 1_000,
  };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'compare-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
