import { describe, expect, test } from '@jest/globals';
import { describeError } from '../../../../src/base/errors.ts';
import { dissolve } from '../../../../src/down/dissolve/dissolve.ts';
import type { Labels, Owner } from '../../../../src/machines/ownership.ts';
import type { Member } from '../../../../src/swarm/form.ts';
import { announceJoining } from '../../../../src/swarm/records/join-intent.ts';
import {
  joinedLabels,
  recordIn,
  swarmLabels,
  swarmRecordOf,
} from '../../../../src/swarm/records/node-record.ts';
import { refuseTakenLabels, register, userOf } from '../../../../src/swarm/records/register.ts';
import { type FakeSwarm, fakeSwarm } from '../../../support/fake-swarm.ts';

// What several clusters use: who may come and go in which order, and what is left of it.

const { signal } = new AbortController();
const owner = (cluster: string, more: Partial<Owner> = {}): Owner => ({
  ...{ cluster, repository: '42', run: `${cluster}/up` },
  ...more,
});
const preview = owner('shop-pr-7');
const production = owner('production', { repository: '815' });

/**
 * A swarm that a cluster has initialised with a manager and a worker, both of which joined; the
 * worker has a label.
 */
function formedBy(first: Owner, labels: Labels = { zone: 'a' }, stack?: string): FakeSwarm {
  const user = userOf(first, stack);
  return fakeSwarm(
    [
      { name: 'web-1', role: 'manager', labels: joinedLabels({ ...user, labels: {} }, true) },
      { name: 'web-2', labels: joinedLabels({ ...user, labels }, true) },
    ],
    swarmLabels({ users: [user], gatewayMade: true }),
  );
}

/** One that somebody else has initialised. */
const theirs = () => fakeSwarm([{ name: 'web-1', role: 'manager' }, { name: 'web-2' }]);

type Lines = Readonly<Record<string, Labels>>;
const BOTH: Lines = { 'web-1': {}, 'web-2': { zone: 'a' } };

/** What an `up` of a cluster writes, with these lines of `hosts`. */
async function up(swarm: FakeSwarm, who: Owner, lines: Lines = BOTH, stack?: string) {
  const members = Object.entries(lines).map(([name, labels]): Member => {
    const machine = swarm.host(name, labels);
    const node = swarm.nodes().find(({ ID }) => ID === name);
    if (!node) throw new Error(name);
    return { machine, node, ipvs: true };
  });
  const user = userOf(who, stack);
  const machines = members.map(({ machine }) => machine);
  await refuseTakenLabels(swarm.api, machines, user, signal);
  await register({ api: swarm.api, members }, user, signal);
}

const NOTHING = { hosts: [], withoutGateway: [] };

async function down(
  swarm: FakeSwarm,
  who: Owner,
  {
    hosts = ['web-1', 'web-2'],
    ...more
  }: {
    readonly hosts?: readonly string[];
    readonly stack?: string;
    readonly listed?: { readonly expires: string | undefined };
    readonly outside?: Parameters<typeof dissolve>[2]['outside'];
  } = {},
) {
  const machines = hosts.map((name) => swarm.host(name));
  const options = { signal, log: swarm.log, outside: NOTHING, unreached: [], ...more };
  return await dissolve(machines, who, options);
}

const usersOn = (labels: Labels | undefined) =>
  (recordIn(labels ?? {}) ?? swarmRecordOf(labels ?? {}))?.users.map((one) => one.owner.cluster);
const hasEnded = (swarm: FakeSwarm) => swarm.labels() === undefined;

