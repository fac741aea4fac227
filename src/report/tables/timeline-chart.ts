import { formatDuration } from '../../base/duration.ts';
import type { StageRecord } from '../../base/timeline.ts';
import { oneLine } from '../markdown.ts';

const BAR_WIDTH = 40;
const NAME_LIMIT = 40;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * The stages as aligned lines with a bar each, drawn to one scale, and the total last. Empty where
 * there was no stage.
 */
export function timelineText(timeline: readonly StageRecord[]): string[] {
  if (timeline.length === 0) return [];
  const total = Math.max(...timeline.map((stage) => stage.startMs + stage.durationMs));
  const rows = timeline.map((stage) => ({
    name: oneLine(stage.name, NAME_LIMIT),
    took: formatDuration(stage.durationMs),
    bar: bar(stage, total),
    notes: [
      ...(stage.result === 'ok' ? [] : [stage.result === 'failed' ? 'failed' : 'not over']),
      ...(stage.note === undefined ? [] : [oneLine(stage.note, 80)]),
    ].join(', '),
  }));
  const all = { name: 'Total', took: formatDuration(total), bar: '', notes: '' };
  const nameWidth = Math.max(...[...rows, all].map(({ name }) => name.length));
  const tookWidth = Math.max(...[...rows, all].map(({ took }) => took.length));
  return [...rows, all].map(({ name, took, bar, notes }) =>
    `${name.padEnd(nameWidth)}  ${took.padStart(tookWidth)}  ${bar.padEnd(BAR_WIDTH)}  ${notes}`.trimEnd(),
  );
}

/**
 * Full blocks and one of eighths at the end; a stage that took no time to speak of still shows a
 * hair.
 */
function bar({ startMs, durationMs }: StageRecord, total: number): string {
  const scale = total === 0 ? 0 : BAR_WIDTH / total;
  const offset = Math.min(BAR_WIDTH - 1, Math.floor(startMs * scale));
  const eighths = Math.max(
    1,
    Math.min(Math.round(durationMs * scale * 8), (BAR_WIDTH - offset) * 8),
  );
  return ' '.repeat(offset) + '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
