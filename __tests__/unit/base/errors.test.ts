import { expect, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';

test('what failed, the program’s words, the cause and the remedy, in this order', () => {
  const error = new ActionError('The stack did not start.', {
    details: 'no space left\non device',
    hint: 'Free some.',
    cause: new ActionError('Node 1 is full.', { hint: 'docker system df' }),
  });
  expect(describeError(error)).toBe(
    [
      'The stack did not start.',
      '  no space left\n  on device',
      '  Node 1 is full.\n  docker system df',
      'Free some.',
    ].join('\n'),
  );
});

test('a cause that the text has already is not told twice', () => {
  const cause = new Error('no space left');
  expect(describeError(new ActionError('Failed: no space left', { cause }))).toBe(
    'Failed: no space left',
  );
});

test('a cause whose words the error has already is not told, but what caused that one is', () => {
  const words = 'open /x: no space left\nexit 1';
  const command = (cause?: Error) =>
    new ActionError("Command failed on node-1: sh -c 'wrapper'", {
      details: words,
      ...(cause && { cause }),
    });
  const error = (cause: Error) => new ActionError('The stack failed.', { details: words, cause });
  expect(describeError(error(command()))).toBe(
    `The stack failed.\n  open /x: no space left\n  exit 1`,
  );
  expect(describeError(error(command(new Error('EOF'))))).toMatch(/exit 1\n {2}Error: EOF$/);
  // Words that the error has only a part of are told.
  const more = new ActionError('Another.', { details: `${words}\nmore` });
  expect(describeError(error(more))).toContain(
    '  Another.\n    open /x: no space left\n    exit 1\n    more',
  );
});

test('a remedy that an error and its cause have in common is told once, at the end', () => {
  const cause = new ActionError('Node 1 is full.', { hint: 'Free some.' });
  expect(describeError(new ActionError('Failed.', { hint: 'Free some.', cause }))).toBe(
    'Failed.\n  Node 1 is full.\nFree some.',
  );
});

test('several errors each have their own words, below what they have in common', () => {
  const error = new AggregateError([new ActionError('one'), 'two'], '2 of 3 failed');
  expect(describeError(error)).toBe('2 of 3 failed\n  one\n  two');
});

test('a fault of ours has the place where it was thrown, and a limit that has passed has not', async () => {
  expect(describeError(new TypeError('x is not a function'))).toMatch(/x is not a function\n +at /);
  const timeout = await new Promise<unknown>((resolve) => {
    const signal = AbortSignal.timeout(0);
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
  expect(describeError(timeout)).toBe('The operation was aborted due to timeout');
  expect(describeError(AbortSignal.abort().reason)).toBe('This operation was aborted');
});
