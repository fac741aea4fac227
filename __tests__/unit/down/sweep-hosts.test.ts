import { expect, test } from '@jest/globals';
import { createTimeline } from '../../../src/base/timeline.ts';
import { type SweptCluster, sweep } from '../../../src/down/sweep.ts';
import { hostsSource } from '../../../src/down/sweep-hosts.ts';
import { type EngineApi, EngineRefusal } from '../../../src/engine/api.ts';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { tryLock } from '../../../src/stack/lock.ts';
import { claimStack } from '../../../src/stack/ownership.ts';
import { lockRequest } from '../../../src/stack/with-lock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();
const NOW = Date.parse('2026-11-24T10:00:00Z');
const OWNER: Owner = { cluster: 'shop-pr-3', repository: '42', run: '7/deploy/up' };
const RUN = { url: undefined, attempt: undefined };

interface Config {
  readonly ID: string;
  readonly Version: { Index: number };
  readonly CreatedAt: string;
  Spec: { readonly Name: string; readonly Labels: Record<string, string> };
}

/**
 * One host, a swarm of its own whose stacks are their records alone. Its clock is `offMs` ahead of
 * this runner's. `deleting` is told of each config that goes.
 */
function host(offMs = 0, deleting: (name: string) => Promise<void> = async () => {}) {
  const configs: Config[] = [];
  const answers: Record<string, (query: Readonly<Record<string, string>>) => unknown> = {
    '/volumes': () => ({ Volumes: [] }),
    '/info': () => ({ SystemTime: new Date(NOW + offMs).toISOString() }),
    '/configs': ({ filters = '{}' }) => {
      const { label = [] } = JSON.parse(filters) as { label?: string[] };
      const has =
        ({ Spec: { Labels } }: Config) =>
        (one: string) =>
          Object.entries(Labels).some(([key, value]) => [key, `${key}=${value}`].includes(one));
      return structuredClone(configs.filter((config) => label.every(has(config))));
    },
    '/nodes': () => [
      {
        ID: 'n1',
        Spec: { Role: 'manager', Availability: 'active' },
        Description: { Hostname: 'web-1' },
        Status: { State: 'ready' },
      },
    ],
    '/swarm': () => ({ Spec: { Labels: {} } }),
  };
  const api: EngineApi = {
    get: async (path, query, schema) => schema.parse((answers[path] ?? (() => []))(query)),
    post: async (path, _query, body) => {
      const Spec = body as Config['Spec'];
      const updated = configs.find(({ ID }) => path === `/configs/${ID}/update`);
      if (updated) {
        updated.Spec = Spec;
        updated.Version.Index += 1;
        return;
      }
      if (configs.some((one) => one.Spec.Name === Spec.Name)) {
        throw new EngineRefusal('POST', 409, 'exists');
      }
      const ID = `c${Spec.Name}`;
      configs.push({ ID, Version: { Index: 1 }, CreatedAt: '2026-11-24T00:00:00Z', Spec });
    },
    delete: async (path) => {
      const at = configs.findIndex(({ ID }) => path === `/configs/${ID}`);
      if (at < 0) throw new EngineRefusal('DELETE', 404, 'not found');
      await deleting(configs[at]?.Spec.Name ?? '');
      configs.splice(at, 1);
    },
    [Symbol.dispose]: () => {},
  };
  const engine = { Swarm: { ControlAvailable: true, NodeID: 'n1', LocalNodeState: 'active' } };
  const ssh = { where: 'web-1', run: async () => ({ stdout: '', stderr: '', exitCode: 0 }) };
  const machine = { name: 'web-1', role: 'manager', api, engine, ssh } as unknown;
  const deploy = (stack: string, expires: string) =>
    claimStack(api, stack, { ...OWNER, expires }, signal);
  return { api, machine: machine as ConnectedMachine, configs, deploy };
}

