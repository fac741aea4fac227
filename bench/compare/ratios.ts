import { median } from '../laps.ts';

/** One figure of two versions that ran in turn. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

/** How B is to A: below 1, B takes less. */
export interface Ratio {
  /** Median of the ratios of the pairs, so that what else the machine did meets both sides. */
  readonly middle: number;
  readonly least: number;
  readonly most: number;
  /** Whether B was on one side of A in every pair; of fewer than three pairs nothing is said. */
  readonly isClear: boolean;
}

/** A row of a comparison: what was measured, and its pairs. */
export interface Row {
  readonly name: string;
  readonly pairs: readonly Pair[];
}

/** Enough that one side always coming first is no accident of one moment. */
const ENOUGH_PAIRS = 3;

/** Undefined without a pair whose `a` is above 0. */
export function ratioOf(pairs: readonly Pair[]): Ratio | undefined {
  const ratios = pairs.filter(({ a }) => a > 0).map(({ a, b }) => b / a);
  if (ratios.length === 0) return undefined;
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  const isClear = ratios.length >= ENOUGH_PAIRS && (most < 1 || least > 1);
  return { middle: median(ratios), least, most, isClear };
}

/** Lines of a table: both medians, the ratio with its spread, and whether it can be told from 1. */
export function compareTable(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(({ name }) => name.length), 0) + 2;
  return [
    `${''.padEnd(width)}${'A'.padStart(10)}${'B'.padStart(10)}   B / A (least-most)`,
    ...rows.map(({ name, pairs }) => {
      const ratio = ratioOf(pairs);
      const side = (of: (pair: Pair) => number) =>
        (pairs.length === 0 ? '-' : median(pairs.map(of)).toFixed(2)).padStart(10);
      const told = ratio
        ? `${ratio.middle.toFixed(2)} (${ratio.least.toFixed(2)}-${ratio.most.toFixed(2)})${verdict(ratio)}`
        : '-';
      return `${name.padEnd(width)}${side(({ a }) => a)}${side(({ b }) => b)}   ${told}`;
    }),
  ];
}

function verdict({ isClear, middle }: Ratio): string {
  if (!isClear) return '  no clear difference';
  return middle < 1 ? '  B takes less' : '  B takes more';
}

/** Which version goes first in a run: each in every other one, as a machine warms up or slows down. */
export function orderOf(run: number): readonly ['a', 'b'] | readonly ['b', 'a'] {
  return run % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
}