describe('a preview has made the swarm, production of another repository uses it', () => {
  test('closing the preview leaves it whole, and production ends it', async () => {
    const swarm = formedBy(preview);
    await up(swarm, production);
    await swarm.claim('live', production);
    swarm.run('live_web', 'node.labels.zone == a');
    expect(await down(swarm, preview)).toEqual([]);
    expect(swarm.lines).toEqual([
      'The swarm stays: it is used by cluster production of another repository (id 815), too.',
    ]);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    for (const labels of [swarm.labels(), swarm.labelsOf('web-1'), swarm.labelsOf('web-2')]) {
      expect(usersOn(labels)).toEqual(['production']);
      expect(JSON.stringify(labels)).not.toContain('shop-pr-7');
    }
    expect(swarm.told.filter((line) => !line.startsWith('labels'))).toEqual([]);

    swarm.removeStack('live');
    expect(await down(swarm, production)).toEqual(['node web-2', 'node web-1']);
    expect(hasEnded(swarm)).toBe(true);
    // Its bridge, too: that joining made it stands on each node, whoever uses it.
    expect(swarm.told.filter((line) => line.includes('network rm'))).toEqual([
      'web-2: network rm docker_gwbridge',
      'web-1: network rm docker_gwbridge',
    ]);
  });

  test('production goes first: the swarm stays for the preview, which ends it', async () => {
    const swarm = formedBy(preview);
    await up(swarm, production);
    expect(await down(swarm, production)).toEqual([]);
    expect(usersOn(swarm.labels())).toEqual(['shop-pr-7']);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    expect(await down(swarm, preview)).toEqual(['node web-2', 'node web-1']);
  });

  test('production names one manager alone: the rest is not taken from it', async () => {
    const swarm = formedBy(preview);
    await up(swarm, production, { 'web-1': {} });
    await down(swarm, preview);
    expect(swarm.nodes()).toHaveLength(2);
    expect(usersOn(swarm.labelsOf('web-2'))).toEqual(['production']);
    // It gave no label to it, and none of its services needs one.
    expect(swarm.labelsOf('web-2')).not.toHaveProperty('zone');

    // The host is not at hand: the swarm is not ended under it.
    expect(await down(swarm, production, { hosts: ['web-1'] })).toEqual([]);
    expect(swarm.lines.at(-1)).toContain('The swarm stays: web-2 joined it, and was not entered');
    expect(await down(swarm, production)).toEqual(['node web-2', 'node web-1']);
  });

  test('a host that a second preview let join later goes with that one', async () => {
    const second = owner('shop-pr-8');
    const swarm = fakeSwarm(
      [
        {
          name: 'web-1',
          role: 'manager',
          labels: joinedLabels({ owner: preview, labels: {} }, true),
        },
        { name: 'web-3', labels: joinedLabels({ owner: second, labels: {} }, true) },
      ],
      swarmLabels({ users: [{ owner: preview }, { owner: second }], gatewayMade: true }),
    );
    expect(await down(swarm, second, { hosts: ['web-1', 'web-3'] })).toEqual(['node web-3']);
    expect(usersOn(swarm.labels())).toEqual(['shop-pr-7']);
  });

  test('running twice, and coming back, counts once', async () => {
    const swarm = formedBy(preview);
    for (const run of ['1', '2', '3']) await up(swarm, { ...production, run });
    await up(swarm, { ...preview, run: '4' });
    await down(swarm, production);
    expect(usersOn(swarm.labels())).toEqual(['shop-pr-7']);
    await down(swarm, preview);
    expect(hasEnded(swarm)).toBe(true);
  });

  test('what an earlier version wrote on swarm and nodes is shared and undone as well', async () => {
    const old = (labels: Labels): Labels => ({
      ...labels,
      ...{ 'swarm-up.cluster': 'shop-pr-7', 'swarm-up.repository': '42', 'swarm-up.run': '1/a/up' },
    });
    const joined = { 'swarm-up.joined': 'true', 'swarm-up.gateway-made': 'true' };
    const nodes = () => [
      { name: 'web-1', role: 'manager' as const, labels: old(joined) },
      { name: 'web-2', labels: old({ ...joined, zone: 'a', 'swarm-up.labels': 'zone' }) },
    ];
    const alone = fakeSwarm(nodes(), old({}));
    expect(await down(alone, preview)).toEqual(['node web-2', 'node web-1']);

    const swarm = fakeSwarm(nodes(), old({}));
    await up(swarm, production);
    expect(await down(swarm, preview)).toEqual([]);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    expect(await down(swarm, production)).toEqual(['node web-2', 'node web-1']);
  });
});

