import { expect, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { createTimeline } from '../../../src/base/timeline.ts';
import type { ClusterSource } from '../../../src/down/cluster-source.ts';
import { type SweepOptions, type SweptCluster, sweep } from '../../../src/down/sweep.ts';
import type { OwnedCluster } from '../../../src/machines/driver.ts';
import type { Owner } from '../../../src/machines/ownership.ts';
import { StackBusy } from '../../../src/stack/lock.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const PAST = '2026-11-24T07:00:00Z';
const FUTURE = '2026-11-25T07:00:00Z';

function cluster(name: string, owner: Partial<Owner> = {}): OwnedCluster {
  return {
    owner: { cluster: name, repository: '42', run: '7/test/up', ...owner },
    created: undefined,
    parts: [`container ${name}-1`],
  };
}

/**
 * Sweeps clusters of which some do not go; `meanwhile` changes what is there once it has been
 * listed.
 */
async function swept(
  start: readonly OwnedCluster[],
  options: Partial<SweepOptions> & {
    readonly stuck?: readonly string[];
    readonly meanwhile?: (there: OwnedCluster[]) => OwnedCluster[];
    readonly kept?: string;
    readonly busy?: Readonly<Record<string, StackBusy>>;
    /**
     * By how many ms the clocks of engines are ahead of the runner's; an error where one does not
     * answer.
     */
    readonly engines?: Readonly<Record<string, number>> | ActionError;
  } = {},
) {
  let there = [...start];
  let lists = 0;
  const removed: string[] = [];
  const rows: SweptCluster[] = [];
  const { log, entries } = warnings();
  const source: ClusterSource = {
    list: async () => {
      lists += 1;
      if (lists === 2 && options.meanwhile) there = options.meanwhile(there);
      return there;
    },
    remove: async ({ owner }) => {
      const busy = options.busy?.[owner.cluster];
      if (busy) throw busy;
      if (options.stuck?.includes(owner.cluster)) throw new ActionError(`${owner.cluster} is left`);
      removed.push(`${owner.cluster}/${owner.repository}`);
      there = there.filter((one) => one.owner !== owner);
      return options.kept;
    },
    ...(options.engines && {
      clocks: async (_cluster, now) => {
        if (options.engines instanceof ActionError) throw options.engines;
        return Object.entries(options.engines ?? {}).map(([name, offset]) => ({
          name,
          time: new Date(now().getTime() + offset),
          reading: { offset, plusMinus: 1 },
        }));
      },
    }),
  };
  const failure = await sweep(source, {
    repository: '42',
    dryRun: false,
    isClosed: undefined,
    now: () => NOW,
    reporter: { log, timeline: createTimeline(virtualClock()) },
    signal: new AbortController().signal,
    swept: (row) => rows.push(row),
    ...options,
  }).then(() => '', describeError);
  const results = Object.fromEntries(
    rows.map(({ cluster: { owner }, result, reason }) => [owner.cluster, `${result}: ${reason}`]),
  );
  const emptied = rows.filter((row) => row.isEmptied).map(({ cluster }) => cluster.owner.cluster);
  return { removed, results, emptied, failure, warnings: entries };
}

function warnings() {
  const entries: string[] = [];
  const { log } = recordedLog();
  return { entries, log: { ...log, warning: (message: string) => entries.push(message) } };
}

test('what has outlived its ttl goes, and nothing else', async () => {
  const { removed, results, failure, warnings } = await swept([
    cluster('old', { expires: PAST }),
    cluster('new', { expires: FUTURE }),
    cluster('endless'),
    cluster('odd', { expires: 'soon' }),
    cluster('theirs', { expires: PAST, repository: '815' }),
    cluster('nobody', { expires: PAST, repository: '' }),
  ]);
  expect(failure).toBe('');
  expect(removed).toEqual(['old/42']);
  expect(results).toEqual({
    old: 'removed: ttl ended 3 h ago',
    new: 'stays: ttl has not ended',
    endless: 'stays: has no ttl',
    odd: 'stays: its expiry is no time',
  });
  expect(warnings).toEqual([
    'Cluster old was removed: ttl ended 3 h ago. It was made by run 7/test/up and was: container old-1.',
  ]);
});

test('two of ten that do not go keep no other from going, and are named', async () => {
  const names = Array.from({ length: 10 }, (_, at) => `c${at}`);
  const { removed, results, failure, warnings } = await swept(
    names.map((name) => cluster(name, { expires: PAST })),
    { stuck: ['c1', 'c8'] },
  );
  expect(removed).toHaveLength(8);
  expect(warnings).toHaveLength(8);
  expect(results).toMatchObject({
    c1: 'failed: ttl ended 3 h ago',
    c9: 'removed: ttl ended 3 h ago',
  });
  expect(failure).toMatch(
    /^2 of 10 clusters could not be removed completely: c1, c8\n {2}c1 is left\n {2}c8/,
  );
});

test('a hundred clusters that go are ten warnings, the last of which counts', async () => {
  const names = Array.from({ length: 100 }, (_, at) => `c${at}`);
  const { removed, warnings } = await swept(names.map((name) => cluster(name, { expires: PAST })));
  expect(removed).toHaveLength(100);
  expect(warnings).toHaveLength(10);
  expect(warnings[8]).toMatch(/^Cluster c8 was removed: /);
  expect(warnings[9]).toMatch(
    /^91 more clusters were removed, which the summary lists: c9, c10, .*, c28 and 71 more\.$/,
  );
});

test('a dry run lists and removes nothing', async () => {
  const { removed, results, warnings } = await swept([cluster('old', { expires: PAST })], {
    dryRun: true,
  });
  expect(removed).toEqual([]);
  expect(warnings).toEqual([]);
  expect(results).toEqual({ old: 'would be removed: ttl ended 3 h ago' });
});

test('what was renewed since it was listed stays; what has gone since is removed already', async () => {
  const renewed = await swept([cluster('old', { expires: PAST })], {
    meanwhile: () => [cluster('old', { expires: FUTURE })],
  });
  expect(renewed.removed).toEqual([]);
  expect(renewed.results).toEqual({ old: 'stays: renewed meanwhile' });
  const gone = await swept([cluster('old', { expires: PAST })], { meanwhile: () => [] });
  expect(gone.removed).toEqual([]);
  expect(gone.results).toEqual({ old: 'removed: ttl ended 3 h ago' });
});

test('what a part of has to stay is not said to be removed', async () => {
  const { results, emptied, warnings } = await swept([cluster('old', { expires: PAST })], {
    kept: 'its swarm still runs blog',
  });
  expect(results).toEqual({ old: 'stays: ttl ended 3 h ago, but its swarm still runs blog' });
  expect(emptied).toEqual(['old']);
  expect(warnings).toEqual([]);
});

test('what is being deployed at this moment stays, and is no failure', async () => {
  const busy = new StackBusy('Another deployment of stack shop did not end.', {
    details: '8/deploy/up holds it',
  });
  const { removed, results, emptied, failure } = await swept(
    [cluster('old', { expires: PAST }), cluster('older', { expires: PAST })],
    { busy: { old: busy } },
  );
  expect(failure).toBe('');
  expect(removed).toEqual(['older/42']);
  expect(results.old).toBe('stays: ttl ended 3 h ago, but is being deployed: 8/deploy/up holds it');
  expect(emptied).toEqual([]);
});

test('clusters of closed pull requests go, too, where that is asked for', async () => {
  const clusters = [
    cluster('shop-pr-3', { pullRequest: '3', expires: FUTURE }),
    cluster('blog-pr-3', { pullRequest: '3' }),
    cluster('shop-pr-4', { pullRequest: '4' }),
    cluster('main'),
  ];
  const asked: string[] = [];
  const isClosed = async (number: string) => {
    asked.push(number);
    return number === '3';
  };
  expect((await swept(clusters)).removed).toEqual([]);
  const { removed, results } = await swept(clusters, { isClosed });
  expect(removed).toEqual(['shop-pr-3/42', 'blog-pr-3/42']);
  expect(results['shop-pr-3']).toBe('removed: pull request 3 is closed');
  expect(asked).toEqual(['3', '4']);
});

test('where GitHub refuses to tell, there is one warning, and what has expired goes all the same', async () => {
  let asked = 0;
  const { removed, failure, warnings } = await swept(
    [
      cluster('shop-pr-3', { pullRequest: '3' }),
      cluster('shop-pr-4', { pullRequest: '4' }),
      cluster('old', { expires: PAST }),
    ],
    {
      isClosed: async () => {
        asked += 1;
        throw new ActionError('Status 403', { hint: 'Add `permissions`' });
      },
    },
  );
  expect(asked).toBe(1);
  expect(failure).toBe('');
  expect(removed).toEqual(['old/42']);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/^Whether pull requests are closed[\s\S]*403\nAdd `permissions`$/);
});

