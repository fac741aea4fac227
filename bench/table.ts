import { type Laps, median, PARTS, type Part } from './laps.ts';
import type { Start } from './start.ts';
import type { Deployment } from './unchanged.ts';

/** The counted runs of each way. */
export interface Results {
  readonly byHand: readonly Laps[];
  readonly limit: readonly Laps[];
  readonly ours: readonly Laps[];
}

const PART_NAMES: Readonly<Record<Part, string>> = {
  check: 'start, checks',
  machines: 'machines',
  swarm: 'swarm',
  images: 'image load',
  stack: 'stack, until all tasks run',
};

const LABEL_WIDTH = 29;
const COLUMN_WIDTH = 22;

/** Medians and ranges in s, one line per part. */
export function timesTable({ byHand, limit, ours }: Results): string[] {
  const ways = [byHand, limit, ours];
  const row = (label: string, of: (laps: Laps) => number | undefined) =>
    line(
      label,
      ways.map((runs) => spread(runs.map(of))),
    );
  return [
    line('', ['(a) by hand', '(b) limit', '(c) ours']),
    ...PARTS.map((part) => row(`  ${PART_NAMES[part]}`, ({ parts }) => parts[part])),
    row('all tasks running', ({ running }) => running),
    row('the whole step', ({ whole }) => whole),
    row('removal', ({ removal }) => removal),
    // As all others a thousandth of what is given.
    row('memory of main, in MB', ({ usage }) => usage && usage.memory / 1e3),
    row('processor time of main', ({ usage }) => usage?.cpu),
  ];
}

/** What was wanted, and whether it came true. */
export function ratiosTable(
  { byHand, limit, ours }: Results,
  start: Start,
  { unchanged, many }: { readonly unchanged: Deployment; readonly many: Deployment },
): string[] {
  const middle = (runs: readonly Laps[], of: (laps: Laps) => number) => median(runs.map(of));
  const running = ({ running }: Laps) => running;
  const removal = ({ removal }: Laps) => removal;
  return [
    ratio('running: ours / by hand', middle(ours, running) / middle(byHand, running), 0.7),
    ratio('running: ours / limit', middle(ours, running) / middle(limit, running), 1.25),
    ratio('removal: post / docker rm', middle(ours, removal) / middle(limit, removal), 1.6),
    ratio('start: main / empty program', start.main / start.empty, 1.5),
    ...unchangedRatios(unchanged),
    ratio('50 services: ours / a loop', many.ours / many.docker, 1),
  ];
}

/**
 * In a workflow no connection is open, so the cold client is the one to be compared with; the warm
 * one is what is left of it without the connecting.
 */
export function unchangedRatios({ ours, docker, cold }: Deployment): string[] {
  return [
    ...(cold === undefined ? [] : [ratio('unchanged: ours / cold ssh://', ours / cold, 1)]),
    ratio('unchanged: ours / warm ssh://', ours / docker, 2),
  ];
}

function ratio(label: string, value: number, wanted: number): string {
  const verdict = value <= wanted ? 'met' : 'missed';
  return `${label.padEnd(LABEL_WIDTH)}  ${value.toFixed(2)}  wanted ${wanted} at most: ${verdict}`;
}

function line(label: string, columns: readonly string[]): string {
  return [label.padEnd(LABEL_WIDTH), ...columns.map((text) => text.padStart(COLUMN_WIDTH))].join(
    '',
  );
}

function spread(values: readonly (number | undefined)[]): string {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return '-';
  const seconds = (ms: number) => (ms / 1_000).toFixed(2);
  return `${seconds(median(known))} (${seconds(Math.min(...known))}-${seconds(Math.max(...known))})`;
}