describe('a label', () => {
  test('of a node in somebody else’s swarm goes with the last who lists it, and nothing else does', async () => {
    const swarm = theirs();
    await up(swarm, preview);
    await up(swarm, production);
    expect(swarm.labelsOf('web-1')).toEqual({});
    await down(swarm, preview);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    await down(swarm, production);
    expect(swarm.labelsOf('web-2')).toEqual({});
    expect(swarm.labels()).toEqual({});
    expect(swarm.told.every((line) => line === 'labels web-2')).toBe(true);
  });

  test.each<[string, string, FakeSwarm]>([
    [
      'that another cluster uses',
      'which cluster shop-pr-7 of another repository (id 42) uses',
      formedBy(preview),
    ],
    [
      'that somebody gave by hand',
      'which was not given by Swarm Up',
      fakeSwarm([
        { name: 'web-1', role: 'manager' },
        { name: 'web-2', labels: { zone: 'a' } },
      ]),
    ],
  ])('%s with another value is refused, and nothing is changed', async (_name, whose, swarm) => {
    const third = up(swarm, production, { 'web-1': {}, 'web-2': { zone: 'b' } });
    const message = `Node web-2 has the label zone=a, ${whose}, and \`hosts\` gives it zone=b.`;
    await expect(third).rejects.toMatchObject({ message });
    expect(swarm.told).toEqual([]);
  });

  test('that somebody has given with another value while this run formed the swarm is not overwritten', async () => {
    const swarm = theirs();
    swarm.meanwhile('labels web-2', () => up(swarm, preview));
    const late = up(swarm, production, { 'web-1': {}, 'web-2': { zone: 'b' } });
    await expect(late).rejects.toThrow('which cluster shop-pr-7 of another repository');
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    expect(usersOn(swarm.labelsOf('web-2'))).toEqual(['shop-pr-7']);
  });

  test('of a cluster of the same repository: the refusal names what ends it', async () => {
    const swarm = formedBy(preview);
    const other = up(swarm, owner('shop-pr-8'), { 'web-2': { zone: 'b' } });
    const error = await other.catch((reason: unknown) => reason);
    expect(describeError(error)).toContain('`command: down` with `cluster: shop-pr-7`');
  });

  test('that somebody changed by hand is given back where all that list it want the same', async () => {
    const swarm = theirs();
    await up(swarm, preview);
    swarm.label('web-2', 'zone', 'c');
    await up(swarm, production);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
  });

  test('of a cluster whose time is over is free for another value', async () => {
    const swarm = formedBy({ ...preview, expires: '2026-01-01T12:00:00Z' });
    await up(swarm, production, { 'web-2': { zone: 'b' } });
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'b' });
  });

  test('that a service of nobody known needs stays, with who would take it off, and goes with the next removal', async () => {
    const swarm = theirs();
    await up(swarm, preview);
    swarm.run('theirs', 'node.labels.zone==A', 'node.role == worker');
    await down(swarm, preview);
    expect(swarm.lines).toEqual([
      expect.stringContaining('warning: Node web-2 keeps the label zone=a: theirs may run only'),
    ]);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a', 'swarm-up.cluster': 'shop-pr-7' });
    swarm.removeStack('theirs');
    const others = theirs();
    await up(others, preview);
    others.run('theirs', 'node.labels.zone != a', 'node.labels.zone == b', 'node.labels.zon == a');
    await down(others, preview);
    expect(others.labelsOf('web-2')).toEqual({});
  });

  test('is given again where somebody took it off by hand, and the record of two stays right', async () => {
    const swarm = theirs();
    await up(swarm, preview);
    swarm.label('web-2', 'zone', undefined);
    await up(swarm, production);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    await down(swarm, production);
    await down(swarm, preview);
    expect(swarm.labelsOf('web-2')).toEqual({});
  });
});

