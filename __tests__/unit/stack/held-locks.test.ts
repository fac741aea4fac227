import { expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal } from '../../../src/engine/api.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { heldLocks } from '../../../src/stack/held-locks.ts';
import { StackBusy, tryLock } from '../../../src/stack/lock.ts';
import { lockRequest } from '../../../src/stack/with-lock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const OWNER = { cluster: 'shop', repository: '42', run: '7/test/up' };
const RUN = { url: undefined, attempt: undefined };
const { signal } = new AbortController();

/** A swarm that knows configs. */
function swarm() {
  const configs: { ID: string; Spec: { Name: string } }[] = [];
  const api: EngineApi = {
    get: async (path, _query, schema) => {
      const at = '2026-11-24T00:00:00Z';
      const known = { Version: { Index: 1 }, CreatedAt: at, UpdatedAt: at };
      const found = configs.map((one) => ({ ...one, ...known }));
      return schema.parse(path === '/info' ? { SystemTime: at } : found);
    },
    post: async (path, _query, body) => {
      if (path !== '/configs/create') return;
      const spec = body as { Name: string };
      if (configs.some(({ Spec }) => Spec.Name === spec.Name)) {
        throw new EngineRefusal('POST', 409, 'exists');
      }
      configs.push({ ID: spec.Name, Spec: spec });
    },
    delete: async (path) => {
      const at = configs.findIndex(({ ID }) => path === `/configs/${ID}`);
      configs.splice(at, 1);
    },
    [Symbol.dispose]: () => {},
  };
  const manager = { api, ssh: { where: 'web-1' } as Executor };
  return { manager, names: () => configs.map(({ Spec }) => Spec.Name) };
}

const options = () => ({ timeoutMs: 0, clock: virtualClock(), signal, log: recordedLog().log });
const claims = (stack: string) => lockRequest(stack, OWNER, RUN);

test('each lock is held from when it is taken until all are let go', async () => {
  const { manager, names } = swarm();
  {
    await using locks = heldLocks();
    await locks.take(manager, claims('shop'), options());
    expect(names()).toEqual(['swarm-up-lock-shop']);
    await locks.take(manager, claims('shop'), options());
    await locks.take(manager, claims('blog'), options());
    expect(names()).toEqual(['swarm-up-lock-shop', 'swarm-up-lock-blog']);
  }
  expect(names()).toEqual([]);
});

test('a lock that another run holds is not taken, and may be asked for again', async () => {
  const { manager, names } = swarm();
  const other = lockRequest('shop', { ...OWNER, run: '8/test/up' }, RUN);
  await tryLock(manager.api, other, signal);
  {
    await using locks = heldLocks();
    await expect(locks.take(manager, claims('shop'), options())).rejects.toBeInstanceOf(StackBusy);
    await locks.take(manager, claims('blog'), options());
    await manager.api.delete('/configs/swarm-up-lock-shop', { signal });
    await locks.take(manager, claims('shop'), options());
    expect(names()).toEqual(['swarm-up-lock-blog', 'swarm-up-lock-shop']);
  }
  expect(names()).toEqual([]);
});
