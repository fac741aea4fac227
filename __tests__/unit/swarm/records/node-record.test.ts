import { describe, expect, test } from '@jest/globals';
import type { Labels, Owner } from '../../../../src/machines/ownership.ts';
import type { Node } from '../../../../src/swarm/objects.ts';
import {
  joinedLabels,
  type NodeRecord,
  nameForged,
  nameForgedSwarm,
  nodeLeftBy,
  nodeUsedBy,
  recordIn,
  recordLabels,
  recordOf,
  swarmLabels,
  swarmLeftBy,
  swarmRecordOf,
  swarmUsedBy,
  takenLabels,
} from '../../../../src/swarm/records/node-record.ts';
import { isOver, type User, userLabel } from '../../../../src/swarm/records/users.ts';

const node = (labels: Labels | null): Node => ({
  ID: 'n1',
  Spec: { Role: 'manager', Availability: 'active', Labels: labels as Record<string, string> },
  Description: { Hostname: 'web-1' },
  Status: { State: 'ready' },
});

const owner = { cluster: 'shop', repository: '42', run: '7/deploy/up' };
const none = () => false;

const user = (cluster: string, labels?: Labels, more: Partial<Owner> = {}): User => ({
  owner: { ...owner, cluster, ...more },
  ...(labels && { labels }),
});
const isCluster =
  (...names: readonly string[]) =>
  (one: User) =>
    names.includes(one.owner.cluster);
const clustersOf = (labels: Labels) => recordIn(labels)?.users.map((one) => one.owner.cluster);
const others = (labels: Labels) =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('swarm-up.')));

/** As an earlier version wrote it, with one owner. */
const earlier = (labels: Labels, more: Labels = {}): Labels => ({
  ...labels,
  'swarm-up.cluster': 'shop',
  'swarm-up.repository': '42',
  'swarm-up.run': '7/deploy/up',
  'swarm-up.labels': Object.keys(labels).join(','),
  ...more,
});

test.each<[string, NodeRecord, Labels]>([
  [
    'a member before',
    { users: [user('shop', { zone: 'a' })], joined: false, gatewayMade: false, given: ['zone'] },
    { zone: 'a' },
  ],
  [
    'all of it',
    {
      users: [
        user('shop', { zone: 'a', disk: '' }, { expires: '2026-01-01T00:00:00Z' }),
        user('blog', undefined, { repository: '815', pullRequest: '3' }),
        { ...user('shop-7-deploy', {}, { isOfRun: true }), stack: 'shop' },
      ],
      joined: true,
      gatewayMade: true,
      given: ['zone', 'disk'],
    },
    { zone: 'a', disk: '' },
  ],
])('the record of %s is read as it was written', (_name, record, given) => {
  const { users, ...rest } = record;
  const found = recordOf(node({ ...given, ...recordLabels(record) }));
  expect(found).toMatchObject(rest);
  expect(found?.users[0]).toEqual(users[0]);
  expect(found?.users).toHaveLength(users.length);
  expect(found?.users).toEqual(expect.arrayContaining([...users]));
});

test('what an earlier version wrote is the record of one user, who has listed what it gave', () => {
  const labels = earlier({ zone: 'a' }, { 'swarm-up.joined': 'true' });
  expect(recordIn(labels)).toEqual({
    users: [user('shop', { zone: 'a' })],
    ...{ joined: true, gatewayMade: false, given: ['zone'] },
  });
  const both = nodeUsedBy(labels, user('production', { zone: 'a' }));
  expect(clustersOf(both)?.toSorted()).toEqual(['production', 'shop']);
  const last = nodeLeftBy(both, isCluster('shop'), none).labels;
  expect(clustersOf(last)).toEqual(['production']);
  expect(last).toMatchObject({ zone: 'a', 'swarm-up.cluster': 'production' });
});

test.each([[null], [{}], [{ zone: 'a' }]])('labels %j hold no record', (labels) => {
  expect(recordOf(node(labels))).toBeUndefined();
});

const whole = { users: [{ owner, labels: {} }], joined: true, gatewayMade: false, given: [] };

test.each<[Labels]>([
  [{ 'swarm-up.cluster': 'shop', 'swarm-up.repository': '42' }],
  [{ 'swarm-up.joined': 'true' }],
  [recordLabels({ ...whole, joined: false })],
  [recordLabels({ ...whole, users: [{ owner: { ...owner, run: '' }, labels: {} }] })],
  [{ ...recordLabels(whole), 'swarm-up.labels': 'zone,swarm-up.cluster' }],
])('labels %j are no record, and are named', (labels) => {
  expect(recordOf(node(labels))).toBeUndefined();
  const said: string[] = [];
  nameForged([node(labels), node({ zone: 'a' }), node(recordLabels(whole))], (message) =>
    said.push(message),
  );
  expect(said).toEqual([expect.stringContaining('Node web-1 has labels of Swarm Up')]);
});

