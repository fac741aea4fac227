import { expect, test } from '@jest/globals';
import { atOnce } from '../../../../src/machines/cloud/at-once.ts';

test('no more run at the same time than are allowed, and results keep their order', async () => {
  let running = 0;
  let most = 0;
  const task = (result: number) => async () => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < 5 - result; turn += 1) await Promise.resolve();
    running -= 1;
    return result;
  };
  expect(await atOnce(2, [1, 2, 3, 4].map(task))).toEqual([1, 2, 3, 4]);
  expect(most).toBe(2);
});

test('after a failure all others are awaited', async () => {
  const done: number[] = [];
  const tasks = [1, 2, 3].map((one) => async () => {
    if (one === 1) throw new Error('refused');
    await Promise.resolve();
    done.push(one);
  });
  await expect(atOnce(2, tasks)).rejects.toThrow('refused');
  expect(done).toEqual([2, 3]);
});