describe('who was lost, or whose time is over', () => {
  const ending = { ...preview, expires: '2026-01-01T13:00:00Z' };

  test('a living user that was lost keeps the swarm; its own `down` lets it go', async () => {
    const swarm = formedBy(preview);
    await up(swarm, production);
    await down(swarm, production);
    expect(hasEnded(swarm)).toBe(false);
    await down(swarm, { ...preview, run: 'another/run/up' });
    expect(hasEnded(swarm)).toBe(true);
  });

  test('one whose time is over, by the engine’s clock, and that runs nothing, blocks nobody', async () => {
    const swarm = formedBy(ending);
    await up(swarm, production);
    swarm.at('2026-01-01T13:00:00Z');
    expect(await down(swarm, production)).toEqual(['node web-2', 'node web-1']);
    expect(hasEnded(swarm)).toBe(true);
  });

  test('what still runs of it keeps the swarm, and its sweep ends it', async () => {
    const swarm = formedBy(ending);
    await up(swarm, production);
    await swarm.claim('shop', preview);
    swarm.run('shop_web');
    swarm.at('2026-01-01T13:00:00Z');
    expect(await down(swarm, production)).toEqual([]);
    expect(usersOn(swarm.labels())).toEqual(['shop-pr-7']);
    swarm.removeStack('shop');
    const listed = { expires: ending.expires };
    expect(await down(swarm, preview, { listed })).toEqual(['node web-2', 'node web-1']);
  });

  test('a sweep takes nothing from production, whose the swarm is then', async () => {
    const swarm = formedBy(ending);
    await up(swarm, production);
    swarm.at('2026-01-01T14:00:00Z');
    await down(swarm, preview, { listed: { expires: ending.expires } });
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    for (const labels of [swarm.labels(), swarm.labelsOf('web-1'), swarm.labelsOf('web-2')]) {
      expect(usersOn(labels)).toEqual(['production']);
    }
  });

  test('a sweep comes back to the swarm that its cluster made, where others have it that end, too', async () => {
    const swarm = formedBy(ending);
    await up(swarm, { ...production, expires: '2026-01-02T00:00:00Z' });
    swarm.at('2026-01-01T14:00:00Z');
    const listed = { expires: ending.expires };
    await down(swarm, preview, { listed });
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    expect(usersOn(swarm.labelsOf('web-2'))).toEqual(['production']);
    expect(usersOn(swarm.labels())).toEqual(['shop-pr-7', 'production']);
    expect(await down(swarm, production)).toEqual(['node web-2', 'node web-1']);
  });

  test('a host of somebody else’s swarm that it let join leaves with the last whose time is not over', async () => {
    const swarm = fakeSwarm([
      { name: 'web-1', role: 'manager' },
      { name: 'web-2', labels: joinedLabels({ owner: ending, labels: {} }, false) },
    ]);
    await up(swarm, production);
    swarm.at('2026-01-01T14:00:00Z');
    expect(await down(swarm, production)).toEqual(['node web-2']);
    expect(hasEnded(swarm)).toBe(false);
  });

  test('its run was ended between a join and the label: who comes next is a user all the same', async () => {
    const swarm = theirs();
    const joining = { addresses: ['web-2'], withoutGateway: ['web-2'] };
    await announceJoining(swarm.api, preview, joining, signal);
    await up(swarm, production);
    expect(await down(swarm, preview)).toEqual([]);
    expect(swarm.nodes()).toHaveLength(2);
    expect(await down(swarm, production)).toEqual(['node web-2']);
    expect(swarm.told).toContain('web-2: network rm docker_gwbridge');
  });
});

