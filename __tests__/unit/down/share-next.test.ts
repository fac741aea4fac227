import { expect, test } from '@jest/globals';
import { shareNext } from '../../../src/down/share-next.ts';

/** Runs that end when they are told to. */
function runs() {
  const begun: PromiseWithResolvers<number>[] = [];
  const ask = shareNext(() => {
    const run = Promise.withResolvers<number>();
    begun.push(run);
    return run.promise;
  });
  return { begun, ask };
}

test('who asks while a run goes on is told of one that begins afterwards, together with others', async () => {
  const { begun, ask } = runs();
  const first = ask();
  const [second, third] = [ask(), ask()];
  expect(begun).toHaveLength(1);
  begun[0]?.resolve(1);
  expect(await first).toBe(1);
  expect(begun).toHaveLength(2);
  const fourth = ask();
  begun[1]?.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  expect(begun).toHaveLength(3);
  begun[2]?.resolve(3);
  expect(await fourth).toBe(3);
});

test('a run that fails is the failure of those who share it, and of nobody else', async () => {
  const { begun, ask } = runs();
  const first = ask();
  const second = ask();
  begun[0]?.reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  begun[1]?.resolve(2);
  expect(await second).toBe(2);
  const third = ask();
  begun[2]?.resolve(3);
  expect(await third).toBe(3);
});
