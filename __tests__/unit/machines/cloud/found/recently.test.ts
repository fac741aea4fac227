import { expect, test } from '@jest/globals';
import { recently } from '../../../../../src/machines/cloud/found/recently.ts';

test('who asks soon after a question gets its answer', async () => {
  let time = 0;
  const askers: string[] = [];
  const ask = async (asker: string) => askers.push(asker);
  const asked = recently(ask, { now: () => time, forMs: 10 });
  expect(await Promise.all([asked('a'), asked('b')])).toEqual([1, 1]);
  time = 9;
  expect(await asked('c')).toBe(1);
  time = 10;
  expect(await asked('d')).toBe(2);
  expect(askers).toEqual(['a', 'd']);
});

test('a failure is not kept', async () => {
  let calls = 0;
  const ask = async () => {
    calls += 1;
    if (calls === 1) throw new Error('no');
    return calls;
  };
  const asked = recently(ask, { now: () => 0, forMs: 10 });
  await expect(Promise.all([asked(1), asked(2)])).rejects.toThrow('no');
  expect(await asked(3)).toBe(2);
});
