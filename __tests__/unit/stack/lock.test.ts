import { describe, expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal } from '../../../src/engine/api.ts';
import {
  type LockRequest,
  lockedStacks,
  lockName,
  renewLock,
  takeLock,
  tryLock,
  unlock,
  waitForLock,
} from '../../../src/stack/lock.ts';
import { claimStack, readStackRecords } from '../../../src/stack/ownership.ts';
import { refuseOlder, Superseded, type Turn } from '../../../src/stack/turn.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();
const START = Date.parse('2026-01-01T12:00:00Z');

function claim(run: string, changes: Partial<LockRequest> = {}): LockRequest {
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

interface Config {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
  Spec: { Name: string; Labels: object; Data: string };
}

/**
 * A swarm whose configs are kept here. The clock of its leader is off by `leader.offMs`, and no
 * engine is asked what time it is.
 */
function swarm(clock = virtualClock(), leader = { offMs: 0 }) {
  const configs: Config[] = [];
  const now = () => new Date(START + clock.now() + leader.offMs).toISOString();
  let created = 0;
  const api: EngineApi = {
    get: async (path, _query, schema) => {
      expect(path).toBe('/configs');
      return schema.parse(configs);
    },
    post: async (path, query, body) => {
      const Spec = body as Config['Spec'];
      const { Name } = Spec;
      const updated = configs.find(({ ID }) => path === `/configs/${ID}/update`);
      if (updated) {
        expect(query).toEqual({ version: String(updated.Version.Index) });
        updated.Spec = Spec;
        updated.UpdatedAt = now();
        updated.Version.Index += 1;
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
  const wait = (one: LockRequest, timeoutMs: number, waitFor: 'end' | 'lost' = 'end') =>
    waitForLock(api, one, {
      timeoutMs,
      waitFor,
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
    'Another deployment of stack shop is running: 1/deploy (https://x/1) holds it since 2026-01-01T12:00:00Z',
  ]);
});

test('one that is not renewed is broken, with a notice', async () => {
  const { api, wait, said, tokens } = swarm();
  await tryLock(api, claim('1', { leaseMs: 3_000 }), signal);
  await wait(claim('2'), 60_000);
  expect(tokens()).toEqual(['token of 2']);
  expect(said.at(-1)).toBe(
    'warning: The lock of stack shop is stale and is broken: 1 holds it since 2026-01-01T12:00:00Z, and has not renewed it in the 3.5 s in which this run has watched it.',
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
    details: '1 holds it since 2026-01-01T12:00:00Z',
    hint: expect.stringContaining('docker config rm swarm-up-lock-shop'),
  });
});

test.each([-86_400_000, -90_000, 90_000, 86_400_000])(
  'a leader whose clock is %d ms off: who lives is waited for, who is lost is not',
  async (offMs) => {
    const lived = swarm(virtualClock(), { offMs });
    const holder = claim('1', { leaseMs: 45_000 });
    await tryLock(lived.api, holder, signal);
    const waiting = lived.wait(claim('2'), 600_000);
    for (let renewal = 1; renewal <= 20; renewal += 1) {
      await lived.clock.sleep(7_000);
      expect(await renewLock(lived.api, holder, signal)).toBe(true);
    }
    await unlock(lived.api, holder, signal);
    await waiting;

    const lost = swarm(virtualClock(), { offMs });
    await tryLock(lost.api, claim('1', { leaseMs: 45_000 }), signal);
    await lost.wait(claim('2'), 600_000);
    expect(lost.clock.now()).toBe(45_500);
    expect(lost.tokens()).toEqual(['token of 2']);
  },
);

test('a manager whose clock is an hour behind that of the one before it becomes the leader', async () => {
  const leader = { offMs: 3_600_000 };
  const { api, clock, wait, tokens } = swarm(virtualClock(), leader);
  const holder = claim('1', { leaseMs: 45_000 });
  await tryLock(api, holder, signal);
  const waiting = wait(claim('2'), 600_000);
  await clock.sleep(30_000);
  leader.offMs = 0;
  expect(await renewLock(api, holder, signal)).toBe(true);
  await clock.sleep(30_000);
  expect(tokens()).toEqual([holder.token]);
  await unlock(api, holder, signal);
  await waiting;
});

test('a swarm that gives no answer for long has renewed nothing meanwhile: what was watched before counts no more', async () => {
  const { api, clock, said, tokens } = swarm();
  const holder = claim('1', { leaseMs: 45_000 });
  await tryLock(api, holder, signal);
  let silent = false;
  const outage: EngineApi = {
    ...api,
    get: async (...question) => {
      if (silent) await clock.sleep(60_000);
      silent = false;
      return await api.get(...question);
    },
  };
  const waiting = waitForLock(outage, claim('2'), {
    ...{ timeoutMs: 600_000, clock, signal, info: () => {} },
    warn: (message) => said.push(message),
  });
  await clock.sleep(20_000);
  silent = true;
  await clock.sleep(65_000);
  expect(await renewLock(api, holder, signal)).toBe(true);
  await clock.sleep(10_000);
  expect([tokens(), said]).toEqual([[holder.token], []]);
  await unlock(api, holder, signal);
  await waiting;
});

test('a limit that is shorter than a lease: whether the other is alive is said, where it was seen', async () => {
  const lost = swarm();
  await tryLock(lost.api, claim('1', { leaseMs: 45_000 }), signal);
  await expect(lost.wait(claim('2'), 10_000)).rejects.toMatchObject({
    details: '1 holds it since 2026-01-01T12:00:00Z',
    hint: expect.stringContaining(
      'It did not renew its lock in the 10.0 s in which this run has watched it. It counts as lost after 45.0 s. Raise `lock-timeout` above 45.0 s',
    ),
  });
  const lived = swarm();
  const holder = claim('1', { leaseMs: 45_000 });
  await tryLock(lived.api, holder, signal);
  const ended = expect(lived.wait(claim('2'), 10_000)).rejects.toMatchObject({
    details: '1 holds it since 2026-01-01T12:00:00Z, and has renewed it meanwhile',
    hint: expect.not.stringContaining('counts as lost'),
  });
  await lived.clock.sleep(7_000);
  await renewLock(lived.api, holder, signal);
  await ended;
});

test('who waits for the lost alone goes as soon as the other is seen to live', async () => {
  const lived = swarm();
  const holder = claim('1', { leaseMs: 45_000 });
  await tryLock(lived.api, holder, signal);
  const ended = expect(lived.wait(claim('sweep'), 60_000, 'lost')).rejects.toMatchObject({
    message: 'Another deployment of stack shop is running.',
    details: '1 holds it since 2026-01-01T12:00:00Z',
  });
  await lived.clock.sleep(7_000);
  await renewLock(lived.api, holder, signal);
  await ended;
  expect(lived.clock.now()).toBeLessThan(8_000);
  const lost = swarm();
  await tryLock(lost.api, holder, signal);
  await lost.wait(claim('sweep'), 60_000, 'lost');
  expect(lost.tokens()).toEqual(['token of sweep']);
});

/** A run of the production workflow, by its number. */
function push(
  number: number,
  changes: Partial<Turn> = {},
  rest: Partial<LockRequest> = {},
): LockRequest {
  const turn = { line: 'deploy.yml up main', number, isRepeat: false, ...changes };
  return claim(`run ${number}`, { turn, leaseMs: 45_000, ...rest });
}

const names = (configs: readonly Config[]) => configs.map(({ Spec }) => Spec.Name);

describe('of three pushes, of which the first is being deployed', () => {
  const [a, b, c] = [push(5), push(6), push(7)];
  /** B and C begin after these times, the lock is let go after that one. */
  const moments = [0, 250, 400, 499, 501, 750, 1_250, 9_000].flatMap((free) => [
    { free, delays: [0, 100] as const },
    { free, delays: [100, 0] as const },
    { free, delays: [0, 700] as const },
    { free: free + 700, delays: [0, 0] as const },
  ]);

  test.each(moments)('the third is the last to deploy: %j', async ({ free, delays }) => {
    const { api, clock, wait, tokens, configs } = swarm();
    await tryLock(api, a, signal);
    const deployed: string[] = [];
    const run = async (one: LockRequest, delay: number) => {
      await clock.sleep(delay + 1);
      try {
        if (!(await takeLock(api, one, signal, () => {}))) await wait(one, 60_000);
        const { repository } = one.owner;
        const [record] = await readStackRecords(api, signal, () => {});
        const { deployed: before = [] } = record ?? {};
        refuseOlder('shop', { repository, deployed: before }, { repository, turn: one.turn });
      } catch (error) {
        expect(error).toBeInstanceOf(Superseded);
        await unlock(api, one, signal);
        return;
      }
      expect(tokens().filter(Boolean)).toEqual([one.token]);
      deployed.push(one.owner.run);
      const { line = '', number = 0 } = one.turn ?? {};
      const by = one.owner.run;
      await claimStack(api, 'shop', one.owner, signal, { deployed: { line, number, by } });
      await clock.sleep(2_000);
      await unlock(api, one, signal);
    };
    const runs = [run(b, delays[0]), run(c, delays[1])];
    await clock.sleep(free);
    await unlock(api, a, signal);
    await Promise.all(runs);
    expect(deployed.at(-1)).toBe('run 7');
    expect(names(configs)).toEqual(['shop_swarm-up']);
  });

  test.each([
    ['the second began to wait first', [b, c]],
    ['the third did', [c, b]],
  ])('the second is superseded, and says by whom: %s', async (_title, order) => {
    const { api, clock, wait, said, configs } = swarm();
    await tryLock(api, a, signal);
    const ends = order.map((one) =>
      wait(one, 60_000).then(
        () => `${one.owner.run} deploys`,
        (error: unknown) => `${one.owner.run}: ${(error as Error).message}`,
      ),
    );
    await clock.sleep(3_000);
    expect(configs.find(({ Spec }) => 'swarm-up.waiting' in Spec.Labels)?.Spec).toMatchObject({
      Name: expect.stringMatching(/^swarm-up-waiting-[0-9a-f]{20}$/),
      Labels: {
        'swarm-up.repository': '7',
        'swarm-up.cluster': 'c',
        'swarm-up.run': expect.stringMatching(/^run [67]$/),
      },
    });
    await unlock(api, a, signal);
    expect((await Promise.all(ends)).toSorted()).toEqual([
      'run 6: This run is superseded: a newer one, run 7, is deploying stack shop.',
      'run 7 deploys',
    ]);
    expect(said.filter((line) => line.startsWith('warning'))).toEqual([]);
    await unlock(api, b, signal);
    expect(names(configs)).toEqual(['swarm-up-lock-shop']);
  });

  test('an older one that comes only when the lock is free lets the third go first, too', async () => {
    const { api, clock, wait, tokens } = swarm();
    await tryLock(api, a, signal);
    const third = wait(c, 60_000);
    await clock.sleep(700);
    await unlock(api, a, signal);
    expect(await takeLock(api, b, signal, () => {})).toBe(false);
    await third;
    expect(tokens()).toEqual([c.token]);
  });

  test('the third is lost while it waits: the second goes, and nothing of the third is left', async () => {
    const { api, clock, wait, said, tokens, configs } = swarm();
    await tryLock(api, a, signal);
    const lost = new AbortController();
    const waiting = waitForLock(api, c, {
      ...{ timeoutMs: 600_000, clock, signal: lost.signal, info: () => {}, warn: () => {} },
    });
    await clock.sleep(3_000);
    lost.abort(new Error('lost'));
    await expect(waiting).rejects.toThrow('lost');
    await unlock(api, a, signal);
    await wait(b, 600_000);
    expect(said.at(0)).toBe('A newer run waits for stack shop, too, and goes first: run 7');
    expect(clock.now()).toBeLessThan(50_000);
    expect([names(configs), tokens()]).toEqual([['swarm-up-lock-shop'], [b.token]]);
  });

  test('the third is lost once it has the lock: it supersedes nobody', async () => {
    const { api, wait, tokens } = swarm();
    await tryLock(api, c, signal);
    await wait(b, 600_000);
    expect(tokens()).toEqual([b.token]);
  });

  test('the third gives up waiting for its turn: the second goes', async () => {
    const { api, clock, wait, tokens } = swarm();
    await tryLock(api, a, signal);
    const second = wait(b, 600_000);
    await expect(wait(c, 5_000)).rejects.toThrow('did not end within');
    await unlock(api, c, signal);
    await unlock(api, a, signal);
    await second;
    expect(tokens()).toEqual([b.token]);
    expect(clock.now()).toBeLessThan(6_000);
  });
});

test.each<[string, LockRequest, LockRequest]>([
  ['another branch', push(6), push(7, { line: 'deploy.yml up next' })],
  ['a run that somebody has run again', push(6, { isRepeat: true }), push(7)],
  ['the same run', push(7, {}, { token: 'mine' }), push(7)],
  ['an older one', push(8), push(7)],
  ['a step that says nothing', claim('local'), push(7)],
  [
    'another repository',
    push(6),
    push(7, {}, { owner: { cluster: 'c', repository: '8', run: 'run 7' } }),
  ],
])('%s is neither superseded nor has it to wait longer', async (_title, own, other) => {
  const { api, clock, wait, tokens } = swarm();
  await tryLock(api, other, signal);
  const waiting = wait(own, 60_000);
  await clock.sleep(7_000);
  await renewLock(api, other, signal);
  await clock.sleep(2_000);
  expect(tokens()).toContain(other.token);
  await unlock(api, other, signal);
  await waiting;
  expect(tokens()).toEqual([own.token]);
});

test('who removes a stack removes what its repository has left that waited, and nothing of another', async () => {
  const { api, clock, configs } = swarm();
  await tryLock(api, push(5), signal);
  const lost = new AbortController();
  const owner = { cluster: 'c', repository: '8', run: 'run 7' };
  const waiting = [push(6), push(7, {}, { owner })].map((one) =>
    waitForLock(api, one, {
      ...{ timeoutMs: 600_000, clock, signal: lost.signal, info: () => {}, warn: () => {} },
    }).catch(() => {}),
  );
  await clock.sleep(3_000);
  lost.abort(new Error('lost'));
  await Promise.all(waiting);
  await unlock(api, push(5), signal);
  expect(configs).toHaveLength(2);
  expect(await takeLock(api, claim('down'), signal, () => {})).toBe(true);
  expect(
    configs.map(({ Spec }) => (Spec.Labels as Record<string, string>)['swarm-up.run']),
  ).toEqual(['run 7', 'down']);
});

test.each<[string, (spec: Config['Spec']) => Partial<Config['Spec']>]>([
  ['another name', () => ({ Name: 'swarm-up-waiting-x' })],
  ['another content', () => ({ Data: '' })],
  ['no run', ({ Labels }) => ({ Labels: { ...Labels, 'swarm-up.run': '' } })],
])(
  'a config that only looks as if a newer run waited, with %s, keeps nobody waiting',
  async (_name, change) => {
    const { api, clock, configs } = swarm();
    await tryLock(api, push(5), signal);
    const lost = new AbortController();
    const waiting = waitForLock(api, push(7), {
      ...{ timeoutMs: 600_000, clock, signal: lost.signal, info: () => {}, warn: () => {} },
    }).catch(() => {});
    await clock.sleep(3_000);
    lost.abort(new Error('lost'));
    await waiting;
    await unlock(api, push(5), signal);
    for (const { Spec } of configs) Object.assign(Spec, change(Spec));
    const said: string[] = [];
    expect(await takeLock(api, push(6), signal, (message) => said.push(message))).toBe(true);
    expect(configs).toHaveLength(2);
    expect(said).toEqual([
      expect.stringContaining(`The config ${configs[0]?.Spec.Name} has the label swarm-up.waiting`),
    ]);
  },
);

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
