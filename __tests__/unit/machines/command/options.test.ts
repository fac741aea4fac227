import { expect, test } from '@jest/globals';
import { commandOptions, placeOptions } from '../../../../src/machines/command/options.ts';

const NEEDED = { create: ['./c', 'create'], list: ['./c'], destroy: ['./c'] };

test('what is taken if nothing else is said', () => {
  expect(commandOptions.parse(NEEDED)).toEqual({ ...NEEDED, timeout: 600_000 });
});

test('a removal needs what finds and removes, and looks at nothing else', () => {
  const { create: _, ...found } = NEEDED;
  expect(placeOptions.parse({ ...found, create: 'x', timeout: 'soon', typo: 1 })).toEqual({
    ...found,
    timeout: 600_000,
  });
  expect(placeOptions.safeParse({ list: ['./c'] }).success).toBe(false);
});

test.each([
  [{ list: './c' }, 'list', /^give a list of words/],
  [{ list: [] }, 'list', /^give a list of words/],
  [{ destroy: [''] }, 'destroy', /^give a list of words/],
  [{ create: ['./c', 3] }, 'create', /^give a list of words/],
  [{ create: undefined }, 'create', /^give a list of words/],
  [{ timeout: '0s' }, 'timeout', /^give a duration above 0/],
  [{ timeout: 90 }, 'timeout', /^give a duration above 0/],
])('%j is refused', (given, key, message) => {
  const { error } = commandOptions.safeParse({ ...NEEDED, ...given });
  expect(error?.issues[0]?.path[0]).toBe(key);
  expect(error?.issues[0]?.message).toMatch(message);
});
