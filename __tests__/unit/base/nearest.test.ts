import { expect, test } from '@jest/globals';
import { nearest } from '../../../src/base/nearest.ts';

test.each([
  ['memry', ['memory', 'cpus'], 'memory'],
  ['allways', ['auto', 'always'], 'always'],
  ['Up', ['up', 'down'], 'up'],
  ['foo', ['dns', 'cpus'], undefined],
  ['foo', ['auto', 'always'], undefined],
  ['x', [], undefined],
])('%j among %j means %j', (word, known, meant) => {
  expect(nearest(word, known)).toBe(meant);
});
