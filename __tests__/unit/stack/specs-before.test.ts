import { expect, test } from '@jest/globals';
import type { PresentService, ServiceSpec } from '../../../src/stack/present.ts';
import { beforeIn, beforeNote, wayBack } from '../../../src/stack/specs-before.ts';
import { presentService, presentWith } from '../../support/present.ts';

const image = (Image: string) => ({ TaskTemplate: { ContainerSpec: { Image, Labels: {} } } });
const service = (name: string, now: string, previous?: string): PresentService => {
  const one = presentService(name, image(now));
  const PreviousSpec =
    previous === undefined ? undefined : presentService(name, image(previous)).Spec;
  return { ...one, ...(PreviousSpec && { PreviousSpec }) };
};

/**
 * What becomes of services where they were `had` before the last deployment: their images, `-` for
 * one that goes.
 */
function back(had: readonly PresentService[], has: readonly PresentService[]) {
  const note = beforeIn(beforeNote(presentWith({ services: had }), 'shop'));
  if (!note) return undefined;
  const { returns, lost } = wayBack(presentWith({ services: has }), 'shop', note);
  const imageOf = (spec: ServiceSpec | undefined) => spec?.TaskTemplate.ContainerSpec?.Image ?? '-';
  return [returns.map(({ spec }) => imageOf(spec)), lost.map((line) => line.split(':')[0])];
}

const V1 = service('shop_web', 'web:1');

test('what was updated goes back, what was not stays, what is new goes; other stacks do not count', () => {
  const had = [V1, service('shop_same', 'same:1'), service('blog_web', 'blog:1')];
  const has = [
    service('shop_web', 'web:2', 'web:1'),
    // The deployment gave it the same once more.
    service('shop_same', 'same:1', 'same:1'),
    service('shop_new', 'new:1'),
    service('blog_web', 'blog:2', 'blog:1'),
  ];
  expect(back(had, has)).toEqual([['web:1', 'same:1', '-'], []]);
});

test.each<[string, PresentService, string]>([
  ['the engine has rolled it back', service('shop_web', 'web:1'), 'web:1'],
  ['`on-failure: rollback` has taken it back', service('shop_web', 'web:1', 'web:2'), 'web:1'],
  ['the deployment ended before its wave', service('shop_web', 'web:1', 'web:0'), 'web:1'],
])('%s: it stays as it is', (_title, now, expected) => {
  expect(back([V1], [now])).toEqual([[expected], []]);
});

test.each<[string, readonly PresentService[], readonly string[]]>([
  ['made anew', [service('shop_web', 'web:2')], ['shop_web']],
  ['scaled since', [service('shop_web', 'web:3', 'web:2')], ['shop_web']],
  ['removed', [], ['shop_web']],
])('what Swarm does not keep is said: %s', (_title, has, lost) => {
  expect(back([V1], has)?.[1]).toEqual(lost);
});

test('the order of keys is no difference', () => {
  const turned = {
    ...V1,
    Spec: Object.fromEntries(Object.entries(V1.Spec).reverse()) as unknown as ServiceSpec,
  };
  expect(back([V1], [turned])).toEqual([['web:1'], []]);
});

test('a first deployment leaves no note, and what is no note says nothing', () => {
  expect(beforeNote(presentWith({ services: [service('blog_web', 'x')] }), 'shop')).toBeUndefined();
  for (const text of [undefined, '', '[]', '{"a":1}', 'null']) {
    expect(beforeIn(text)).toBeUndefined();
  }
});
