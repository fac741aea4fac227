import { expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal } from '../../../src/exec/engine-api.ts';
import {
  type Claim,
  lockedStacks,
  lockName,
  renewLock,
  tryLock,
  unlock,
  waitForLock,
} from '../../../src/stack/lock.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();
const START = Date.parse('2026-01-01T12:00:00Z');

function claim(run: string, changes: Partial<Claim> = {}): Claim {
  return {
    stack: 'shop',
    owner: { cluster: 'c', repository: '7', run },
    url: undefined,
    token: `token of ${run}`,
    attempt: undefined,
    leaseMs: 60_000,
    ...changes,
  };
}

/** A swarm whose configs are kept here; its clock is the given one. */
interface Config {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
  Spec: { Name: string; Labels: object; Data: string };
}

function swarm(clock = virtualClock()) {
  const configs: Config[] = [];
  const now = () => new Date(START + clock.now()).toISOString();
  let created = 0;
  const api: EngineApi = {
    get: async (path, _query, schema) =>
      schema.parse(path === '/info' ? { SystemTime: now() } : configs),
    post: async (path, query, body) => {
      const Spec = body as Config['Spec'];
      const { Name } = Spec;
      const updated = configs.find(({ ID }) => path === `/configs/${ID}/update`);
      if (updated) {
        expect(query).toEqual({ version: String(updated.Version.Index) });
        updated.Spec = Spec;
        updated.UpdatedAt = now();
        return;
      }
      if (configs.some((one) => one.Spec.Name === Name)) {
        throw new EngineRefusal('POST', 409, `config ${Name} already exists`);
      }
      const [CreatedAt, UpdatedAt] = [now(), now()];
      const ID = String(++created);
      configs.push({ ID, Version: { Index: 7 }, CreatedAt, UpdatedAt, Spec });
    },
    delete: async (path) => {
      const at = configs.findIndex(({ ID }) => path === `/configs/${ID}`);
      if (at < 0) throw new EngineRefusal('DELETE', 404, 'not found');
      configs.splice(at, 1);
    },
    [Symbol.dispose]: () => {},
  };
  const said: string[] = [];
  const wait = (one: Claim, timeoutMs: number) =>
    waitForLock(api, one, {
      timeoutMs,
      clock,
      signal,
      info: (line) => said.push(line),
      warn: (message) => said.push(`warning: ${message}`),
    });
  const tokens = () =>
    configs.map(({ Spec }) => (Spec.Labels as Record<string, string>)['swarm-up.lock.token']);
  return { api, clock, wait, said, tokens, configs };
}

test('one holds it, the other does not; it is let go by who holds it alone', async () => {
  const { api, tokens, configs } = swarm();
  const [one, other] = [claim('1', { url: 'https://github.com/o/r/actions/runs/1' }), claim('2')];
  expect(await tryLock(api, one, signal)).toBe(true);
  expect(await tryLock(api, other, signal)).toBe(false);
  expect(configs[0]?.Spec).toMatchObject({
    Name: 'swarm-up-lock-shop',
    Labels: {
      'swarm-up.cluster': 'c',
      'swarm-up.repository': '7',
      'swarm-up.run': '1',
      'swarm-up.lock': 'shop',
      'swarm-up.lock.token': 'token of 1',
      'swarm-up.lock.lease': '60',
      'swarm-up.lock.url': 'https://github.com/o/r/actions/runs/1',
    },
  });
  expect(await unlock(api, other, signal)).toBe(false);
  expect(tokens()).toEqual(['token of 1']);
  expect(await unlock(api, one, signal)).toBe(true);
  expect(await unlock(api, one, signal)).toBe(false);
  expect(await tryLock(api, other, signal)).toBe(true);
});

test('who waits is told by whom and since when, once, and goes on when it is let go', async () => {
  const { api, clock, wait, said, tokens } = swarm();
  const holder = claim('1/deploy', { url: 'https://x/1' });
  await tryLock(api, holder, signal);
  const waiting = wait(claim('2'), 30_000);
  await clock.sleep(5_200);
  await unlock(api, holder, signal);
  await waiting;
  expect(tokens()).toEqual(['token of 2']);
  expect(said).toEqual([
    'Another deployment of stack shop is running: 1/deploy (https://x/1) holds it since 2026-01-01T12:00:00Z, 0.0 s ago',
  ]);
});

test('one that is not renewed is broken, with a notice', async () => {
  const { api, wait, said, tokens } = swarm();
  await tryLock(api, claim('1', { leaseMs: 3_000 }), signal);
  await wait(claim('2'), 60_000);
  expect(tokens()).toEqual(['token of 2']);
  expect(said.at(-1)).toBe(
    'warning: The lock of stack shop is stale and is broken: 1 holds it since 2026-01-01T12:00:00Z, 3.5 s ago, and has not renewed it for 3.5 s.',
  );
});