async function swept({ machine, configs }: ReturnType<typeof host>) {
  const { log, lines } = recordedLog();
  const clock = virtualClock();
  const now = () => new Date(NOW);
  const reached = { machines: [machine], unreached: [] };
  const sweeper = { name: '9/sweep', ...RUN };
  const rows: SweptCluster[] = [];
  await sweep(hostsSource(reached, { signal, log, clock, now, sweeper }), {
    ...{ repository: '42', dryRun: false, isClosed: undefined, now, signal },
    reporter: { log, timeline: createTimeline(clock) },
    swept: (row) => rows.push(row),
  });
  const results = rows.map(({ result, reason }) => `${result}: ${reason}`);
  return { results, lines, clock, left: configs.map(({ Spec }) => Spec.Name) };
}

test('a stack goes once its time has passed by the clock of the runner and that of the engine', async () => {
  const there = host();
  await there.deploy('shop-pr-3', '2026-11-24T09:00:00Z');
  const { results, left } = await swept(there);
  expect(results).toEqual(['removed: ttl ended 1 h ago']);
  expect(left).toEqual([]);
});

test.each([
  [-2 * 3_600_000, '2026-11-24T09:00:00Z', 'this runner, and not by that of web-1', 'behind'],
  [2 * 3_600_000, '2026-11-24T11:00:00Z', 'web-1, and not by that of this runner', 'ahead of'],
])(
  'where they are %d ms apart, the stack stays, and both are named',
  async (offMs, expires, said, direction) => {
    const there = host(offMs);
    await there.deploy('shop-pr-3', expires);
    const { results, lines, left } = await swept(there);
    expect(results).toEqual([`stays: ttl has ended by the clock of ${said}`]);
    expect(lines.join('\n')).toContain(
      `The clock of web-1 is 2 h ${direction} that of this runner.`,
    );
    expect(left).toEqual(['shop-pr-3_swarm-up']);
  },
);

test('of a cluster whose time has passed, a stack whose own has not by the engine stays', async () => {
  const there = host(-30 * 60_000);
  await there.deploy('old', '2026-11-24T09:00:00Z');
  await there.deploy('young', '2026-11-24T09:40:00Z');
  // The latest of its parts counts for the cluster, which so stays whole.
  const { results, left } = await swept(there);
  expect(results[0]).toContain('not by that of web-1');
  expect(left).toEqual(['old_swarm-up', 'young_swarm-up']);
});

test('a stack that is renewed while another of its cluster is removed stays', async () => {
  const there = host(0, async (name) => {
    // A shorter life than before, by the clock of a runner that is behind: an expiry is not later
    // for being newer.
    if (name === 'a_swarm-up') await there.deploy('b', '2026-11-24T10:00:30Z');
  });
  await there.deploy('a', '2026-11-24T09:00:00Z');
  await there.deploy('b', '2026-11-24T09:30:00Z');
  const { results, left } = await swept(there);
  expect(results[0]).toContain('stack b was deployed again meanwhile');
  expect(left).toEqual(['b_swarm-up']);
});

test('a lock whose run was lost keeps no stack for good, and one that is renewed is not waited for', async () => {
  const lost = host();
  await lost.deploy('shop-pr-3', '2026-11-24T09:00:00Z');
  await tryLock(lost.api, lockRequest('shop-pr-3', OWNER, RUN), signal);
  const first = await swept(lost);
  expect(first.results).toEqual(['removed: ttl ended 1 h ago']);
  expect(first.lines.join('\n')).toContain('is stale and is broken: 7/deploy/up holds it');
  expect(first.left).toEqual([]);

  const lived = host();
  await lived.deploy('shop-pr-3', '2026-11-24T09:00:00Z');
  await tryLock(lived.api, lockRequest('shop-pr-3', OWNER, RUN), signal);
  let looks = 0;
  const { get } = lived.api;
  lived.api.get = (path, ...rest) => {
    const lock = lived.configs.find(({ Spec }) => Spec.Name.startsWith('swarm-up-lock-'));
    if (path === '/configs' && lock && ++looks % 10 === 0) lock.Version.Index += 1;
    return get(path, ...rest);
  };
  const second = await swept(lived);
  expect(second.results).toEqual([
    expect.stringMatching(/^stays: ttl ended 1 h ago, but is being deployed: 7\/deploy\/up holds/),
  ]);
  expect(second.clock.now()).toBeLessThan(10_000);
  expect(second.left).toContain('shop-pr-3_swarm-up');
});