describe('a user counts only in the form that is given', () => {
  const [key, text] = userLabel(user('blog', { zone: 'a' }));
  const [otherKey] = userLabel(user('other'));
  const forged: [string, Labels][] = [
    ['under the key of another', { [otherKey]: text }],
    ['with another cluster than its key is of', { [key]: text.replace('blog', 'shop') }],
    ['in another order', { [key]: JSON.stringify({ labels: {}, ...JSON.parse(text) }) }],
    ['with a field that is not known', { [key]: text.replace('{', '{"more":1,') }],
    ['without a run', { [key]: text.replace(owner.run, '') }],
    ['with spaces', { [key]: ` ${text}` }],
    ['that is no JSON', { [key]: 'blog' }],
    ['under a key of another form', { 'swarm-up.user.blog': text }],
  ];
  test.each(forged)('one %s keeps nothing, stays, and is named', (_name, labels) => {
    const twin = { ...joinedLabels(user('shop', { zone: 'a' }), false), ...labels };
    expect(clustersOf(twin)).toEqual(['shop']);
    const said: string[] = [];
    nameForged([node(twin)], (message) => said.push(message));
    expect(said).toEqual([expect.stringContaining(`(${Object.keys(labels)[0]})`)]);
    expect(nodeLeftBy(twin, isCluster('shop'), none).labels).toEqual(labels);

    const swarm = { ...swarmLabels({ users: [user('shop')], gatewayMade: false }), ...labels };
    expect(swarmRecordOf(swarm)?.users).toEqual([user('shop')]);
    nameForgedSwarm(swarm, (message) => said.push(message));
    expect(said[1]).toContain(`The swarm has labels of Swarm Up (${Object.keys(labels)[0]})`);
  });
});

describe('a label of a node', () => {
  const preview = nodeUsedBy({}, user('shop-pr-7', { zone: 'a' }));
  const both = nodeUsedBy(preview, user('production', { zone: 'a' }));

  test('that a second cluster lists stays when the first goes, and goes with the second', () => {
    const left = nodeLeftBy(both, isCluster('shop-pr-7'), none).labels;
    expect(others(left)).toEqual({ zone: 'a' });
    expect(clustersOf(left)).toEqual(['production']);
    expect(nodeLeftBy(left, isCluster('production'), none).labels).toEqual({});
  });

  test('goes in the other order, too', () => {
    const left = nodeLeftBy(both, isCluster('production'), none).labels;
    expect(others(left)).toEqual({ zone: 'a' });
    expect(nodeLeftBy(left, isCluster('shop-pr-7'), none).labels).toEqual({});
  });

  test('of which two runs of one cluster told is used once', () => {
    const twice = nodeUsedBy(preview, user('shop-pr-7', { zone: 'a' }, { run: '8/deploy/up' }));
    expect(recordIn(twice)?.users).toEqual([
      user('shop-pr-7', { zone: 'a' }, { run: '8/deploy/up' }),
    ]);
    expect(nodeLeftBy(twice, isCluster('shop-pr-7'), none).labels).toEqual({});
  });

  test('of another repository with the same cluster name is another’s', () => {
    const theirs = nodeUsedBy(preview, user('shop-pr-7', { zone: 'a' }, { repository: '815' }));
    expect(recordIn(theirs)?.users).toHaveLength(2);
  });

  test('that a cluster lists no more stays until somebody goes, and goes then', () => {
    const without = nodeUsedBy(both, user('production', { rack: '1' }));
    expect(others(without)).toEqual({ zone: 'a', rack: '1' });
    const left = nodeLeftBy(without, isCluster('shop-pr-7'), none).labels;
    expect(others(left)).toEqual({ rack: '1' });
  });

  test('that a service rests on stays, and so does who would take it off', () => {
    const isNeeded = (key: string, value: string) => key === 'zone' && value === 'a';
    const needed = nodeLeftBy(preview, isCluster('shop-pr-7'), isNeeded);
    expect(needed).toEqual({ labels: preview, needed: ['zone'] });
    // Another user is there to do it.
    const handedOn = nodeLeftBy(
      nodeUsedBy(both, user('production', { rack: '1' })),
      isCluster('shop-pr-7'),
      isNeeded,
    );
    expect(others(handedOn.labels)).toEqual({ zone: 'a', rack: '1' });
    expect(clustersOf(handedOn.labels)).toEqual(['production']);
  });

  test('that somebody gave by hand is not ours to take off', () => {
    const given = nodeUsedBy({ zone: 'a' }, user('shop', { zone: 'a', disk: 'ssd' }));
    expect(nodeLeftBy(given, isCluster('shop'), none).labels).toEqual({ zone: 'a' });
    expect(nodeUsedBy({ zone: 'a' }, user('shop', { zone: 'a' }))).toEqual({ zone: 'a' });
  });

  test('changes with its only user, and is taken by nobody else', () => {
    const isNever = () => false;
    const other = user('production', { zone: 'b' });
    expect(takenLabels(preview, other, isNever)).toMatchObject([
      { key: 'zone', has: 'a', wanted: 'b', users: [{ owner: { cluster: 'shop-pr-7' } }] },
    ]);
    expect(takenLabels({ zone: 'a' }, other, isNever)).toMatchObject([{ users: [] }]);
    expect(takenLabels(preview, user('shop-pr-7', { zone: 'b' }), isNever)).toEqual([]);
    expect(others(nodeUsedBy(preview, user('shop-pr-7', { zone: 'b' })))).toEqual({ zone: 'b' });
  });

  test('is free once the time of who lists it is over', () => {
    const now = new Date('2026-01-01T12:00:00Z');
    const over = (one: User) => isOver(one, now);
    const ending = (expires: string) =>
      nodeUsedBy({}, user('shop-pr-7', { zone: 'a' }, { expires }));
    const other = user('production', { zone: 'b' });
    expect(takenLabels(ending('2026-01-01T12:00:01Z'), other, over)).toHaveLength(1);
    expect(takenLabels(ending('2026-01-01T12:00:00Z'), other, over)).toEqual([]);
  });
});