describe('runs without a name', () => {
  const run = (id: string): Owner =>
    owner(`live-${id}-deploy`, { run: `${id}/deploy/up`, isOfRun: true });

  test('that deploy one stack are one user, and go when it is removed by its name', async () => {
    const swarm = formedBy(run('1'), { zone: 'a' }, 'live');
    for (const id of ['2', '3']) {
      await up(swarm, run(id), BOTH, 'live');
      await swarm.claim('live', run(id)).catch(() => {});
    }
    await up(swarm, preview);
    expect(usersOn(swarm.labels())).toEqual(['live-3-deploy', 'shop-pr-7']);
    swarm.removeStack('live');
    await down(swarm, run('9'), { stack: 'live' });
    expect(usersOn(swarm.labels())).toEqual(['shop-pr-7']);
    expect(await down(swarm, preview)).toHaveLength(2);
  });

  test('one that failed before it deployed takes nothing from the one before', async () => {
    const swarm = formedBy(run('1'), { zone: 'a' }, 'live');
    await swarm.claim('live', run('1'));
    swarm.run('live_web', 'node.labels.zone == a');
    await up(swarm, run('2'), BOTH, 'live');
    // Its post step, with `teardown: always`.
    expect(await down(swarm, run('2'))).toEqual([]);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    expect(swarm.lines).toEqual([expect.stringContaining('still has stack live in this swarm')]);
  });

  test('of different stacks, or of another repository, are different users', async () => {
    const swarm = formedBy(run('1'), { zone: 'a' }, 'live');
    await up(swarm, run('2'), BOTH, 'blog');
    await up(swarm, { ...run('3'), repository: '815' }, BOTH, 'live');
    expect(usersOn(swarm.labels())).toHaveLength(3);
  });
});

test('a cluster that still has another stack keeps what it uses', async () => {
  const swarm = theirs();
  await up(swarm, preview);
  await swarm.claim('web', preview);
  await down(swarm, preview, { stack: 'api' });
  expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
  swarm.removeStack('web');
  await down(swarm, preview);
  expect(swarm.labelsOf('web-2')).toEqual({});
});

test('a swarm that runs services of nobody known stays whole, with a warning', async () => {
  const swarm = formedBy(preview);
  swarm.run('theirs');
  expect(await down(swarm, preview)).toEqual([]);
  expect(swarm.told).toEqual([]);
  expect(swarm.lines).toEqual([
    expect.stringContaining('warning: The swarm stays: it still runs theirs'),
  ]);
});

describe('a swarm that nobody else uses', () => {
  const NAMES = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6'];
  /** Three managers, then three workers, all of which joined. */
  const large = () => {
    const user = userOf(preview, undefined);
    return fakeSwarm(
      NAMES.map((name, at) => ({
        ...{ name, role: at < 3 ? 'manager' : 'worker' },
        labels: joinedLabels({ ...user, labels: {} }, true),
      })),
      swarmLabels({ users: [user], gatewayMade: true }),
    );
  };
  const LEFT = / swarm leave|web-1: node demote/;
  const leaving = ({ told }: FakeSwarm) => told.filter((line) => LEFT.test(line));

  test('its workers leave at once, then its managers one after another', async () => {
    const swarm = large();
    const last = Promise.withResolvers<void>();
    // Each has to wait for the last one: one after another, they would wait for ever.
    swarm.meanwhile('web-4: swarm leave', () => last.promise);
    swarm.meanwhile('web-5: swarm leave', () => last.promise);
    swarm.meanwhile('web-6: swarm leave', async () => last.resolve());
    const gone = await down(swarm, preview, { hosts: NAMES });
    expect(gone.toSorted()).toEqual(NAMES.map((name) => `node ${name}`));
    expect(hasEnded(swarm)).toBe(true);
    const lines = leaving(swarm);
    expect(lines.slice(0, 3).toSorted()).toEqual(
      ['web-4', 'web-5', 'web-6'].map((name) => `${name}: swarm leave --force`),
    );
    expect(lines.slice(3)).toEqual([
      'web-1: node demote web-2',
      'web-2: swarm leave --force',
      'web-1: node demote web-3',
      'web-3: swarm leave --force',
      'web-1: swarm leave --force',
    ]);
  });

  test('a worker that cannot leave keeps no other worker from it, and the swarm stays', async () => {
    const swarm = large();
    const fails = (name: string) => async () => {
      throw new Error(`${name}: no space left on device`);
    };
    swarm.meanwhile('web-1: node update --availability drain web-4', fails('web-4'));
    await expect(down(swarm, preview, { hosts: NAMES })).rejects.toThrow('web-4: no space left');
    expect(leaving(swarm).toSorted()).toEqual([
      ...['web-5: swarm leave --force', 'web-6: swarm leave --force'],
    ]);
    expect(hasEnded(swarm)).toBe(false);
    expect((await down(swarm, preview, { hosts: NAMES })).length).toBe(4);
    expect(hasEnded(swarm)).toBe(true);

    const twice = large();
    twice.meanwhile('web-1: node update --availability drain web-4', fails('web-4'));
    twice.meanwhile('web-1: node update --availability drain web-6', fails('web-6'));
    const error = await down(twice, preview, { hosts: NAMES }).catch((reason) => reason);
    expect(describeError(error)).toMatch(/2 of 3 workers stay[\s\S]*web-4: no[\s\S]*web-6: no/);
    expect(leaving(twice)).toEqual(['web-5: swarm leave --force']);
  });
});

