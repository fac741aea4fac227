import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import { listClusters } from '../../../../src/machines/docker/clusters.ts';
import { type Owner, ownerLabels } from '../../../../src/machines/ownership.ts';

const SHOP: Owner = { cluster: 'shop', repository: '42', run: '7/test/up' };
const { signal } = new AbortController();

interface Answers {
  readonly containers?: readonly unknown[];
  readonly networks?: readonly unknown[];
  readonly volumes?: readonly unknown[] | null;
}

/** What an engine with these objects is asked, and the clusters that are found on it. */
async function clustersOf({ containers = [], networks = [], volumes = [] }: Answers) {
  const answers: Readonly<Record<string, unknown>> = {
    '/containers/json': containers,
    '/networks': networks,
    '/volumes': { Volumes: volumes },
  };
  const get = async <T>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: z.ZodType<T>,
  ) => {
    expect(JSON.parse(query.filters ?? '')).toEqual({ label: ['swarm-up.cluster'] });
    if (path === '/containers/json') expect(query.all).toBe('true');
    return schema.parse(answers[path]);
  };
  const said: string[] = [];
  const ignored = (message: string) => said.push(message);
  return { found: await listClusters({ get }, { signal, ignored }), said };
}

const container = (name: string, owner: Owner, created = 1_700_000_000) => ({
  Id: 'c'.repeat(64),
  Names: [`/${name}`],
  Created: created,
  Labels: { ...ownerLabels(owner), 'swarm-up.index': name.split('-').at(-1) },
});
const network = (Name: string, owner: Owner) => ({
  ...{ Id: 'n1', Name, Created: '2026-11-24T22:31:04.123456789Z', Labels: ownerLabels(owner) },
});

test('one cluster for each name and repository, of whatever carries its label', async () => {
  const preview = {
    ...SHOP,
    cluster: 'blog-pr-3',
    expires: '2026-11-25T00:00:00Z',
    pullRequest: '3',
  };
  const theirs = { ...SHOP, repository: '815' };
  const { found } = await clustersOf({
    containers: [
      container('shop-1', SHOP, 1_700_000_060),
      container('shop-2', SHOP),
      container('blog-pr-3-1', preview),
      container('shop-1', theirs),
    ],
    networks: [network('shop', SHOP)],
    volumes: [
      { Name: 'f'.repeat(64), CreatedAt: '2026-11-24T22:31:05Z', Labels: ownerLabels(SHOP) },
      { Name: 'a'.repeat(64), Labels: ownerLabels({ ...SHOP, cluster: 'gone' }) },
    ],
  });
  expect(found).toEqual([
    { owner: preview, created: '2023-11-14T22:13:20.000Z', parts: ['container blog-pr-3-1'] },
    { owner: { ...SHOP, cluster: 'gone' }, created: undefined, parts: ['volume aaaaaaaaaaaa'] },
    {
      owner: SHOP,
      created: '2023-11-14T22:13:20.000Z',
      parts: ['container shop-1', 'container shop-2', 'network shop', 'volume ffffffffffff'],
    },
    { owner: theirs, created: '2023-11-14T22:13:20.000Z', parts: ['container shop-1'] },
  ]);
});

test('nothing on the engine', async () => {
  expect((await clustersOf({ volumes: null })).found).toEqual([]);
});

test('a renewed expiry counts, also where it is earlier than that of a machine', async () => {
  const until = (expires: string) => ({ ...SHOP, expires });
  const lease = (expires: string) => ({
    Name: `shop-lease-${expires.replace(/\D/g, '')}`,
    Labels: { ...ownerLabels(until(expires)), 'swarm-up.lease': 'true' },
  });
  const { found } = await clustersOf({
    containers: [container('shop-1', until('2026-11-26T00:00:00Z'))],
    volumes: [lease('2026-11-25T00:00:00Z'), lease('2026-11-24T00:00:00Z')],
  });
  expect(found[0]?.owner.expires).toBe('2026-11-25T00:00:00Z');
});

test('of several expiries the latest counts', async () => {
  const until = (expires: string) => ({ ...SHOP, expires });
  const { found } = await clustersOf({
    containers: [
      container('shop-1', until('2026-11-24T00:00:00Z')),
      container('shop-2', until('2026-11-26T00:00:00Z')),
      container('shop-3', SHOP),
    ],
  });
  expect(found[0]?.owner.expires).toBe('2026-11-26T00:00:00Z');
});

test('what has the labels of a cluster, and not the name of a part of it, is no part of it and is named', async () => {
  const long = { ...SHOP, expires: '2020-01-01T00:00:00Z' };
  const { found, said } = await clustersOf({
    containers: [
      container('shop-1', SHOP),
      { ...container('shop-1', long), Names: ['/twin-of-an-image'] },
      { ...container('shop-2', long), Labels: ownerLabels(long) },
    ],
    networks: [network('shop', SHOP), network('shop-twin', long)],
    volumes: [
      { Name: 'data', Labels: ownerLabels(long) },
      { Name: 'shop-lease-1', Labels: { ...ownerLabels(long), 'swarm-up.lease': 'true' } },
      { Name: 'b'.repeat(64), Labels: { 'swarm-up.cluster': 'shop' } },
    ],
  });
  expect(found.map(({ owner, parts }) => ({ owner, parts }))).toEqual([
    { owner: SHOP, parts: ['container shop-1', 'network shop'] },
  ]);
  const twins = ['container twin-of-an-image', 'container shop-2', 'network shop-twin'];
  const volumes = ['volume data', 'volume shop-lease-1', `volume ${'b'.repeat(64)}`];
  expect(said).toEqual(
    [...twins, ...volumes].map((name) => expect.stringContaining(`The ${name} has labels`)),
  );
});
