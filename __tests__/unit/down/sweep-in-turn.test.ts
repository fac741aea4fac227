import { expect, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { sweepInTurn } from '../../../src/down/sweep-in-turn.ts';
import { recordedLog } from '../../support/recorded-log.ts';

/** Sweeps these drivers, of which some fail; gives their order, what was thrown, and the log. */
async function swept(
  names: readonly string[],
  failing: readonly string[] = [],
  controller = new AbortController(),
) {
  const order: string[] = [];
  const { log, lines } = recordedLog();
  const sweepOne = async ({ name }: { readonly name: string }) => {
    order.push(name);
    if (failing.includes(name)) throw new ActionError(`${name} does not answer.`);
    if (name === 'cancelled') controller.abort(new Error('The step was cancelled.'));
  };
  const drivers = names.map((name) => ({ name }));
  const error: unknown = await sweepInTurn(drivers, sweepOne, {
    ...{ signal: controller.signal, log },
  }).catch((failure: unknown) => failure);
  return { order, error, lines };
}

test('one driver is swept as it is, and its failure stays what it is', async () => {
  expect(await swept(['docker'])).toEqual({ order: ['docker'], error: undefined, lines: [] });
  const { error } = await swept(['docker'], ['docker']);
  expect(error).toEqual(new ActionError('docker does not answer.'));
});

test('several are swept in turn, and one that fails keeps no other from it', async () => {
  const { order, error, lines } = await swept(['a', 'b', 'c'], ['a', 'c']);
  expect(order).toEqual(['a', 'b', 'c']);
  expect(lines).toEqual(['Driver a', 'Driver b', 'Driver c']);
  expect(describeError(error).split('\n')).toEqual([
    '2 of 3 drivers could not be swept completely: a, c',
    ...['  a does not answer.', '  c does not answer.'],
  ]);
});

test('after a cancellation no further driver is swept', async () => {
  const { order, error } = await swept(['cancelled', 'b']);
  expect(order).toEqual(['cancelled']);
  expect(String(error)).toBe('Error: The step was cancelled.');
});
