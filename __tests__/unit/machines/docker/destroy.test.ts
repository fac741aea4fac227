import { describe, expect, test } from '@jest/globals';
import type { Argv } from '../../../../src/exec/argv.ts';
import { destroyAll, type Engine } from '../../../../src/machines/docker/destroy.ts';
import { ownerLabels } from '../../../../src/machines/ownership.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const C = { cluster: 'c', repository: '42' };

type Kind = 'ps' | 'network' | 'volume';

const KINDS: Readonly<Record<string, Kind>> = {
  '/containers/json': 'ps',
  '/networks': 'network',
  '/volumes': 'volume',
};

/**
 * With the name and the labels that the driver gives; `x…` has the same labels, and another name.
 */
function objectOf(kind: Kind, id: string) {
  const names = { ps: `c-${id.slice(1)}`, network: 'c', volume: Buffer.from(id).toString('hex') };
  const name = id.startsWith('x')
    ? `twin-${id}`
    : names[kind].padStart(kind === 'volume' ? 64 : 0, '0');
  const Labels = {
    ...ownerLabels({ ...C, run: '7/test/up' }),
    ...(kind === 'ps' && { 'swarm-up.index': id.slice(1) }),
  };
  const created = { Created: kind === 'ps' ? 1 : '2026-11-24T00:00:00Z' };
  return { Id: id, Names: [`/${name}`], Name: name, ...created, Labels };
}

/** Of what the engine is told to remove. */
function idOf(word: string): string[] {
  if (/^[a-z]\d$/.test(word)) return [word];
  return /^0+[1-9a-f]/.test(word) ? [Buffer.from(word.replace(/^0+/, ''), 'hex').toString()] : [];
}

/**
 * An engine with objects of each kind. What `refusals` names is in use so many times; `late` comes
 * once something has been removed.
 */
function engine(
  start: Readonly<Record<Kind, readonly string[]>>,
  {
    refusals = {},
    late,
  }: { refusals?: Record<string, number>; late?: readonly [Kind, string] } = {},
): Engine & { readonly removals: readonly string[]; readonly ignoredOnes: ReadonlySet<string> } {
  const present = { ps: [...start.ps], network: [...start.network], volume: [...start.volume] };
  const removals: string[] = [];
  const ignored = new Set<string>();
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
    ignored: (message) => ignored.add(message),
    ignoredOnes: ignored,
    runner: {
      where: 'the runner',
      open: () => Promise.reject(new Error('not asked for')),
      run: async (argv: Argv) => {
        const kind = argv[1] === 'rm' ? 'ps' : (argv[1] as Kind);
        return remove(kind, argv.flatMap(idOf));
      },
    },
    api: {
      get: async (path, _query, schema) => {
        const kind = KINDS[path] as Kind;
        const objects = present[kind].map((id) => objectOf(kind, id));
        return schema.parse(kind === 'volume' ? { Volumes: objects } : objects);
      },
    },
  };
}

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
      message: 'Cluster c could not be removed completely: network n1 left.',
      details: 'n1 is in use\n'.repeat(4).trim(),
    });
  });

  test('leaves what has the labels alone, and not the name, and names it', async () => {
    const fake = engine({ ps: ['a1', 'x1'], volume: ['x2'], network: ['n1', 'x3'] });
    await destroyAll(fake, C, virtualClock());
    expect(fake.removals).toEqual(['ps a1', 'network n1']);
    expect([...fake.ignoredOnes]).toEqual(
      ['container twin-x1', 'network twin-x3', 'volume twin-x2'].map((name) =>
        expect.stringContaining(`The ${name} has labels of Swarm Up`),
      ),
    );
  });
});
