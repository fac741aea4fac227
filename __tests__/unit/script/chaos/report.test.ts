import { expect, test } from '@jest/globals';
import type { Action } from '../../../../script/chaos/action.ts';
import {
  describeViolation,
  renderTable,
  storyLine,
  type Told,
} from '../../../../script/chaos/report.ts';

const UP: Action = {
  ...{ kind: 'up', version: 3, ttlMs: 8_000, closed: true, dryRun: false },
  cut: { kind: 'kill', afterLines: 12 },
};

function told(more: Partial<Told> = {}): Told {
  const run = { actor: 'pr-1', action: UP, result: 'killed', lines: ['one', 'two'] };
  return { ...run, atMs: 1_234, tookMs: 567.8, ...more };
}

test('an action is one line: time, actor, action, result, ms', () => {
  expect(storyLine(told()).split(/ {2,}/)).toEqual([
    '',
    '1.2 s',
    'pr-1',
    'up v3 ttl 8s, kill at line 12',
    'killed',
    '568 ms',
  ]);
});

test.each([
  [{ kind: 'sweep', cut: undefined }, 'sweep with closed'],
  [{ kind: 'sweep', cut: undefined, closed: false, dryRun: true }, 'sweep dry'],
  [{ kind: 'down', cut: { kind: 'lost', afterLines: 2 } }, 'down, lost at line 2'],
  [{ kind: 'try', ttlMs: undefined, cut: undefined }, 'try v3'],
  [{ kind: 'close', cut: undefined }, 'close'],
] as const)('%j reads: %s', (more, words) => {
  expect(storyLine(told({ action: { ...UP, ...more } }))).toContain(`  ${words}  `);
});

const VIOLATION = {
  ...{ invariant: 'it holds', actor: 'pr-1' },
  ...{ expected: 'this\nand that', seen: 'nothing' },
};

test('a violation says what, whose, what was expected and seen, what came before, and how to run it again', () => {
  const story = [
    told({ result: 'first' }),
    ...Array.from({ length: 6 }, (_, at) => told({ result: `later-${at}`, lines: [`log ${at}`] })),
    told({ actor: 'pr-2', result: 'of another' }),
  ];
  const text = describeViolation(VIOLATION, story, 'npm run chaos -- --seed 1');
  expect(text).toMatch(/^error: This does not hold: it holds\.$/m);
  expect(text).toMatch(/^ {2}actor {5}pr-1$/m);
  expect(text).toContain('  expected  this\n            and that\n');
  expect(text).toMatch(/^ {2}seen {6}nothing$/m);
  expect(text).toContain('later-0');
  expect(text).not.toContain('first');
  expect(text).not.toContain('of another');
  expect(text).toContain('    log 5');
  expect(text).not.toContain('log 4');
  expect(text).toMatch(/npm run chaos -- --seed 1$/);
});

test('what is nobody’s alone shows the actions of all', () => {
  const story = [told({ result: 'mine' }), told({ actor: 'pr-2', result: 'theirs' })];
  const text = describeViolation({ ...VIOLATION, actor: '' }, story, 'again');
  expect(text).not.toContain('  actor ');
  expect(text).toContain('mine');
  expect(text).toContain('theirs');
});

test('the table counts by kind and result, and names the slowest', () => {
  const story = [
    told(),
    told({ result: 'converged', tookMs: 9_000 }),
    told({ result: 'converged' }),
    told({ action: { ...UP, kind: 'sweep', cut: undefined }, result: 'swept', tookMs: 400 }),
  ];
  const lines = renderTable(story).split('\n');
  expect(lines.slice(0, 3).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['ACTION', 'RUNS', 'SLOWEST', 'OUTCOMES'],
    ['sweep', '1', '0.4 s', '1 swept'],
    ['up', '3', '9.0 s', '2 converged, 1 killed'],
  ]);
  expect(lines[5]).toContain('9000 ms');
  expect(renderTable([])).toBe('ACTION   RUNS   SLOWEST  OUTCOMES');
});
