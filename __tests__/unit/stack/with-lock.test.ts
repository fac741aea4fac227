import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { type EngineApi, EngineRefusal, engineApi } from '../../../src/engine/api.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { tryLock } from '../../../src/stack/lock.ts';
import { lockRequest, withStackLock } from '../../../src/stack/with-lock.ts';
import { initSwarm, newEngine } from '../../support/model/engine.ts';
import { executorOf } from '../../support/model/machine.ts';
import { createWorld } from '../../support/model/world.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const OWNER = { cluster: 'shop', repository: '42', run: '7/close/down' };
const RUN = { url: undefined, attempt: undefined };
const { signal } = new AbortController();

/** A swarm that knows configs; `refused` deletions fail. */
function swarm(refused = 0) {
  const configs: { ID: string; Spec: { Name: string } }[] = [];
  let failures = refused;
  const Version = { Index: 1 };
  const at = '2026-11-24T00:00:00Z';
  const api: EngineApi = {
    get: async (path, _query, schema) =>
      schema.parse(
        path === '/info'
          ? { SystemTime: at }
          : configs.map((one) => ({ ...one, Version, CreatedAt: at, UpdatedAt: at })),
      ),
    post: async (_path, _query, body) => {
      const spec = body as { Name: string };
      if (configs.some(({ Spec }) => Spec.Name === spec.Name)) {
        throw new EngineRefusal('POST', 409, 'exists');
      }
      configs.push({ ID: `c${configs.length}`, Spec: spec });
    },
    delete: async (path) => {
      failures -= 1;
      if (failures >= 0) throw new EngineRefusal('DELETE', 500, 'no leader');
      configs.splice(
        configs.findIndex(({ ID }) => path === `/configs/${ID}`),
        1,
      );
    },
    [Symbol.dispose]: () => {},
  };
  return { api, configs };
}

const manager = { where: 'web-1' } as Executor;

async function hold({ api }: ReturnType<typeof swarm>, work: () => Promise<string>, timeoutMs = 0) {
  const { log, lines } = recordedLog();
  const clock = virtualClock();
  const options = { timeoutMs, clock, signal, log };
  const ended = await withStackLock(
    { api, ssh: manager },
    lockRequest('shop', OWNER, RUN),
    options,
    work,
  ).catch((error: unknown) => error);
  return { ended, lines };
}

test('the lock is held during the work, and let go whatever becomes of it', async () => {
  const there = swarm();
  const names = () => there.configs.map(({ Spec }) => Spec.Name);
  const good = await hold(there, async () => names().join());
  expect(good.ended).toBe('swarm-up-lock-shop');
  expect(names()).toEqual([]);
  const bad = await hold(there, () => Promise.reject(new Error('stuck')));
  expect(bad.ended).toMatchObject({ message: 'stuck' });
  expect(names()).toEqual([]);
});

test('where a deployment runs and does not end, the work is not begun, and who runs it is said', async () => {
  const there = swarm();
  const deployment = lockRequest('shop', { ...OWNER, run: '6/deploy/up' }, RUN);
  await tryLock(there.api, deployment, signal);
  const { ended } = await hold(there, async () => 'done', 5_000);
  expect(ended).toMatchObject({
    message: 'Another deployment of stack shop did not end within 5.0 s.',
    details: expect.stringContaining('6/deploy/up holds it since'),
  });
  expect(there.configs).toHaveLength(1);
});

test('a lock that does not go is tried once more; then the next run is told of it', async () => {
  const once = swarm(1);
  expect((await hold(once, async () => 'done')).lines).toEqual([]);
  expect(once.configs).toEqual([]);
  const twice = swarm(2);
  const { ended, lines } = await hold(twice, async () => 'done');
  expect(ended).toBe('done');
  expect(lines.join('\n')).toMatch(
    /warning: The lock of stack shop could not be removed now.*500/s,
  );
});

test('the lock is renewed as long as the work runs', async () => {
  const world = createWorld();
  const { clock } = world;
  const engine = newEngine(world, 'web-1', '10.77.0.2');
  initSwarm(engine, {});
  const ssh = executorOf(engine, 'web-1');
  using api = engineApi(ssh);
  const versions = z.array(z.object({ Version: z.object({ Index: z.number() }) }));
  const seen = new Set<number>();
  const look = async () => {
    for (const { Version } of await api.get('/configs', {}, versions)) seen.add(Version.Index);
  };
  const { log } = recordedLog();
  const options = { timeoutMs: 0, clock, signal, log };
  await withStackLock({ api, ssh }, lockRequest('shop', OWNER, RUN), options, async () => {
    for (let looks = 0; looks < 12; looks += 1) {
      await look();
      await clock.sleep(4_000);
    }
  });
  // Of a run that renews nothing for 45 s others take the lock.
  expect(seen.size).toBeGreaterThan(4);
});
