import { expect, test } from '@jest/globals';
import {
  type ReportedCluster,
  renderSweep,
  type SweepReport,
  sweepHeadline,
  sweptJson,
} from '../../../src/report/sweep.ts';

const NOW = new Date('2026-11-24T10:00:00Z');

function row(name: string, change: Partial<ReportedCluster> = {}): ReportedCluster {
  const owner = {
    cluster: name,
    repository: '42',
    run: '7/test/up',
    expires: '2026-11-24T07:00:00Z',
    pullRequest: '3',
  };
  return {
    cluster: { owner, created: '2026-11-22T10:00:00Z', parts: [] },
    driver: 'docker',
    result: 'removed',
    reason: 'ttl ended 3 h ago',
    ...change,
  };
}

const report = (change: Partial<SweepReport> = {}): SweepReport => ({
  drivers: ['docker'],
  clusters: [row('shop-pr-3')],
  dryRun: false,
  now: NOW,
  error: undefined,
  repositoryUrl: 'https://github.com/acme/shop',
  ...change,
});

test('a row says what became of a cluster, and whose it was', () => {
  expect(renderSweep(report())).toBe(
    [
      '## ✅ Removed 1 cluster',
      '',
      '| Cluster | Age | Made by run | Pull request | Time left | What happened |',
      '| --- | --- | --- | --- | --- | --- |',
      '| `shop-pr-3` | 2 d | [7](https://github.com/acme/shop/actions/runs/7) (test) | [#3](https://github.com/acme/shop/pull/3) | expired | removed: ttl ended 3 h ago |',
      '',
    ].join('\n'),
  );
});

test.each([
  ['nothing there', { clusters: [] }, 'No clusters to remove'],
  [
    'a dry run',
    {
      dryRun: true,
      clusters: [row('a', { result: 'would be removed' }), row('b', { result: 'stays' })],
    },
    'Would remove 1 of 2 clusters (dry run, nothing changed)',
  ],
  [
    'a dry run that finds nothing',
    { dryRun: true, clusters: [row('b', { result: 'stays' })] },
    'No clusters to remove (dry run, nothing changed)',
  ],
  ['several', { clusters: [row('a'), row('b')] }, 'Removed 2 clusters'],
  [
    'a failure',
    { clusters: [row('a'), row('b', { result: 'failed' })], error: new Error('x') },
    'Removed 1 of 2 clusters, 1 failed',
  ],
  [
    'a driver that could not be swept beside one that was',
    {
      drivers: ['docker', 'hetzner'],
      clusters: [row('a'), row('b', { result: 'stays' })],
      error: new Error('x'),
    },
    'Removed 1 of 2 clusters, and not every driver could be swept',
  ],
  [
    'several drivers of which none could be swept',
    { drivers: ['docker', 'hetzner'], clusters: [], error: new Error('x') },
    'The sweep failed',
  ],
  ['no list at all', { clusters: [], error: new Error('x') }, 'The sweep failed'],
])('the headline of %s', (_name, change: Partial<SweepReport>, text) => {
  expect(sweepHeadline(report(change))).toBe(text);
});

test('of several drivers a row says by which the cluster was found', () => {
  const clusters = [row('a'), row('b', { driver: 'hetzner' })];
  const lines = renderSweep(report({ drivers: ['docker', 'hetzner'], clusters })).split('\n');
  expect(lines[2]).toMatch(/^\| Cluster \| Driver \| Age /);
  expect(lines[4]).toMatch(/^\| `a` \| `docker` \| 2 d /);
  expect(lines[5]).toMatch(/^\| `b` \| `hetzner` \| 2 d /);
});

test('outside of GitHub there is nothing to link to', () => {
  const text = renderSweep(report({ repositoryUrl: undefined, clusters: [row('a')] }));
  expect(text).toContain('| 7/test/up | 3 |');
});

test('what has no ttl, pull request or age says so, and the output holds no more than is known', () => {
  const bare = row('bare', { result: 'stays', reason: 'has no ttl' });
  const clusters = [
    {
      ...bare,
      cluster: {
        owner: { cluster: 'bare', repository: '42', run: '<b>7</b>' },
        created: undefined,
        parts: [],
      },
    },
  ];
  expect(renderSweep(report({ clusters }))).toContain(
    '| `bare` | &#60;b&#62;7&#60;/b&#62; | no ttl | stays: has no ttl |',
  );
  expect(JSON.parse(sweptJson(report({ clusters })))).toEqual([
    { driver: 'docker', cluster: 'bare', run: '<b>7</b>', result: 'stays', reason: 'has no ttl' },
  ]);
});