test('after a cancellation nothing more is begun', async () => {
  const { removed, failure } = await swept([cluster('old', { expires: PAST })], {
    signal: AbortSignal.abort(new ActionError('The step was cancelled.')),
  });
  expect(removed).toEqual([]);
  expect(failure).toContain('The step was cancelled.');
});

const HOUR = 3_600_000;

test.each([
  ['the clocks agree', {}, 'removed: ttl ended 3 h ago', 'stays: ttl has not ended', 0],
  ['they nearly do', { a: -20_000 }, 'removed: ttl ended 3 h ago', 'stays: ttl has not ended', 0],
  [
    'that of the runner is ahead',
    { a: -4 * HOUR },
    'stays: ttl has ended by the clock of this runner, and not by that of a',
    'stays: ttl has not ended',
    1,
  ],
  [
    'it is a little ahead',
    { a: -2 * HOUR },
    'removed: ttl ended 3 h ago',
    'stays: ttl has not ended',
    1,
  ],
  [
    'that of the runner is behind',
    { a: 24 * HOUR },
    'removed: ttl ended 3 h ago',
    'stays: ttl has ended by the clock of a, and not by that of this runner',
    1,
  ],
  [
    'one of three engines is wrong',
    { a: 0, b: -48 * HOUR, c: 0 },
    'stays: ttl has ended by the clock of this runner, a, c, and not by that of b',
    'stays: ttl has not ended',
    1,
  ],
])(
  'two clocks have to say that the time has passed; %s',
  async (_name, engines, old, young, told) => {
    const { results, removed, warnings } = await swept(
      [cluster('old', { expires: PAST }), cluster('young', { expires: FUTURE })],
      { engines },
    );
    expect(results).toEqual({ old, young });
    expect(removed).toEqual(old.startsWith('removed') ? ['old/42'] : []);
    expect(warnings.filter((line) => line.startsWith('The clock of'))).toHaveLength(told);
  },
);

