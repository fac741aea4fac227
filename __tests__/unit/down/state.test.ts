import { expect, test } from '@jest/globals';
import { parseState, type State, serialiseState } from '../../../src/down/state.ts';

const state = (given: Partial<State>): State => ({
  driver: 'docker',
  cluster: 'shop',
  teardown: 'auto',
  made: true,
  stage: 'succeeded',
  ...given,
});

test('state survives its way through the environment', () => {
  expect(parseState(serialiseState(state({})))).toEqual(state({}));
});

test('no state: main had not begun', () => {
  expect(parseState('')).toBeUndefined();
});

test.each(['{', '{"cluster":1}', '{}'])(
  'state %j is refused with the way to remove the cluster all the same',
  (text) => {
    expect(() => parseState(text)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('cannot be read'),
        hint: expect.stringContaining('`command: down`'),
      }),
    );
  },
);
