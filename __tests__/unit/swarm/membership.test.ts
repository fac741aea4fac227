import { describe, expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { type EngineApi, EngineRefusal, NoAnswer } from '../../../src/engine/api.ts';
import { init, join, rotateJoinTokens } from '../../../src/swarm/membership.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

/**
 * An engine that keeps what is posted to it, fails with the errors in order, and tells the states
 * in order.
 */
function recordingApi(
  failures: readonly (Error | undefined)[] = [],
  states: readonly string[] = [],
): EngineApi & { readonly posted: unknown[]; asked: number } {
  const posted: unknown[] = [];
  return {
    posted,
    asked: 0,
    async get(_path, _query, schema) {
      const LocalNodeState = states[this.asked];
      this.asked += 1;
      if (LocalNodeState === undefined) throw new Error('nothing is asked');
      return schema.parse({ Swarm: { NodeID: 'n', LocalNodeState } });
    },
    post: async (path, _query, body) => {
      const failure = failures[posted.push({ path, body }) - 1];
      if (failure) throw failure;
    },
    delete: () => Promise.reject(new Error('nothing is removed')),
    [Symbol.dispose]: () => {},
  };
}

const { signal } = new AbortController();

test.each([
  [
    'IPv4',
    { address: '10.0.0.5', dataPath: undefined, managers: ['10.0.0.4:2377'] },
    {
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: '10.0.0.5',
      RemoteAddrs: ['10.0.0.4:2377'],
    },
  ],
  [
    'IPv6 and an address for containers',
    { address: 'fd00::5', dataPath: '10.1.0.5', managers: ['[fd00::4]:2377', '10.0.0.4:2377'] },
    {
      ListenAddr: '[::]:2377',
      AdvertiseAddr: 'fd00::5',
      DataPathAddr: '10.1.0.5',
      RemoteAddrs: ['[fd00::4]:2377', '10.0.0.4:2377'],
    },
  ],
])('joins with %s', async (_name, where, body) => {
  const api = recordingApi();
  await join(api, { ...where, token: 'T', signal });
  expect(api.posted).toEqual([{ path: '/swarm/join', body: { ...body, JoinToken: 'T' } }]);
});

test.each([
  [
    'an address',
    { address: '10.0.0.4', dataPath: undefined, addressPools: [] },
    { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '10.0.0.4' },
  ],
  [
    'another address for containers, and pools',
    { address: '10.0.0.4', dataPath: '10.1.0.4', addressPools: ['10.8.0.0/16'] },
    {
      ListenAddr: '0.0.0.0:2377',
      AdvertiseAddr: '10.0.0.4',
      DataPathAddr: '10.1.0.4',
      DefaultAddrPool: ['10.8.0.0/16'],
      SubnetSize: 24,
    },
  ],
  [
    'IPv6, which dockerd does not listen at by itself',
    { address: 'fd00::4', dataPath: undefined, addressPools: [] },
    { ListenAddr: '[::]:2377', AdvertiseAddr: 'fd00::4' },
  ],
])('a swarm is initialised with %s, and with labels', async (_name, where, body) => {
  const api = recordingApi();
  await init(api, { ...where, labels: { 'swarm-up.cluster': 'shop' }, signal });
  expect(api.posted).toEqual([
    { path: '/swarm/init', body: { ...body, Spec: { Labels: { 'swarm-up.cluster': 'shop' } } } },
  ]);
});

describe('where the answer to a join is lost', () => {
  const lost = new NoAnswer('No answer to POST /swarm/join', { isSent: true });
  const refused = new ActionError('Status 503: This node is already part of a swarm');
  const joining = (api: EngineApi) =>
    join(api, { address: '10.0.0.5', dataPath: undefined, managers: [], token: 'T', signal });

  test.each([
    ['a machine that is a node by now is not told again', [lost], ['active'], 1],
    ['one that is still joining is waited for', [lost], ['pending', 'active'], 1],
    ['one that is in no swarm is told again', [lost], ['inactive'], 2],
    [
      'a refusal of the second may mean that the first got through',
      [lost, refused],
      ['inactive', 'active'],
      2,
    ],
  ])('%s', async (_name, failures, states, posts) => {
    const api = recordingApi(failures, states);
    await joining(api);
    expect({ posts: api.posted.length, asked: api.asked }).toEqual({ posts, asked: states.length });
  });

  test('it is told three times at most', async () => {
    const api = recordingApi([lost, lost, lost], ['inactive', 'inactive', 'inactive']);
    await expect(joining(api)).rejects.toBe(lost);
    expect(api.posted).toHaveLength(3);
  });

  test('a refusal alone is told at once', async () => {
    const api = recordingApi([refused]);
    await expect(joining(api)).rejects.toBe(refused);
    expect(api.asked).toBe(0);
  });
});

test('join tokens are rotated also where another run changes the swarm at the same moment', async () => {
  const swarm = { Version: { Index: 7 }, Spec: {}, JoinTokens: { Worker: 'w', Manager: 'm' } };
  const engine = fakeEngine({ '/swarm': swarm });
  const outdated = new EngineRefusal(
    'POST /swarm/update',
    500,
    'rpc error: update out of sequence',
  );
  engine.refuse('POST /swarm/update', outdated);
  await expect(rotateJoinTokens(engine.api, signal)).rejects.toBe(outdated);
  expect(engine.told).toHaveLength(3);
  engine.refuse('POST /swarm/update', new EngineRefusal('POST /swarm/update', 500, 'no leader'));
  await expect(rotateJoinTokens(engine.api, signal)).rejects.toThrow('Status 500');
  expect(engine.told).toHaveLength(4);
});
