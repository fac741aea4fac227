import { type Action, describeAction } from './action.ts';
import type { Violation } from './judge.ts';

/** An action that is over, as the story tells it. */
export interface Told {
  readonly actor: string;
  readonly action: Action;
  readonly result: string;
  /** From the beginning of all, in ms. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Of its run. */
  readonly lines: readonly string[];
}

/** How many actions of an actor a violation shows, and of the last one's log how many lines. */
const LAST_ACTIONS = 6;
const LAST_LINES = 60;
const SLOWEST = 5;

/** One line of the story. */
export function storyLine({ actor, action, result, atMs, tookMs }: Told): string {
  const at = `${(atMs / 1_000).toFixed(1)} s`.padStart(9);
  return `${at}  ${actor.padEnd(10)}  ${describeAction(action).padEnd(38)}  ${result.padEnd(14)} ${Math.round(tookMs)} ms`;
}

/** All that is to be said of a violation; `again` is the command that runs it once more. */
export function describeViolation(
  { invariant, actor, expected, seen }: Violation,
  story: readonly Told[],
  again: string,
): string {
  const own = story.filter((told) => actor === '' || told.actor === actor).slice(-LAST_ACTIONS);
  const last = own.at(-1);
  return [
    `error: This does not hold: ${invariant}.`,
    ...(actor === '' ? [] : [`  actor     ${actor}`]),
    `  expected  ${indented(expected)}`,
    `  seen      ${indented(seen)}`,
    '  last actions:',
    ...own.map((told) => `    ${storyLine(told)}`),
    ...(last && last.lines.length > 0
      ? ['  log of the last one:', ...last.lines.slice(-LAST_LINES).map((line) => `    ${line}`)]
      : []),
    `  again     ${again}`,
  ].join('\n');
}

function indented(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(12)}`);
}

/** How many of which kind ended how, and the slowest. */
export function renderTable(story: readonly Told[]): string {
  const kinds = Map.groupBy(story, ({ action }) => action.kind);
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, told]) => {
      const results = Map.groupBy(told, ({ result }) => result);
      const counts = [...results]
        .sort(([, a], [, b]) => b.length - a.length)
        .map(([result, some]) => `${some.length} ${result}`);
      const slowest = Math.max(...told.map(({ tookMs }) => tookMs));
      return `${kind.padEnd(7)} ${String(told.length).padStart(5)}  ${seconds(slowest)}  ${counts.join(', ')}`;
    });
  const slowest = story.toSorted((a, b) => b.tookMs - a.tookMs).slice(0, SLOWEST);
  return [
    'ACTION   RUNS   SLOWEST  OUTCOMES',
    ...rows,
    ...(slowest.length > 0 ? ['', 'The slowest:', ...slowest.map(storyLine)] : []),
  ].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`.padStart(8);
}
