import { atOnce } from '../src/machines/cloud/at-once.ts';
import type { MachineDriver } from '../src/machines/driver.ts';
import { type BareCloud, bareAmazonec2, bareDigitalocean, bareHetzner } from './bare-clouds.ts';
import { median } from './laps.ts';
import { seconds } from './seconds.ts';

const MACHINES = 50;
const CLUSTERS = 100;
/** How long a stand-in takes to make a machine, in ms. */
const BOOT_MS = 10_000;
/** A run takes half a minute, and what differs is a small part of it. */
const MOST_RUNS = 3;
/** The drivers look each other second. */
const MAKING_WANTED = 1.5;
const FINDING_WANTED = 1;
/** Clusters that are made at the same time. */
const AT_ONCE = 10;

/**
 * How long 50 machines take to be made, and 100 clusters to be found, at stand-ins of the clouds,
 * beside bare calls that do no more than that; a line each. No machine is entered.
 */
export async function cloudsTable(runs: number, signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  for (const start of [bareHetzner, bareDigitalocean, bareAmazonec2]) {
    lines.push(...(await rowsOf(start, Math.min(runs, MOST_RUNS), signal)));
  }
  return lines;
}

async function rowsOf(
  start: (bootMs: number) => Promise<BareCloud>,
  runs: number,
  signal: AbortSignal,
): Promise<string[]> {
  const ours: number[] = [];
  const bare: number[] = [];
  const told: string[] = [];
  for (let run = 0; run < runs; run += 1) {
    await using one = await start(BOOT_MS);
    ours.push(await took(() => make(one.driver(), 'bench', MACHINES, signal)));
    told.push(`${one.name}: ${MACHINES} machines, ${one.journal.length} of ${one.hour} calls`);
    await using other = await start(BOOT_MS);
    bare.push(await took(() => other.make(MACHINES, signal)));
  }
  const times = `${seconds(median(ours))} / ${seconds(median(bare))}`;
  return [
    `${told.at(-1)} that an hour allows`,
    row('made: ours / bare calls', times, median(ours) / median(bare), MAKING_WANTED),
    await findingRow(start, signal),
  ];
}

/** Compares calls: the time of a few is too short. */
async function findingRow(
  start: (bootMs: number) => Promise<BareCloud>,
  signal: AbortSignal,
): Promise<string> {
  await using cloud = await start(0);
  const names = Array.from({ length: CLUSTERS }, (_, at) => `pr-${at + 1}`);
  await atOnce(
    AT_ONCE,
    names.map((name) => () => make(cloud.driver(), name, 1, signal)),
  );
  const callsIn = async (work: () => Promise<unknown>) => {
    const before = cloud.journal.length;
    await work();
    return cloud.journal.length - before;
  };
  const ours = await callsIn(() => cloud.driver().clusters(signal));
  const bare = await callsIn(() => cloud.list());
  const label = `${CLUSTERS} clusters found: ours / bare calls`;
  return row(label, `${ours} / ${bare} calls`, ours / bare, FINDING_WANTED);
}

function row(label: string, told: string, ratio: number, wanted: number): string {
  const verdict = ratio <= wanted ? 'met' : 'missed';
  return `  ${label.padEnd(40)}  ${told} = ${ratio.toFixed(2)}  wanted ${wanted} at most: ${verdict}`;
}

/** As `up` makes machines, until each runs and has its addresses. */
async function make(
  driver: MachineDriver,
  cluster: string,
  machines: number,
  signal: AbortSignal,
): Promise<void> {
  const owner = { cluster, repository: '42', run: '7/bench/up' };
  const spec = { owner, publishedPorts: [{ port: 80, protocol: 'tcp' as const }], machines };
  await driver.plan?.(signal, { cluster: owner, machines, ttlMs: undefined });
  await driver.prepare?.(spec, signal);
  const indexes = Array.from({ length: machines }, (_, at) => at + 1);
  await atOnce(
    driver.atOnce ?? 1,
    indexes.map((index) => () => driver.create(spec, index, signal)),
  );
}

async function took(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
