import { describe, expect, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/executor.ts';
import { destroyAll, type Engine } from '../../../src/machines/drivers/docker/destroy.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

type Kind = 'ps' | 'network' | 'volume';

const KINDS: Readonly<Record<string, Kind>> = {
  '/containers/json': 'ps',
  '/networks': 'network',
  '/volumes': 'volume',
};

/** An engine with objects of each kind. What `refusals` names is in use so many times; `late` comes once something has been removed. */
function engine(
  start: Readonly<Record<Kind, readonly string[]>>,
  {
    refusals = {},
    late,
  }: { refusals?: Record<string, number>; late?: readonly [Kind, string] } = {},
): Engine & { readonly removals: readonly string[] } {
  const present = { ps: [...start.ps], network: [...start.network], volume: [...start.volume] };
  const removals: string[] = [];
  let coming = late;

  const remove = (kind: Kind, ids: readonly string[]) => {
    removals.push(`${kind} ${ids.join(' ')}`);
    const refused = ids.filter((id) => (refusals[id] ?? 0) > 0);
    for (const id of refused) refusals[id] = (refusals[id] ?? 0) - 1;
    present[kind] = present[kind].filter((id) => !ids.includes(id) || refused.includes(id));
    // A container takes its volume, which is called like it, along.
    if (kind === 'ps') present.volume = present.volume.filter((id) => present.ps.includes(id));
    if (coming) present[coming[0]].push(coming[1]);
    coming = undefined;
    const stderr = refused.map((id) => `${id} is in use\n`).join('');
    return { exitCode: refused.length > 0 ? 1 : 0, stdout: '', stderr };
  };

  return {
    removals,
    runner: {
      where: 'the runner',
      open: () => Promise.reject(new Error('not asked for')),
      run: async (argv: Argv) => {
        const kind = argv[1] === 'rm' ? 'ps' : (argv[1] as Kind);
        return remove(
          kind,
          argv.filter((word) => /^[a-z]\d$/.test(word)),
        );
      },
    },
    api: {
      get: async (path, _query, schema) => {
        const kind = KINDS[path] as Kind;
        const objects = present[kind].map((id) => ({ Id: id, Name: id }));
        return schema.parse(kind === 'volume' ? { Volumes: objects } : objects);
      },
    },
  };
}

const C = { cluster: 'c', repository: '42' };

describe('destroyAll', () => {
  test.each([
    [
      'removes containers with their volumes, then the network',
      engine({ ps: ['a1', 'a2'], volume: ['a1', 'a2'], network: ['n1'] }),
      ['ps a1 a2', 'network n1'],
    ],
    ['does nothing where nothing is', engine({ ps: [], volume: [], network: [] }), []],
    [
      'removes what outlived its container',
      engine({ ps: [], volume: ['v1'], network: ['n1'] }),
      ['volume v1', 'network n1'],
    ],
    [
      'removes what appeared meanwhile, and what that one held',
      engine(
        { ps: ['a1'], volume: ['a1'], network: ['n1'] },
        { refusals: { n1: 1 }, late: ['ps', 'a2'] },
      ),
      ['ps a1', 'network n1', 'ps a2', 'network n1'],
    ],
    [
      'removes a volume that was left by its container',
      engine({ ps: ['a1'], volume: ['a1', 'v1'], network: [] }, { late: ['volume', 'v1'] }),
      ['ps a1', 'volume v1'],
    ],
  ])('%s', async (_, fake, removals) => {
    await destroyAll(fake, C, virtualClock());
    expect(fake.removals).toEqual(removals);
  });

  test('gives an engine that is busy with a container time to have it gone', async () => {
    const fake = engine({ ps: ['a1'], volume: [], network: ['n1'] }, { refusals: { a1: 3 } });
    const clock = virtualClock();
    const begun = clock.now();
    await destroyAll(fake, C, clock);
    expect(fake.removals.filter((line) => line === 'ps a1')).toHaveLength(4);
    expect(clock.now() - begun).toBe(500 + 1_000 + 1_500);
  });

  test('names what is left, with the words of the engine', async () => {
    const fake = engine({ ps: ['a1'], volume: [], network: ['n1'] }, { refusals: { n1: 9 } });
    await expect(destroyAll(fake, C, virtualClock())).rejects.toMatchObject({
      message: 'Cluster c is not wholly removed: network n1 left.',
      details: 'n1 is in use\n'.repeat(4).trim(),
    });
  });
});
