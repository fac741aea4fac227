import { expect, test } from '@jest/globals';
import type { Action } from '../../../../script/chaos/action.ts';
import type { ActorKind } from '../../../../script/chaos/actors.ts';
import { chooseAction } from '../../../../script/chaos/choose-action.ts';
import { createRandom } from '../../../../script/chaos/random.ts';

function choices(kind: ActorKind, isOpen: boolean, count = 2_000): Action[] {
  const random = createRandom(1, kind);
  return Array.from({ length: count }, (_, at) =>
    chooseAction(kind, { isOpen, version: at }, random),
  );
}

const kindsOf = (actions: readonly Action[]) =>
  [...new Set(actions.map(({ kind }) => kind))].sort();

test.each([
  ['preview', true, ['close', 'down', 'try', 'up']],
  ['preview', false, ['down', 'up']],
  ['stranger', true, ['close', 'down', 'sweep', 'try', 'up']],
  ['stranger', false, ['down', 'sweep', 'up']],
  ['production', true, ['up']],
  ['schedule', true, ['sweep']],
] as const)('a %s whose pull request is open (%s) does %j', (kind, isOpen, kinds) => {
  expect(kindsOf(choices(kind, isOpen))).toEqual(kinds);
});

test('about a third is cut off, in every way and anywhere', () => {
  const cuts = choices('preview', true).flatMap(({ cut }) => cut ?? []);
  expect(cuts.length).toBeGreaterThan(500);
  expect(cuts.length).toBeLessThan(800);
  expect([...new Set(cuts.map(({ kind }) => kind))].sort()).toEqual([
    'cancel',
    'kill',
    'lost',
    'terminate',
  ]);
  const lines = cuts.map(({ afterLines }) => afterLines);
  expect(Math.min(...lines)).toBe(1);
  expect(Math.max(...lines)).toBe(42);
});

test('production has no end; of previews some have none, some a late and some an early one', () => {
  expect(choices('production', true).filter(({ ttlMs }) => ttlMs !== undefined)).toEqual([]);
  const ttls = new Set(choices('preview', true).map(({ ttlMs }) => ttlMs));
  expect([...ttls].sort()).toEqual([15_000, 8_000, 86_400_000, undefined]);
});

test('only a run can be cut off, and only a sweep be dry', () => {
  const all = [...choices('stranger', true), ...choices('schedule', true)];
  expect(all.filter(({ kind, cut }) => kind === 'close' && cut)).toEqual([]);
  expect(all.filter(({ kind, dryRun }) => kind !== 'sweep' && dryRun)).toEqual([]);
  expect(all.some(({ dryRun }) => dryRun)).toBe(true);
});

test('whatever is chosen takes as much of the stream', () => {
  const [one, other] = [createRandom(1, 'a'), createRandom(1, 'a')];
  for (let at = 0; at < 50; at++) chooseAction('preview', { isOpen: true, version: at }, one);
  for (let at = 0; at < 50; at++) chooseAction('preview', { isOpen: false, version: at }, other);
  expect(one.fraction()).toBe(other.fraction());
});
