import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Fault, faultsOf, journal } from '../../support/faults.ts';
import { sampleOf, someOf } from '../../support/sample.ts';

const before = process.env.FAULTS;

beforeEach(() => {
  delete process.env.FAULTS;
});

afterEach(() => {
  if (before === undefined) delete process.env.FAULTS;
  else process.env.FAULTS = before;
});

/** Two hundred changes and as many questions, by a request and by a command. */
function faults(): readonly Fault[] {
  const calls = journal([]);
  for (let at = 0; at < 100; at += 1) {
    calls.note('host', 'GET /nodes', false);
    calls.note('host', `POST /configs/${'x'.repeat(at)}`, true);
    calls.note('host', `docker ps ${'x'.repeat(at)}`, false);
    calls.note('host', `docker node rm ${'x'.repeat(at)}`, true);
  }
  return faultsOf(calls.calls);
}

test('an eighth of the changes, each kind, and whatever must always be: the same for the same commit', () => {
  const sample = () => sampleOf('test', { up: faults(), down: faults() }, /node rm x{7} @/);
  const { up, down } = sample();
  expect(sample()).toEqual({ up, down });
  for (const chosen of [up, down]) {
    expect(chosen.filter(({ at }) => / x{7} @/.test(String(at)))).toHaveLength(2);
    // Of 400 changes about 50.
    expect(chosen.length).toBeGreaterThan(20);
    expect(chosen.length).toBeLessThan(100);
  }
  const kinds = up.map(
    ({ at, when }) => `${when} ${/: (GET|POST|docker \w+)/.exec(String(at))?.[1]}`,
  );
  expect([...new Set(kinds)].sort()).toEqual([
    ...['after POST', 'after docker node', 'before GET', 'before POST'],
    ...['before docker node', 'before docker ps'],
  ]);
  // A kind that is there already is no reason for a question.
  expect(down.every(({ changes }) => changes)).toBe(true);
});

test('FAULTS=all leaves nothing out', () => {
  const all = faults();
  expect(all).toHaveLength(600);
  const titles = all.map(({ at, when }) => `${when} ${at}`);
  const some = () => someOf(titles, 'titles', { count: 3, titleOf: (one) => one });
  expect(some()).toHaveLength(3);
  process.env.FAULTS = 'all';
  expect(sampleOf('test', { up: all })).toEqual({ up: all });
  expect(some()).toEqual(titles);
});
