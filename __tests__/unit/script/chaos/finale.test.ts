import { expect, test } from '@jest/globals';
import { ACTORS } from '../../../../script/chaos/actors.ts';
import { STARTS } from '../../../../script/chaos/arguments.ts';
import { planFinale } from '../../../../script/chaos/finale.ts';
import { createRandom } from '../../../../script/chaos/random.ts';

const plan = (seed: number, start: (typeof STARTS)[number]) =>
  planFinale(start, createRandom(seed, 'end'));

test.each(STARTS)('everybody with a stack goes, by one of the ways (start: %s)', (start) => {
  for (let seed = 0; seed < 30; seed++) {
    const { first, swept, last } = plan(seed, start);
    const all = [...first, ...last];
    expect(all.map(({ actor }) => actor.name).toSorted()).toEqual(
      ACTORS.filter(({ kind }) => kind !== 'schedule')
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(swept).toEqual(all.filter(({ kind }) => kind === 'close').map(({ actor }) => actor));
    expect(swept.filter(({ kind }) => kind !== 'preview')).toEqual([]);
    const isLast = start !== 'together';
    expect(last.map(({ actor }) => actor.name)).toEqual(isLast ? ['production'] : []);
  }
});

test('some previews go by `down`, others by being closed', () => {
  const kinds = Array.from({ length: 30 }, (_, seed) => plan(seed, 'theirs').first)
    .flat()
    .filter(({ actor }) => actor.kind === 'preview')
    .map(({ kind }) => kind);
  for (const kind of ['down', 'close']) {
    expect(kinds.filter((one) => one === kind).length).toBeGreaterThan(80);
  }
});

test('the seed decides who goes in which way', () => {
  expect(plan(1, 'theirs')).toEqual(plan(1, 'theirs'));
  expect(plan(1, 'theirs')).not.toEqual(plan(2, 'theirs'));
});
