import { expect, test } from '@jest/globals';
import type { Action, ActionKind } from '../../../../script/chaos/action.ts';
import {
  begun,
  ended,
  expectationOf,
  isDue,
  newStack,
  type RunEnd,
  type StackModel,
  swept,
} from '../../../../script/chaos/model.ts';

const NEW = newStack({ stack: 'shop-pr-1', cluster: 'shop-pr-1', repository: '1' });
const URLS = ['http://10.0.0.1:18090'];
const GOOD: RunEnd = { succeeded: true, urls: URLS, cleaned: true, touched: true };
const CUT: RunEnd = { succeeded: false, urls: [], cleaned: true, touched: true };
const LOST: RunEnd = { ...CUT, cleaned: false };
const DAY = 86_400_000;

function action(kind: ActionKind, ttlMs?: number): Action {
  return { kind, version: 7, ttlMs, closed: true, dryRun: false, cut: undefined };
}

/** A whole action that begins at `at` and ends one second later. */
function after(model: StackModel, one: Action, end: RunEnd = GOOD, at = 1_000): StackModel {
  return ended(begun(model, one, at), one, end, at);
}

const DEPLOYED = after(NEW, action('up', DAY));
const wanted = (model: StackModel, now = 2_000) => expectationOf(model, now).kind;

test('nothing is there of a stack that was never deployed', () => {
  expect(wanted(NEW)).toBe('nothing');
});

test('nothing can be told while an action on it runs', () => {
  for (const model of [NEW, DEPLOYED]) {
    for (const kind of ['up', 'down', 'try'] as const) {
      expect(wanted(begun(model, action(kind), 1_000))).toBe('anything');
    }
  }
});

test('what was deployed answers with its version at its addresses', () => {
  expect(expectationOf(DEPLOYED, 2_000)).toEqual({ kind: 'answers', version: 7, urls: URLS });
});

test.each([
  ['up', GOOD, 'answers', 'answers'],
  ['up', CUT, 'anything', 'anything'],
  ['up', LOST, 'anything', 'anything'],
  ['down', GOOD, 'nothing', 'nothing'],
  ['down', CUT, 'anything', 'anything'],
  ['try', GOOD, 'nothing', 'nothing'],
  // What was there before may have been left alone.
  ['try', CUT, 'nothing', 'anything'],
  ['try', { ...GOOD, cleaned: false }, 'anything', 'anything'],
  ['try', LOST, 'anything', 'anything'],
] as const)(
  'after %s that ended with %j: %s where nothing was, %s where it ran',
  (kind, end, fresh, deployed) => {
    expect(wanted(after(NEW, action(kind, DAY), end))).toBe(fresh);
    expect(wanted(after(DEPLOYED, action(kind, DAY), end))).toBe(deployed);
  },
);

test.each(['up', 'try', 'down'] as const)(
  '%s that was cut off before it changed anything leaves the stack as it was',
  (kind) => {
    for (const end of [CUT, LOST]) {
      const early = { ...end, touched: false };
      expect(after(NEW, action(kind), early).condition).toEqual(NEW.condition);
      expect(after(DEPLOYED, action(kind), early).condition).toEqual(DEPLOYED.condition);
    }
  },
);

test('a pull request that is closed and forgotten may go, until it is deployed again', () => {
  const closed = after(DEPLOYED, action('close'));
  expect(wanted(closed)).toBe('anything');
  expect(isDue(closed, 2_000)).toBe(true);
  expect(isDue(closed, 2_000, false)).toBe(false);
  expect(wanted(after(closed, action('up')))).toBe('answers');
});

test('a sweep that found it closed may still remove it while it is opened again, and the run was cut off early', () => {
  const closed = after(DEPLOYED, action('close'), { ...GOOD, touched: false });
  expect(closed.condition).toEqual(DEPLOYED.condition);
  const early = { ...LOST, touched: false };
  expect(wanted(after(closed, action('up'), early))).toBe('anything');
  expect(wanted(after(DEPLOYED, action('up'), early))).toBe('answers');
});

test('what has an end may go from shortly before it on', () => {
  const model = after(NEW, action('up', 8_000), GOOD, 10_000);
  expect(wanted(model, 14_999)).toBe('answers');
  expect(wanted(model, 15_000)).toBe('anything');
  expect(isDue(model, 15_000, false)).toBe(true);
});

test('a run with a ttl renews the end, one without leaves it', () => {
  const short = after(NEW, action('up', 8_000), GOOD, 10_000);
  expect(after(short, action('up'), GOOD, 11_000).expires).toBe(18_000);
  expect(after(short, action('up', DAY), GOOD, 11_000).expires).toBe(11_000 + DAY);
});

test('a run that was cut off may have renewed the end or not: the earlier one counts', () => {
  const short = after(NEW, action('up', 8_000), GOOD, 10_000);
  expect(after(short, action('up', DAY), CUT, 11_000).expires).toBe(18_000);
  expect(after(DEPLOYED, action('up', 8_000), CUT, 11_000).expires).toBe(19_000);
  expect(after(after(DEPLOYED, action('up', 8_000), CUT, 11_000), action('up')).expires).toBe(
    19_000,
  );
});

test('what was removed has no end any more', () => {
  const short = after(NEW, action('up', 8_000), GOOD, 10_000);
  for (const removed of [after(short, action('down')), swept(short)]) {
    expect(removed.expires).toBeUndefined();
    expect(wanted(removed)).toBe('nothing');
    expect(after(removed, action('up'), GOOD, 20_000).expires).toBeUndefined();
  }
});

test('each change makes what was seen before count for nothing', () => {
  const epochs = [NEW, begun(NEW, action('up'), 1_000), DEPLOYED, swept(DEPLOYED)];
  expect(new Set(epochs.map(({ epoch }) => epoch)).size).toBe(epochs.length);
});
