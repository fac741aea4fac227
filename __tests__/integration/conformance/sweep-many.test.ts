import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { createTimeline } from '../../../src/base/timeline.ts';
import { type SweptCluster, sweep } from '../../../src/down/sweep.ts';
import { hostsSource } from '../../../src/down/sweep-hosts.ts';
import { engineApi } from '../../../src/engine/api.ts';
import { listConfigs, removeConfig } from '../../../src/engine/config-record.ts';
import { enterEngine } from '../../../src/engine/enter.ts';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import { claimStack } from '../../../src/stack/ownership.ts';
import { STACK } from '../../support/model/compose.ts';
import { managed } from '../../support/model/engine.ts';
import { type HostSite, modelHosts } from '../../support/model/hosts.ts';
import { connectTo } from '../../support/model/machine.ts';
import { addObject } from '../../support/model/swarm.ts';
import { recordedLog } from '../../support/recorded-log.ts';

// Many clusters whose stacks stand on the same two hosts, which one of them has made a swarm.

const PAST = '2026-01-01T00:00:00Z';
const CLUSTERS = 20;
const { signal } = new AbortController();

let workspace = '';
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-sweep-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** The hosts with clusters whose time is over, of which the one that has the hosts is the first. */
async function crowded() {
  const site = modelHosts({ workspace, hosts: 'two' });
  const up = await site.with({ ttl: '1s' }).up(site.journal());
  expect(up.error).toBeUndefined();
  // Its `ttl` was reckoned by the time of this process.
  Object.assign(site.place.world.clock, { date: () => new Date(Date.now() + 3_600_000) });
  const machines = await enter(site);
  const [manager] = machines;
  if (!manager) throw new Error('a manager');
  for (let at = 1; at <= CLUSTERS; at += 1) await addStack(site, manager, `pr-${at}`);
  return { site, machines };
}

async function enter({ place: { hosts, world, runner } }: HostSite): Promise<ConnectedMachine[]> {
  const entered = hosts.map(async ({ address, name }, at) => {
    const ssh = await connectTo(world, runner, { name, host: address } as never);
    const { engine } = await enterEngine(ssh, 'root', { signal, timeoutMs: 1_000 });
    const machine = { name, index: at + 1, role: 'worker', advertise: address, state: 'running' };
    return { ...machine, ssh, api: engineApi(ssh), engine } as unknown as ConnectedMachine;
  });
  return await Promise.all(entered);
}

/** As a run of the action has left it that ended long ago. */
async function addStack({ place }: HostSite, { api }: ConnectedMachine, name: string) {
  const [manager] = place.hosts;
  if (!manager) throw new Error('a manager');
  const labels = { 'com.docker.stack.namespace': name };
  addObject(place.world, managed(manager), 'service', {
    ...{ Name: `${name}_web`, Labels: labels, Mode: { Replicated: { Replicas: 1 } } },
    TaskTemplate: { ContainerSpec: { Image: 'busybox:1.36', Labels: labels }, Networks: [] },
  });
  const owner = { cluster: name, repository: '4711', run: '7/bench/up', expires: PAST };
  await claimStack(api, name, owner, signal);
}

async function sweepAll(
  { place }: HostSite,
  machines: readonly ConnectedMachine[],
  abort = new AbortController(),
) {
  const { log, lines } = recordedLog();
  const rows: SweptCluster[] = [];
  const { clock } = place.world;
  const now = () => clock.date();
  const sweeper = { name: '9/sweep/up', url: undefined, attempt: undefined };
  const source = hostsSource(
    { machines, unreached: [] },
    { signal: abort.signal, log, clock, now, sweeper },
  );
  const failure = await sweep(source, {
    ...{ repository: '4711', dryRun: false, isClosed: undefined, now },
    ...{ reporter: { log, timeline: createTimeline(clock) }, signal: abort.signal },
    swept: (row) => rows.push(row),
  }).then(() => '', describeError);
  const results = Map.groupBy(rows, ({ result }) => result);
  const named = (result: SweptCluster['result']) =>
    (results.get(result) ?? []).map(({ cluster }) => cluster.owner.cluster);
  return { failure, named, lines, rows };
}

/** Tells how many removals of stacks are on their way on the manager, by the locks that there are. */
function watchLocks({ place }: HostSite, also: (what: string) => void = () => {}) {
  const seen = { most: 0 };
  const [manager] = place.hosts;
  place.world.hear = (engine, what) => {
    if (engine === manager && engine.member) {
      const configs = [...managed(engine).objects.config.values()];
      const held = configs.filter(({ Spec }) => Spec.Name.startsWith('swarm-up-lock-'));
      seen.most = Math.max(seen.most, held.length);
    }
    also(what);
  };
  return seen;
}

test('stacks of many clusters on the same hosts go beside one another, then the hosts of one', async () => {
  const { site, machines } = await crowded();
  const seen = watchLocks(site);
  const { failure, named, rows } = await sweepAll(site, machines);
  expect(site.unknown?.()).toEqual([]);
  expect(failure).toBe('');
  expect(named('removed')).toHaveLength(CLUSTERS + 1);
  expect(rows.at(-1)?.cluster.owner.cluster).toBe('conform-model');
  expect(seen.most).toBe(3);
  expect(await site.left()).toEqual([]);
  expect(site.held?.()).toEqual([]);
});

test('a stack that does not go keeps no other from going, and its hosts stay', async () => {
  const { site, machines } = await crowded();
  const [manager] = machines;
  if (!manager) throw new Error('a manager');
  // Of somebody else, in the place of a lock.
  const forged = { Name: 'swarm-up-lock-pr-7', Labels: {}, Data: '' };
  await manager.api.post('/configs/create', {}, forged, { signal });
  const { failure, named } = await sweepAll(site, machines);
  expect(failure).toMatch(
    /^1 of 21 clusters could not be removed completely: pr-7\n.*has its name, and not its form/s,
  );
  expect(named('failed')).toEqual(['pr-7']);
  expect(named('removed')).toHaveLength(CLUSTERS - 1);
  expect(named('stays')).toEqual(['conform-model']);
  expect(new Set(site.held?.())).toEqual(new Set([forged.Name]));

  const found = await listConfigs(manager.api, { name: [forged.Name] }, signal);
  for (const one of found) await removeConfig(manager.api, one, signal);
  const next = await sweepAll(site, await enter(site));
  expect(next.failure).toBe('');
  expect(await site.left()).toEqual([]);
});

test('an abort in the middle ends those on their way, which let go of their locks, and all others stay', async () => {
  const { site, machines } = await crowded();
  const abort = new AbortController();
  let deleted = 0;
  watchLocks(site, (what) => {
    if (!what.startsWith('DELETE /services/')) return;
    deleted += 1;
    if (deleted === 5) abort.abort(new ActionError('The step was cancelled.'));
  });
  const { failure, named } = await sweepAll(site, machines, abort);
  expect(failure).toBe('The step was cancelled.');
  expect(deleted).toBeLessThanOrEqual(7);
  expect(named('removed').length).toBeLessThan(5);
  expect(site.held?.()).toEqual([]);
});