test('a skew names the machine, the difference and what to do, once', async () => {
  const clusters = ['a', 'b', 'c'].map((name) => cluster(name, { expires: PAST }));
  const { warnings } = await swept(clusters, { engines: { 'web-1': -26 * HOUR }, dryRun: true });
  expect(warnings).toEqual([
    expect.stringMatching(
      /^The clock of web-1 is 1 d 2 h behind that of this runner\. .*timedatectl set-ntp true/,
    ),
  ]);
});

test('an engine that says no time keeps its cluster, as a failure; what has no ttl is not asked about', async () => {
  const { results, removed, failure } = await swept(
    [cluster('old', { expires: PAST }), cluster('endless')],
    { engines: new ActionError('No answer within 30 s') },
  );
  expect(removed).toEqual([]);
  expect(results).toEqual({
    old: 'failed: whether its time has come is not known',
    endless: 'stays: has no ttl',
  });
  expect(failure).toContain('No answer within 30 s');
});

test('a cluster of a closed pull request goes, whatever its clocks say of its ttl', async () => {
  const { results } = await swept([cluster('shop-pr-3', { expires: PAST, pullRequest: '3' })], {
    engines: { a: -24 * HOUR },
    isClosed: async () => true,
  });
  expect(results).toEqual({ 'shop-pr-3': 'removed: pull request 3 is closed' });
});