describe('right before it acts, a removal asks again', () => {
  const LEAVE = 'web-2: swarm leave --force';
  const DRAIN = 'web-1: node update --availability drain web-2';
  const again = { ...preview, run: 'later/up' };

  test.each([
    ['before its tasks move', DRAIN],
    ['while its tasks move', DRAIN],
  ])('a host that another cluster has begun to use %s does not leave', async (when, line) => {
    const swarm = formedBy(preview);
    if (when.startsWith('while')) swarm.meanwhile(line, () => up(swarm, production));
    else {
      const { get } = swarm.api;
      let asked = 0;
      // Between the decision and the act.
      swarm.api.get = async (path, query, schema, options) => {
        const found = await get(path, query, schema, options);
        if (path === '/nodes') asked += 1;
        if (path === '/nodes' && asked === 2) await up(swarm, production);
        return found;
      };
    }
    expect(await down(swarm, preview)).toEqual([]);
    expect(swarm.told).not.toContain(LEAVE);
    expect(swarm.told.includes(DRAIN)).toBe(when.startsWith('while'));
    expect(swarm.nodes().map(({ Spec }) => Spec.Availability)).toEqual(['active', 'active']);
    expect(usersOn(swarm.labelsOf('web-2'))).toEqual(['production']);
    expect(usersOn(swarm.labels())).toEqual(['production']);
    expect(swarm.marks()).toEqual([]);
  });

  test('a cluster that another run of it has renewed meanwhile stays', async () => {
    const swarm = formedBy(preview);
    swarm.meanwhile(DRAIN, () => up(swarm, again));
    expect(await down(swarm, preview)).toEqual([]);
    expect(hasEnded(swarm)).toBe(false);
    expect(swarm.lines.at(-1)).toContain('was deployed again meanwhile, by run later/up');
    expect(swarm.nodes()[1]?.Spec.Availability).toBe('active');
  });

  test('the last node asks, too: a swarm that is used again does not end', async () => {
    const swarm = formedBy(preview);
    swarm.meanwhile('web-1: node rm --force web-2', () => up(swarm, production, { 'web-1': {} }));
    expect(await down(swarm, preview)).toEqual(['node web-2']);
    expect(usersOn(swarm.labels())).toEqual(['production']);
    expect(usersOn(swarm.labelsOf('web-1'))).toEqual(['production']);
  });

  test('the swarm does not end where it is used while the last node gets ready to leave', async () => {
    const swarm = formedBy(preview);
    swarm.meanwhile('web-1: volume create', () => up(swarm, production, { 'web-1': {} }));
    expect(await down(swarm, preview)).toEqual(['node web-2']);
    expect(usersOn(swarm.labels())).toEqual(['production']);
    expect(swarm.marks()).toEqual([]);
  });

  test('a sweep leaves what has another expiry by now than it has seen', async () => {
    const user = { owner: { ...preview, expires: '2026-01-03T00:00:00Z' }, labels: {} };
    const labels = joinedLabels(user, true);
    const swarm = fakeSwarm(
      [
        { name: 'web-1', role: 'manager', labels },
        { name: 'web-9', state: 'down', labels },
      ],
      swarmLabels({ users: [user], gatewayMade: true }),
    );
    const listed = { expires: '2026-01-01T00:00:00Z' };
    expect(await down(swarm, preview, { hosts: ['web-1'], listed })).toEqual([]);
    expect(swarm.told).toEqual([]);
  });

  test('a label that another run of the cluster has renewed at the same moment stays, which is said', async () => {
    const swarm = theirs();
    await up(swarm, preview);
    swarm.meanwhile('labels web-2', () => up(swarm, again));
    await down(swarm, preview);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a', 'swarm-up.run': 'later/up' });
    expect(swarm.lines).toEqual([expect.stringContaining('was deployed again meanwhile')]);
  });

  test('a label that another cluster has begun to use at the same moment stays', async () => {
    const swarm = theirs();
    await up(swarm, preview);
    swarm.told.length = 0;
    swarm.meanwhile('labels web-2', () => up(swarm, production));
    await down(swarm, preview);
    expect(swarm.labelsOf('web-2')).toMatchObject({ zone: 'a' });
    expect(usersOn(swarm.labelsOf('web-2'))).toEqual(['production']);
  });
});

