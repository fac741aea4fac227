import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../../src/base/errors.ts';
import { heard } from '../../../../../src/machines/cloud/removal/heard.ts';
import { leftOver } from '../../../../../src/machines/cloud/removal/left-over.ts';
import { removeUntilGone } from '../../../../../src/machines/cloud/removal/remove-until-gone.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

/** A removal whose rounds find nothing (`true`) or something, the last of them again and again. */
async function remove(rounds: readonly boolean[], { limitMs = 60_000, isStuck = false } = {}) {
  const clock = virtualClock();
  let asked = 0;
  const removal = {
    round: async () => rounds[Math.min(asked++, rounds.length - 1)] ?? true,
    isStuck: () => isStuck,
    incomplete: () => new ActionError('left'),
  };
  const bounds = { signal: new AbortController().signal, deadline: limitMs };
  const error = await removeUntilGone(removal, { clock, bounds }).catch((reason) => reason.message);
  return { asked, error, ms: clock.now() };
}

test('two looks in a row have to find nothing', async () => {
  expect(await remove([false, true, false, true, true])).toMatchObject({
    asked: 5,
    error: undefined,
  });
  expect(await remove([true])).toMatchObject({ asked: 2, error: undefined });
});

test('a removal that only a person can go on with ends at once', async () => {
  expect(await remove([false], { isStuck: true })).toEqual({ asked: 1, error: 'left', ms: 0 });
});

test('it goes on until the time is over', async () => {
  const { error, ms } = await remove([false], { limitMs: 20_000 });
  expect(error).toBe('left');
  expect(ms).toBeGreaterThanOrEqual(16_000);
  expect(ms).toBeLessThanOrEqual(20_000);
});

test('a failure is noted, and an abort is thrown', async () => {
  const notes: unknown[] = [];
  const failure = new Error('refused');
  const ask = async () => {
    throw failure;
  };
  const { signal } = new AbortController();
  expect(await heard(ask, signal, (error) => void notes.push(error))).toBeUndefined();
  expect(notes).toEqual([failure]);
  const aborted = AbortSignal.abort(new Error('cancelled'));
  await expect(heard(ask, aborted, (error) => void notes.push(error))).rejects.toThrow('cancelled');
  expect(notes).toHaveLength(1);
});

test('what is left is named, and each thing that was said, once', () => {
  const about = { said: ['busy', 'busy', 'in use'], where: 'https://console.example' };
  expect(leftOver('Cluster shop', ['server a (1)', 'network b (2)'], about)).toMatchObject({
    message: 'Cluster shop could not be removed completely: server a (1), network b (2) left.',
    details: 'busy\nin use',
    hint: 'What is left may cost money. Remove it by hand: https://console.example',
  });
});
