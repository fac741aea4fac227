import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import type { Machine } from '../../../src/machines/driver.ts';
import { enterAll, openMachines } from '../../../src/machines/open-machines.ts';

test('every connection is closed, whatever becomes of another', async () => {
  const closed: string[] = [];
  const machine = (name: string, fails = false) => {
    const close = async () => {
      closed.push(name);
      if (fails) throw new Error('it was lost');
    };
    return { name, ssh: { close } } as unknown as ConnectedMachine;
  };
  const names: string[] = [];
  {
    await using opened = openMachines();
    const { all } = opened;
    opened.add(machine('web-1', true));
    opened.add(machine('web-2'));
    names.push(...all.map(({ name }) => name));
  }
  expect(names).toEqual(['web-1', 'web-2']);
  expect(closed).toEqual(['web-1', 'web-2']);
});

test('machines are entered all at once, and what fails keeps no other from being entered', async () => {
  const found = ['web-1', 'web-2', 'web-3'].map((name) => ({ name }) as unknown as Machine);
  const lost = new Error('it was lost');
  const { machines, failures } = await enterAll(found, async (machine) => {
    if (machine.name === 'web-2') throw lost;
    return machine as unknown as ConnectedMachine;
  });
  expect(machines.map(({ name }) => name)).toEqual(['web-1', 'web-3']);
  expect(failures).toEqual([{ name: 'web-2', error: lost }]);
});

test('of many machines 64 are entered at a time', async () => {
  const found = Array.from({ length: 200 }, (_, at) => ({ name: `web-${at}` }) as Machine);
  let open = 0;
  let most = 0;
  const { machines } = await enterAll(found, async (machine) => {
    open += 1;
    most = Math.max(most, open);
    await new Promise(setImmediate);
    open -= 1;
    return machine as unknown as ConnectedMachine;
  });
  expect(machines.map(({ name }) => name)).toEqual(found.map(({ name }) => name));
  expect(most).toBe(64);
});
