import { expect, test } from '@jest/globals';
import { clustersOf, ownedCluster } from '../../../../../src/machines/cloud/found/clusters-of.ts';

const part = (cluster: string, repository: string, name: string, created?: string) => ({
  ...{ cluster: { cluster, repository }, kind: 'server', name, created },
});

test('parts are joined by cluster and repository, by name', () => {
  const parts = [
    part('shop', '42', 'a'),
    part('shop', '43', 'b'),
    part('blog', '42', 'c'),
    part('shop', '42', 'd'),
  ];
  const found = clustersOf(parts, (all) => ownedCluster({ ...all[0].cluster, run: '7' }, all, []));
  expect(found.map(({ owner, parts: names }) => [owner.cluster, owner.repository, names])).toEqual([
    ['blog', '42', ['server c']],
    ['shop', '42', ['server a', 'server d']],
    ['shop', '43', ['server b']],
  ]);
});

test('a cluster is as old as its eldest part, and expires at the newest time', () => {
  const owner = { cluster: 'shop', repository: '42', run: '7', expires: '2026-12-09T00:00:00Z' };
  const parts = [
    part('shop', '42', 'a', '2026-12-01T12:00:00+02:00'),
    part('shop', '42', 'b', '2026-12-01T11:00:00Z'),
    part('shop', '42', 'c'),
  ];
  const expiries = ['2026-12-02T00:00:00Z', undefined, '2026-12-03T00:00:00Z'];
  expect(ownedCluster(owner, parts, expiries)).toMatchObject({
    owner: { expires: '2026-12-03T00:00:00Z' },
    created: '2026-12-01T10:00:00.000Z',
  });
  expect(ownedCluster(owner, [part('shop', '42', 'c')], [])).toEqual({
    owner: { cluster: 'shop', repository: '42', run: '7' },
    created: undefined,
    parts: ['server c'],
  });
});