test('one that is renewed is waited for, and only who holds it renews it', async () => {
  const { api, clock, wait, tokens, configs } = swarm();
  const holder = claim('1', { leaseMs: 3_000 });
  await tryLock(api, holder, signal);
  const before = configs[0]?.Spec.Labels;
  const waiting = wait(claim('2'), 60_000);
  for (let renewal = 1; renewal <= 5; renewal += 1) {
    await clock.sleep(2_000);
    expect(await renewLock(api, holder, signal)).toBe(true);
  }
  expect(configs[0]?.Spec.Labels).toEqual({
    ...before,
    'swarm-up.lock.renewed': expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(await renewLock(api, claim('2'), signal)).toBe(false);
  expect(tokens()).toEqual(['token of 1']);
  await unlock(api, holder, signal);
  await waiting;
  expect(await renewLock(api, holder, signal)).toBe(false);
});

test('an earlier attempt of the same step is over, and another step of the same run is not', async () => {
  const { api, clock, wait, said, tokens } = swarm();
  await tryLock(api, claim('1/deploy/up', { attempt: '1' }), signal);
  await expect(wait(claim('1/other/up', { attempt: '2' }), 5_000)).rejects.toThrow('did not end');
  const from = clock.now();
  await wait(claim('1/deploy/up', { attempt: '2', token: 'mine' }), 5_000);
  expect(clock.now()).toBe(from);
  expect(tokens()).toEqual(['mine']);
  expect(said.at(-1)).toContain('and that was attempt 1 of this step');
});

test('two that break the same lock do not break each other', async () => {
  const { api, clock, wait, tokens } = swarm();
  await tryLock(api, claim('1', { leaseMs: 1_000 }), signal);
  const waiting = [claim('2'), claim('3')].map(async (one) => {
    await wait(one, 60_000);
    const [holder] = tokens();
    await clock.sleep(2_000);
    expect(tokens()).toEqual([holder]);
    await unlock(api, one, signal);
    return holder;
  });
  expect((await Promise.all(waiting)).toSorted()).toEqual(['token of 2', 'token of 3']);
});

test('the time is up: who holds it, and how to remove it', async () => {
  const { api, wait } = swarm();
  await tryLock(api, claim('1', { leaseMs: 600_000 }), signal);
  await expect(wait(claim('2'), 20_000)).rejects.toMatchObject({
    message: 'Another deployment of stack shop did not end within 20.0 s.',
    status: 'timeout',
    details: '1 holds it since 2026-01-01T12:00:00Z, 20.0 s ago',
    hint: expect.stringContaining('docker config rm swarm-up-lock-shop'),
  });
});

test('the stacks that a cluster holds the lock of', async () => {
  const { api } = swarm();
  await tryLock(api, claim('1'), signal);
  await tryLock(api, claim('1', { stack: 'blog' }), signal);
  const other = { cluster: 'other', repository: '7', run: '1' };
  await tryLock(api, claim('1', { stack: 'theirs', owner: other }), signal);
  const own = { cluster: 'c', repository: '7' };
  const said: string[] = [];
  const held = (by: typeof own) => lockedStacks(api, by, signal, (message) => said.push(message));
  expect(await held(own)).toEqual(['shop', 'blog']);
  expect(await held({ ...own, repository: '8' })).toEqual([]);
  expect(said).toEqual([]);
});

test.each<[string, (spec: Config['Spec']) => Partial<Config['Spec']>]>([
  ['another name', () => ({ Name: 'twin' })],
  ['another content', () => ({ Data: '' })],
  ['no token', ({ Labels }) => ({ Labels: { ...Labels, 'swarm-up.lock.token': '' } })],
  [
    'a lease that is no number',
    ({ Labels }) => ({ Labels: { ...Labels, 'swarm-up.lock.lease': 'x' } }),
  ],
  ['no run', ({ Labels }) => ({ Labels: { ...Labels, 'swarm-up.run': '' } })],
])('a config with the label of a lock, and %s, is none and is named', async (_name, change) => {
  const { api, configs } = swarm();
  await tryLock(api, claim('1', { stack: 'production' }), signal);
  for (const { Spec } of configs) Object.assign(Spec, change(Spec));
  const said: string[] = [];
  const own = { cluster: 'c', repository: '7' };
  expect(await lockedStacks(api, own, signal, (message) => said.push(message))).toEqual([]);
  expect(said).toEqual([
    expect.stringContaining(`The config ${configs[0]?.Spec.Name} has the label swarm-up.lock`),
  ]);
});

test('what only has the name of a lock is neither waited for nor broken', async () => {
  const { api, wait, configs } = swarm();
  const [one] = [claim('1')];
  await tryLock(api, one, signal);
  for (const { Spec } of configs) Spec.Labels = {};
  await expect(wait(claim('2'), 60_000)).rejects.toMatchObject({
    message:
      'The lock of stack shop cannot be taken: the config swarm-up-lock-shop has its name, and not its form.',
    hint: expect.stringContaining('docker config rm swarm-up-lock-shop'),
  });
  expect(await unlock(api, one, signal)).toBe(false);
  expect(configs).toHaveLength(1);
});

test('another refusal of the engine is no lock', async () => {
  const { api } = swarm();
  const broken: EngineApi = {
    ...api,
    post: () => Promise.reject(new EngineRefusal('POST', 503, 'The swarm does not have a leader')),
  };
  await expect(tryLock(broken, claim('1'), signal)).rejects.toThrow('503');
});

test.each([
  ['shop', 'swarm-up-lock-shop'],
  ['s'.repeat(50), `swarm-up-lock-${'s'.repeat(50)}`],
  ['s'.repeat(51), expect.stringMatching(/^swarm-up-lock-s{37}_[0-9a-f]{12}$/)],
  ['shop-', expect.stringMatching(/^swarm-up-lock-shop-_[0-9a-f]{12}$/)],
])('the name of the lock of %s', (stack, expected) => {
  expect(lockName(stack)).toEqual(expected);
});