describe('what tells of things goes last', () => {
  /** Cut off at its first step, its second, and so on. */
  test.each([
    ['alone', []],
    ['with production beside it', [production]],
  ])('a removal that is cut off anywhere is finished by the next: %s', async (_name, beside) => {
    for (let at = 0; ; at += 1) {
      const swarm = formedBy(preview);
      for (const who of beside) await up(swarm, who);
      await announceJoining(
        swarm.api,
        preview,
        { addresses: ['web-9'], withoutGateway: [] },
        signal,
      );
      swarm.told.length = 0;
      const { push } = swarm.told;
      let isCut = false;
      swarm.told.push = (...given) => {
        if (swarm.told.length === at && !isCut) {
          isCut = true;
          throw new Error('cut off');
        }
        return push.apply(swarm.told, given);
      };
      await down(swarm, preview).catch((error: Error) => expect(error.message).toBe('cut off'));
      if (!isCut) break;
      await down(swarm, preview);
      const left = [swarm.labels(), ...swarm.nodes().map(({ Spec }) => Spec.Labels)];
      expect(JSON.stringify(left)).not.toContain('shop-pr-7');
      expect(hasEnded(swarm)).toBe(beside.length === 0);
      expect(swarm.marks()).toEqual([]);
      if (!hasEnded(swarm))
        expect(swarm.told).toContainEqual(expect.stringContaining('DELETE /configs/'));
    }
  });

  test('a manager that joined and cannot let itself go keeps what tells so', async () => {
    const swarm = fakeSwarm([
      { name: 'theirs', role: 'manager' },
      {
        name: 'web-1',
        role: 'manager',
        labels: joinedLabels({ owner: preview, labels: {} }, true),
      },
    ]);
    expect(await down(swarm, preview, { hosts: ['web-1'] })).toEqual([]);
    expect(swarm.lines.at(-1)).toContain('web-1 stays in the swarm');
    expect(usersOn(swarm.labelsOf('web-1'))).toEqual(['shop-pr-7']);
    // Whichever of them is named first.
    expect(await down(swarm, preview, { hosts: ['web-1', 'theirs'] })).toEqual(['node web-1']);
  });
});
