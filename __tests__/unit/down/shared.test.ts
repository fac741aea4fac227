import { expect, test } from '@jest/globals';
import { hostsSource } from '../../../src/down/sweep-hosts.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { joinedLabels, swarmLabels } from '../../../src/swarm/records/node-record.ts';
import { userLabel } from '../../../src/swarm/records/users.ts';
import { type FakeSwarm, fakeSwarm } from '../../support/fake-swarm.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const preview: Owner = {
  ...{ cluster: 'shop-pr-7', repository: '42', run: '1/a/up' },
  expires: '2026-01-01T11:00:00Z',
};
const other: Owner = {
  ...{ cluster: 'shop-pr-8', repository: '42', run: '2/a/up' },
  expires: '2026-01-02T00:00:00Z',
};

/** Its first host is used by both, the second by the preview alone. */
function shared(): FakeSwarm {
  const both = [
    { owner: preview, labels: {} },
    { owner: other, labels: {} },
  ] as const;
  const [first] = both;
  const joined = joinedLabels(first, true);
  const labels = { ...joined, ...Object.fromEntries([userLabel(both[1])]) };
  return fakeSwarm(
    [
      { name: 'web-1', role: 'manager', labels },
      { name: 'web-2', labels: joined },
    ],
    swarmLabels({ users: both.map(({ owner }) => ({ owner })), gatewayMade: true }),
  );
}

function estateOf(swarm: FakeSwarm) {
  const machines = ['web-1', 'web-2'].map((name) => swarm.host(name));
  const sweeper = { name: '9/sweep/up', url: undefined, attempt: undefined };
  const signal = new AbortController().signal;
  const options = { ...{ signal, log: swarm.log, sweeper }, clock: virtualClock() };
  return hostsSource({ machines, unreached: [] }, options);
}

const listed = async (swarm: FakeSwarm) =>
  Object.fromEntries(
    (await estateOf(swarm).list()).map(({ owner, parts }) => [owner.cluster, parts]),
  );

test('what is listed of each user is what its removal takes: nothing of others, all with the last', async () => {
  const swarm = shared();
  expect(await listed(swarm)).toEqual({
    'shop-pr-7': ['node web-1', 'node web-2'],
    'shop-pr-8': ['node web-1'],
  });
  const remove = async (name: string) => {
    const source = estateOf(swarm);
    const found = (await source.list()).find(({ owner }) => owner.cluster === name);
    if (!found) throw new Error(name);
    return await source.remove(found, swarm.log);
  };
  const kept = await remove('shop-pr-7');
  expect(kept).toBe('its swarm still runs what is not of this cluster');
  expect(swarm.nodes().map(({ ID }) => ID)).toEqual(['web-1']);
  // Its mark on the swarm that it has made.
  expect(await listed(swarm)).toEqual({ 'shop-pr-7': ['swarm'], 'shop-pr-8': ['node web-1'] });

  expect(await remove('shop-pr-8')).toBeUndefined();
  expect(swarm.labels()).toBeUndefined();
});

test('clusters that use the same hosts do not go beside one another', async () => {
  const { list, beside } = estateOf(shared());
  const clusters = await list();
  expect(clusters).toHaveLength(2);
  expect(clusters.filter((one) => beside?.mayGo(one))).toEqual([]);
  // Stacks alone may.
  const [one] = clusters;
  expect(one && beside?.mayGo({ ...one, parts: ['stack shop'] })).toBe(true);
});

test('one that is renewed between the look and the act stays, and says so', async () => {
  const swarm = shared();
  const source = estateOf(swarm);
  const seen = (await source.list()).find(({ owner }) => owner.cluster === 'shop-pr-7');
  if (!seen) throw new Error('not listed');
  const [key, text] = userLabel({ owner: { ...preview, expires: '2026-02-01T00:00:00Z' } });
  const labels = { ...swarm.labels(), [key]: text };
  await swarm.api.post('/swarm/update', { version: '1' }, { Labels: labels });
  swarm.told.length = 0;
  // What the sweep decided by is older.
  expect(await source.remove(seen, swarm.log)).not.toBeUndefined();
  expect(swarm.told).toEqual([]);
  expect(swarm.lines.at(-1)).toContain('was deployed again meanwhile');
});
