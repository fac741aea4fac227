import { expect, test } from '@jest/globals';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { createTimeline } from '../../../src/base/timeline.ts';
import type { ClusterSource } from '../../../src/down/cluster-source.ts';
import { type SweptCluster, sweep } from '../../../src/down/sweep.ts';
import type { OwnedCluster } from '../../../src/machines/driver.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const MOST = 3;

function cluster(name: string): OwnedCluster {
  return {
    owner: { cluster: name, repository: '42', run: '7/a/up', expires: '2026-11-24T07:00:00Z' },
    created: undefined,
    parts: [`stack ${name}`],
  };
}

/** Until everything that could go on has. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A sweep whose removals end when they are told to. Those named `host…` have to go by themselves. */
function begin(names: readonly string[], isAlone = (name: string) => name.startsWith('host')) {
  const there = names.map(cluster);
  const removals = new Map<string, PromiseWithResolvers<undefined>>();
  const open = new Set<string>();
  const events: string[] = [];
  const rows: SweptCluster[] = [];
  const { log, lines } = recordedLog();
  const abort = new AbortController();
  const source: ClusterSource = {
    list: async () => [...there],
    remove: async ({ owner: { cluster: name } }, own) => {
      const removal = Promise.withResolvers<undefined>();
      removals.set(name, removal);
      open.add(name);
      own.info(`${name} begins`);
      try {
        return await removal.promise;
      } finally {
        own.info(`${name} ends`);
        open.delete(name);
      }
    },
    beside: {
      most: MOST,
      mayGo: ({ owner }) => !isAlone(owner.cluster),
      over: () => events.push(`over, with ${open.size} on their way`),
    },
  };
  const swept = sweep(source, {
    ...{ repository: '42', dryRun: false, isClosed: undefined, now: () => NOW },
    reporter: { log, timeline: createTimeline(virtualClock()) },
    signal: abort.signal,
    swept: (row) => rows.push(row),
  }).then(() => '', describeError);
  const end = async (name: string, error?: Error) => {
    if (error) removals.get(name)?.reject(error);
    else removals.get(name)?.resolve(undefined);
    await settled();
  };
  const results = () => rows.map((row) => `${row.cluster.owner.cluster} ${row.result}`);
  return { swept, end, open: () => [...open], results, lines, events, abort };
}

test('no more go beside one another than may; those that must not go after them, one by one', async () => {
  const { swept, end, open, results, events } = begin(['a', 'host1', 'b', 'c', 'd', 'host2']);
  await settled();
  expect(open()).toEqual(['a', 'b', 'c']);
  await end('b');
  expect(open()).toEqual(['a', 'c', 'd']);
  for (const name of ['a', 'c']) await end(name);
  expect([open(), events]).toEqual([['d'], []]);
  await end('d');
  expect([open(), events]).toEqual([['host1'], ['over, with 0 on their way']]);
  await end('host1');
  expect(open()).toEqual(['host2']);
  await end('host2');
  expect(await swept).toBe('');
  expect(results()).toEqual(
    ['b', 'a', 'c', 'd', 'host1', 'host2'].map((name) => `${name} removed`),
  );
});

test('one that fails keeps no other from its turn, and lines of several do not mix', async () => {
  const { swept, end, results, lines } = begin(['a', 'b', 'c', 'd']);
  await settled();
  await end('c', new ActionError('c is left'));
  await end('a');
  for (const name of ['b', 'd']) await end(name);
  expect(await swept).toBe('1 of 4 clusters could not be removed completely: c\n  c is left');
  expect(results()).toEqual(['c failed', 'a removed', 'b removed', 'd removed']);
  const title = (name: string) => `[Removing cluster ${name}: ttl ended 3 h ago]`;
  expect(lines.slice(lines.indexOf(title('c')), lines.indexOf(title('b')))).toEqual([
    ...[title('c'), '| c begins', '| c ends', '  failed after 0.0 s', 'c is left'],
    ...[title('a'), '| a begins', '| a ends', '  done in 0.0 s'],
    'warning: Cluster a was removed: ttl ended 3 h ago. It was made by run 7/a/up and was: stack a.',
  ]);
});

test('after an abort none begins, and those on their way are waited for and told', async () => {
  const { swept, end, open, results, events, abort } = begin(['a', 'b', 'c', 'd', 'host1']);
  let isOver = false;
  void swept.then(() => {
    isOver = true;
  });
  await settled();
  const reason = new ActionError('The step was cancelled.');
  abort.abort(reason);
  await end('a', reason);
  expect([open(), isOver]).toEqual([['b', 'c'], false]);
  await end('b');
  await end('c', reason);
  expect(await swept).toBe('The step was cancelled.');
  expect(events).toEqual(['over, with 0 on their way']);
  expect(results()).toEqual(['a failed', 'b removed', 'c failed']);
});

test('one that must not go beside others by the second look goes after them', async () => {
  const looks = new Map<string, number>();
  const isAlone = (name: string) => {
    looks.set(name, (looks.get(name) ?? 0) + 1);
    return name === 'b' && (looks.get(name) ?? 0) > 1;
  };
  const { swept, end, open, results, lines } = begin(['a', 'b', 'c'], isAlone);
  await settled();
  expect(open()).toEqual(['a', 'c']);
  await end('a');
  expect(open()).toEqual(['c']);
  await end('c');
  expect(open()).toEqual(['b']);
  await end('b');
  expect(await swept).toBe('');
  expect(results()).toEqual(['a removed', 'c removed', 'b removed']);
  expect(lines).toContain('| It uses hosts by now, so it goes by itself, after the others');
});

test('a single one is told as it goes on', async () => {
  const { swept, end, lines } = begin(['a']);
  await settled();
  expect(lines.at(-1)).toBe('| a begins');
  await end('a');
  expect(await swept).toBe('');
});