describe('a host that joined', () => {
  const preview = joinedLabels(user('shop-pr-7', {}), true);

  test('is used by who comes later, and what joining made stays on record', () => {
    const both = nodeUsedBy(preview, user('production'));
    const left = nodeLeftBy(both, isCluster('shop-pr-7'), none).labels;
    expect(recordIn(left)).toEqual({
      users: [user('production')],
      ...{ joined: true, gatewayMade: true, given: [] },
    });
  });

  test('and whose run was lost before its label gets it from the next run', () => {
    const unrecorded = { joined: true, gatewayMade: true, users: [user('shop-pr-7', {})] };
    const labels = nodeUsedBy({}, user('production', {}), unrecorded);
    expect(recordIn(labels)).toMatchObject({ joined: true, gatewayMade: true });
    expect(clustersOf(labels)?.toSorted()).toEqual(['production', 'shop-pr-7']);
  });
});

test('a node of which nothing was changed gets no record', () => {
  expect(nodeUsedBy({ theirs: '1' }, user('shop', {}))).toEqual({ theirs: '1' });
});

describe('an expiry', () => {
  const ends = (expires?: string) => (expires === undefined ? {} : { expires });
  const expiresOf = (labels: Labels) => recordIn(labels)?.users[0]?.owner.expires;
  test.each([
    ['2026-01-02T00:00:00Z', undefined, '2026-01-02T00:00:00Z'],
    [undefined, '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['2026-01-03T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00Z'],
  ])('of a cluster, %s, is with one of %s by then %s', (before, now, then) => {
    const first = joinedLabels(user('shop', {}, ends(before)), false);
    expect(expiresOf(nodeUsedBy(first, user('shop', {}, ends(now))))).toBe(then);
  });

  test.each([
    ['2026-01-02T00:00:00Z', undefined, undefined],
    [undefined, '2026-01-02T00:00:00Z', undefined],
    ['2026-01-03T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'],
  ])('of runs without a name that follow each other, %s and %s, is %s', (before, now, then) => {
    const run = (id: string, expires?: string): User => ({
      ...user(`shop-${id}-deploy`, {}, { isOfRun: true, ...ends(expires) }),
      stack: 'shop',
    });
    const both = nodeUsedBy(joinedLabels(run('1', before), false), run('2', now));
    expect(clustersOf(both)).toEqual(['shop-2-deploy']);
    expect(expiresOf(both)).toBe(then);
  });
});

describe('a swarm', () => {
  const first = swarmLabels({ users: [user('shop-pr-7')], gatewayMade: true });

  test('is handed on to who uses it, and keeps what else is written on it', () => {
    const both = swarmUsedBy({ ...first, theirs: '1' }, user('production'));
    const left = swarmLeftBy(both, isCluster('shop-pr-7'));
    expect(swarmRecordOf(left)).toEqual({ users: [user('production')], gatewayMade: true });
    expect(left).toMatchObject({ theirs: '1', 'swarm-up.cluster': 'production' });
  });

  test('that an earlier version has initialised has one user, and can get another', () => {
    const labels = { 'swarm-up.cluster': 'shop', 'swarm-up.repository': '42', 'swarm-up.run': '7' };
    expect(swarmRecordOf(labels)?.users).toEqual([user('shop', undefined, { run: '7' })]);
    expect(swarmRecordOf(swarmUsedBy(labels, user('blog')))?.users).toHaveLength(2);
  });

  test('of somebody else gets no user', () => {
    expect(swarmUsedBy({ theirs: '1' }, user('shop'))).toEqual({ theirs: '1' });
    expect(swarmLeftBy({ theirs: '1' }, isCluster('shop'))).toEqual({ theirs: '1' });
  });
});
