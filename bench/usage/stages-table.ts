import { median } from '../laps.ts';
import type { Usage } from './usage.ts';

/**
 * Where the time of main goes, a line for each stage of its log: how long it took, and how much of
 * that the processor worked for main; the rest was waiting. Medians in ms of the runs that had the
 * same stages as the first.
 */
export function stagesTable(usages: readonly Usage[]): string[] {
  const names = usages[0]?.marks.map(({ name }) => name) ?? [];
  const same = usages.filter(({ marks }) => marks.map(({ name }) => name).join() === names.join());
  const rows = names.slice(0, -1).map((name, at) => {
    // The process began before it could look at the clock.
    const from = (marks: Usage['marks']) => (at === 0 ? { at: 0, cpu: 0 } : marks[at]);
    const spent = (of: 'at' | 'cpu') =>
      median(same.map(({ marks }) => (marks[at + 1]?.[of] ?? 0) - (from(marks)?.[of] ?? 0)));
    return { name, took: spent('at'), worked: spent('cpu') };
  });
  const width = Math.max(0, ...rows.map(({ name }) => name.length)) + 2;
  const line = (name: string, ...cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join('');
  const ms = (value: number) => value.toFixed(0);
  const sum = (of: 'took' | 'worked') => rows.reduce((all, row) => all + row[of], 0);
  return [
    line('', 'ms', 'processor'),
    ...rows.map(({ name, took, worked }) => line(name, ms(took), ms(worked))),
    line('Total', ms(sum('took')), ms(sum('worked'))),
  ];
}
