import { expect, test } from '@jest/globals';
import {
  type Answered,
  judge,
  runningParts,
  steady,
  type Wanted,
} from '../../../../script/chaos/judge.ts';
import { type Expectation, newStack } from '../../../../script/chaos/model.ts';
import type { SeenObject, Sight } from '../../../../script/chaos/sight.ts';

const ANSWERS: Expectation = { kind: 'answers', version: 3, urls: ['http://10.0.0.1:18090'] };

function wanted(expectation: Expectation, more: Partial<Wanted> = {}): Wanted {
  const model = newStack({ stack: 'shop-pr-1', cluster: 'shop-pr-1', repository: '1' });
  return { actor: 'pr-1', model, expectation, labels: [], ...more };
}

function service(stack: string, ports: readonly string[] = [], more: Partial<SeenObject> = {}) {
  const name = `${stack}_web`;
  return { kind: 'service', id: `id-${stack}`, name, stack, version: 5, ports, ...more } as const;
}

function sight(...objects: SeenObject[]): Sight {
  return { objects, containers: [], labels: [] };
}

const RIGHT: Answered = {
  ...{ actor: 'pr-1', url: 'http://10.0.0.1:18090/' },
  ...{ expected: 'page v3', seen: 'page v3' },
};

const invariants = (...given: Parameters<typeof judge>) =>
  judge(...given).map(({ invariant, actor }) => `${actor}: ${invariant}`);

test('what is as it must be violates nothing', () => {
  const seen = sight(service('shop-pr-1', ['18080/tcp']), service('shop', ['8080/tcp']));
  const parts = runningParts('shop-pr-1', seen);
  expect(judge([wanted(ANSWERS)], seen, [RIGHT], new Map([['pr-1', { epoch: 0, parts }]]))).toEqual(
    [],
  );
  expect(judge([wanted({ kind: 'nothing' })], sight(service('shop')), [], new Map())).toEqual([]);
  expect(judge([wanted({ kind: 'anything' })], seen, [], new Map())).toEqual([]);
});

test.each([
  ['a service', sight(service('shop-pr-1'))],
  ['a config', sight(service('shop-pr-1', [], { kind: 'config' }))],
  ['a secret', sight(service('shop-pr-1', [], { kind: 'secret' }))],
  ['a network', sight(service('shop-pr-1', [], { kind: 'network' }))],
  [
    'a container that has ended',
    {
      ...sight(),
      containers: [{ host: 2, id: 'c'.repeat(64), state: 'exited', stack: 'shop-pr-1' }],
    },
  ],
])('%s that is left of what was removed', (_what, seen) => {
  expect(invariants([wanted({ kind: 'nothing' })], seen, [], new Map())).toEqual([
    'pr-1: nothing that is called removed exists any more',
  ]);
});

test.each([
  ['another version', [{ ...RIGHT, seen: 'page v2' }]],
  ['no answer', [RIGHT, { ...RIGHT, seen: 'connect ECONNREFUSED' }]],
  ['no address', []],
  ['the address of somebody else', [{ ...RIGHT, actor: 'pr-2' }]],
])('%s of what must answer', (_what, answers) => {
  expect(invariants([wanted(ANSWERS)], sight(), answers, new Map())).toEqual([
    'pr-1: what converged and has not expired answers as itself',
  ]);
});

test.each([
  ['updated', sight(service('shop-pr-1', [], { version: 6 }))],
  ['made anew', sight(service('shop-pr-1', [], { id: 'other' }))],
  ['gone', sight()],
  ['joined by another', sight(service('shop-pr-1'), service('shop-pr-1', [], { id: 'more' }))],
])('a service of what must answer is %s by somebody else', (_what, now) => {
  const parts = runningParts('shop-pr-1', sight(service('shop-pr-1')));
  const before = new Map([['pr-1', { epoch: 0, parts }]]);
  expect(invariants([wanted(ANSWERS)], now, [RIGHT], before)).toEqual([
    'pr-1: what nobody else may touch is as its own last action left it',
  ]);
  // Its own action has come in between.
  const older = new Map([['pr-1', { epoch: -1, parts }]]);
  expect(invariants([wanted(ANSWERS)], now, [RIGHT], older)).toEqual([]);
});

test('containers that have ended are history, which Swarm removes when it likes', () => {
  const container = { host: 1, id: 'c', state: 'exited', stack: 'shop-pr-1' };
  expect(runningParts('shop-pr-1', { ...sight(), containers: [container] })).toEqual([]);
});

test('a label of a node that is needed has gone', () => {
  const labels = ['host-1: zone=a'];
  const seen = { ...sight(), labels: ['host-2: zone=a'] };
  expect(invariants([wanted(ANSWERS, { labels })], seen, [RIGHT], new Map())).toEqual([
    'pr-1: the labels of nodes that somebody needs stay',
  ]);
});

test('two stacks at one port, and one stack at one port with two services', () => {
  const two = sight(service('shop-pr-1', ['18080/tcp']), service('shop-pr-2', ['18080/tcp']));
  expect(judge([], two, [], new Map())).toEqual([
    {
      ...{ invariant: 'no two stacks share a published port', actor: '' },
      ...{ expected: 'one stack at 18080/tcp', seen: 'shop-pr-1_web, shop-pr-2_web' },
    },
  ]);
  const one = sight(service('a', ['80/tcp']), service('a', ['80/tcp'], { name: 'a_api' }));
  expect(judge([], one, [], new Map())).toEqual([]);
  const protocols = sight(service('a', ['80/tcp']), service('b', ['80/udp']));
  expect(judge([], protocols, [], new Map())).toEqual([]);
});

test('only what was wanted before a look and after it counts', () => {
  const before = wanted(ANSWERS);
  const later = { ...before, model: { ...before.model, epoch: 1 } };
  expect(steady([before], [before])).toEqual([before]);
  expect(steady([before], [later])).toEqual([]);
  expect(steady([before], [wanted({ kind: 'anything' })])).toEqual([]);
  expect(steady([], [before])).toEqual([]);
});
