import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import type { OwnedCluster } from '../../../../src/machines/driver.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import { limitClusters, limitStacks } from '../../../../src/up/check/limit-clusters.ts';
import { fakeSwarm } from '../../../support/fake-swarm.ts';

const NOW = new Date('2026-11-24T10:00:00Z');
const OWNER: Owner = { cluster: 'shop-pr-12', repository: '42', run: '9/deploy/up' };

function cluster(name: string, owner: Partial<Owner> = {}): OwnedCluster {
  return {
    owner: { cluster: name, repository: '42', run: '7/deploy/up', ...owner },
    created: '2026-11-22T06:00:00Z',
    parts: [`server ${name}-1`],
  };
}

/** What an `up` with this limit is told beside these clusters; undefined if it may go on. */
async function refusal(
  most: number | undefined,
  clusters: readonly OwnedCluster[],
  owner = OWNER,
): Promise<ActionError | undefined> {
  const { signal } = new AbortController();
  const context = { inputs: { maxClusters: most }, owner, signal };
  const driver = { name: 'hetzner', clusters: async () => [...clusters] };
  const limited = limitClusters(context as Parameters<typeof limitClusters>[0], driver, NOW);
  return await limited.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof ActionError) return error;
      throw error;
    },
  );
}

test('a cluster that would be one too many is refused, and the message lists the others', async () => {
  const error = await refusal(2, [
    cluster('shop-pr-3', { pullRequest: '3', expires: '2026-11-25T06:00:00Z' }),
    cluster('shop-pr-4', { pullRequest: '4', expires: '2026-11-24T07:00:00Z', run: '' }),
    cluster('shop-pr-5', { repository: '43' }),
    { ...cluster('staging'), created: undefined },
  ]);
  expect(error?.message).toBe(
    'Cluster shop-pr-12 was not made: the repository has 3 clusters of the driver hetzner, and `max-clusters` is 2.',
  );
  expect(error?.details?.split('\n')).toEqual([
    'shop-pr-3: 2 d 4 h old, pull request 3, 20 h left, made by run 7/deploy/up',
    'shop-pr-4: 2 d 4 h old, pull request 4, expired 3 h ago, made by run unknown',
    'staging: no pull request, no ttl, made by run 7/deploy/up',
  ]);
  expect(error?.hint).toContain('`command: down`, `driver: hetzner` and its `cluster`');
});

test.each([
  ['without a limit', undefined, ['a', 'b', 'c']],
  ['below the limit', 3, ['a', 'b']],
  ['if it exists', 2, ['a', 'b', 'shop-pr-12']],
])('a cluster is not refused %s', async (_name, most, names) => {
  expect(
    await refusal(
      most,
      names.map((name) => cluster(name)),
    ),
  ).toBeUndefined();
});

test('a cluster of the same name of another repository is no reason to let it pass', async () => {
  const twin = cluster('shop-pr-12', { repository: '43' });
  expect(await refusal(1, [cluster('a'), twin])).toBeDefined();
});

test('a long list is cut, and says by how many', async () => {
  const many = Array.from({ length: 53 }, (_, at) => cluster(`pr-${at + 1}`));
  expect((await refusal(53, many))?.details?.split('\n').slice(-2)).toEqual([
    expect.stringMatching(/^pr-50: /),
    'and 3 more',
  ]);
});

/** What an `up` of a stack is told on a swarm with `shop-pr-3` and a stack of another repository. */
async function stackRefusal(stack: string | undefined, most: number): Promise<unknown> {
  const swarm = fakeSwarm([{ name: 'swarm-1', role: 'manager' }, { name: 'swarm-2' }]);
  await swarm.claim('shop-pr-3', { ...OWNER, cluster: 'x', run: '7/deploy/up', pullRequest: '3' });
  await swarm.claim('blog', { ...OWNER, repository: '43' });
  const context = {
    inputs: { maxClusters: most },
    ...{ owner: OWNER, signal: new AbortController().signal, reporter: { log: swarm.log } },
  } as unknown as Parameters<typeof limitStacks>[0];
  const hosts = [swarm.host('swarm-2'), swarm.host('swarm-1')];
  const limited = limitStacks(context, hosts, stack, new Date('2026-01-01T15:00:00Z'));
  return await limited.catch((error: unknown) => error);
}

test('of hosts the stacks of the repository are counted, by their records', async () => {
  expect(await stackRefusal('shop-pr-12', 1)).toMatchObject({
    message:
      'Stack shop-pr-12 was not deployed: the repository has 1 stack on the swarm of swarm-1, and `max-clusters` is 1.',
    details: 'shop-pr-3: 3 h old, pull request 3, no ttl, made by run 7/deploy/up',
    hint: expect.stringContaining('`driver: ssh` and its `stack-name`'),
  });
});

test.each([
  ['there is room', 'shop-pr-12', 2],
  ['the stack exists', 'shop-pr-3', 1],
  ['nothing is deployed', undefined, 1],
])('of hosts nothing is refused if %s', async (_name, stack, most) => {
  expect(await stackRefusal(stack, most)).toBeUndefined();
});

test('hosts without a swarm have no stacks', async () => {
  const swarm = fakeSwarm([]);
  const context = {
    inputs: { maxClusters: 1 },
    ...{ owner: OWNER, signal: new AbortController().signal, reporter: { log: swarm.log } },
  } as unknown as Parameters<typeof limitStacks>[0];
  await limitStacks(context, [swarm.host('swarm-1')], 'shop-pr-12');
  expect(swarm.told).toEqual([]);
});
