import { expect, test } from '@jest/globals';
import type { EngineApi } from '../../../src/engine/api.ts';
import { engineLanes, LANES } from '../../../src/engine/engine-lanes.ts';
import type { Executor } from '../../../src/exec/executor.ts';

function lanes() {
  const closed: string[] = [];
  let opened = 0;
  const stream = (name: string) =>
    ({ name, [Symbol.dispose]: () => closed.push(name) }) as unknown as EngineApi;
  const nameOf = (api: EngineApi) => (api as unknown as { readonly name: string }).name;
  const some = engineLanes({ ssh: {} as Executor, api: stream('own') }, () => {
    opened += 1;
    return stream(`further ${opened}`);
  });
  /** Begins work that ends when it is told to. */
  const begin = () => {
    const over = Promise.withResolvers<void>();
    const names: string[] = [];
    const done = some.use(async (api) => {
      names.push(nameOf(api));
      await over.promise;
    });
    return { names, done, over };
  };
  return { some, closed, begin };
}

/** Until everything that could go on has. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('work that is alone takes the stream of the machine; each of several has one of its own, up to a limit', async () => {
  const { begin } = lanes();
  const alone = begin();
  await settled();
  expect(alone.names).toEqual(['own']);
  alone.over.resolve();
  await alone.done;

  const all = Array.from({ length: LANES + 2 }, begin);
  await settled();
  const names = () => all.map((one) => one.names.join());
  // That of the machine is for whoever looks meanwhile.
  expect(names()).toEqual(['further 1', 'further 2', 'further 3', '', '']);
  all[1]?.over.resolve();
  await settled();
  expect(names()).toEqual(['further 1', 'further 2', 'further 3', 'further 2', '']);
  all[0]?.over.reject(new Error('it failed'));
  await expect(all[0]?.done).rejects.toThrow('it failed');
  await settled();
  expect(names().at(-1)).toBe('further 1');
  for (const one of all) one.over.resolve();
  await Promise.allSettled(all.map(({ done }) => done));
});

test('those that were opened are closed, and opened anew if they are needed again', async () => {
  const { some, closed, begin } = lanes();
  const first = [begin(), begin()];
  await settled();
  for (const one of first) one.over.resolve();
  await Promise.all(first.map(({ done }) => done));
  some[Symbol.dispose]();
  expect(closed).toEqual(['further 1', 'further 2']);
  const again = [begin(), begin()];
  await settled();
  expect(again.map((one) => one.names.join())).toEqual(['further 3', 'further 4']);
  for (const one of again) one.over.resolve();
  await Promise.all(again.map(({ done }) => done));
});
