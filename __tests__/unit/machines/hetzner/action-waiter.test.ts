import { expect, test } from '@jest/globals';
import { actionWaiter } from '../../../../src/machines/hetzner/api/action-waiter.ts';
import type { Action } from '../../../../src/machines/hetzner/api/objects.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const running = (id: number): Action => ({ id, command: 'create_server', status: 'running' });

/** Actions that end at a time each, in ms. */
function waiting(ends: (id: number) => Partial<Action> & { at: number }, deadline = 600_000) {
  const clock = virtualClock();
  const controller = new AbortController();
  const asked: number[] = [];
  const api = {
    actions: async (ids: readonly number[]) => {
      asked.push(ids.length);
      return ids.map((id): Action => {
        const { at, ...end } = ends(id);
        return clock.now() < at ? running(id) : { ...running(id), status: 'success', ...end };
      });
    },
  };
  const bounds = { signal: controller.signal, deadline };
  return { wait: actionWaiter({ api, clock, bounds }), clock, asked, controller };
}

test('nothing is asked about what has ended', async () => {
  const { wait, asked } = waiting(() => ({ at: 0 }));
  await wait([{ ...running(1), status: 'success' }]);
  await wait([]);
  expect(asked).toEqual([]);
});

test('who waits at the same time shares the questions', async () => {
  const { wait, clock, asked } = waiting((id) => ({ at: id <= 30 ? 1_000 : 3_000 }));
  await Promise.all(Array.from({ length: 40 }, (_, at) => wait([running(at + 1)])));
  expect(clock.now()).toBe(3_000);
  expect(asked).toEqual([25, 15, 10, 10]);
});

test('a failure is told with its code after all have ended', async () => {
  const error = { code: 'resource_unavailable', message: 'No room' };
  const { wait, clock } = waiting((id) =>
    id === 1 ? { at: 1_000, status: 'error', error } : { at: 5_000 },
  );
  await expect(wait([running(1), running(2)])).rejects.toMatchObject({
    message: 'The action create_server of Hetzner failed (resource_unavailable).',
    code: 'resource_unavailable',
    details: 'No room',
  });
  expect(clock.now()).toBe(5_000);
});

test('the deadline ends the wait of all', async () => {
  const { wait } = waiting(() => ({ at: 1_000_000 }), 5_000);
  await expect(wait([running(1), running(2)])).rejects.toThrow(
    'Hetzner has not finished in time: 2 of its actions still run.',
  );
});

test('an abort ends the wait, and a later one begins anew', async () => {
  const { wait, controller } = waiting(() => ({ at: 1_000 }));
  const waits = wait([running(1)]);
  controller.abort(new Error('cancelled'));
  await expect(waits).rejects.toThrow('cancelled');
  await expect(wait([running(2)])).rejects.toThrow('cancelled');
});
