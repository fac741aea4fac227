import { describe, expect, test } from '@jest/globals';
import type { Owner } from '../../../src/machines/ownership.ts';
import { findStack } from '../../../src/operations/find-stack.ts';
import { claimStack } from '../../../src/stack/ownership.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { presentService } from '../../support/present.ts';

const { signal } = new AbortController();
const OWNER: Owner = { cluster: 'prod', repository: '4711', run: '2/look/later' };

/** A swarm with services of these stacks, and records of those. */
async function swarmWith(
  stacks: readonly string[],
  records: Readonly<Record<string, Partial<Owner>>> = {},
) {
  const engine = fakeEngine({
    '/services': stacks.map((stack) => presentService(`${stack}_web`)),
    '/configs': [],
  });
  const { api } = engine;
  for (const [stack, changes] of Object.entries(records)) {
    await claimStack(api, stack, { ...OWNER, run: '1/deploy/up', ...changes }, signal);
  }
  engine.answers['/configs'] = engine.bodies.map((Spec, at) => ({
    ...{ ID: `c${at}`, Version: { Index: at }, CreatedAt: '2026-11-30T10:00:00Z', Spec },
  }));
  return api;
}

async function find(
  api: Awaited<ReturnType<typeof swarmWith>>,
  { stackName, makesMachines = false }: { stackName?: string; makesMachines?: boolean } = {},
) {
  const log = { warning: () => {} } as never;
  return await findStack(
    { driver: { makesMachines }, owner: OWNER, stackName, reporter: { log }, signal },
    api,
  );
}

describe('hosts', () => {
  test('the only stack of the cluster needs no name', async () => {
    const api = await swarmWith(['shop', 'blog'], { shop: {}, blog: { cluster: 'other' } });
    expect(await find(api)).toMatchObject({ stack: 'shop', record: { latest: '1/deploy/up' } });
  });

  test('of two one has to be named', async () => {
    const api = await swarmWith(['shop', 'blog'], { shop: {}, blog: {} });
    await expect(find(api)).rejects.toThrow('Cluster prod has several stacks: shop, blog.');
    expect(await find(api, { stackName: 'blog' })).toMatchObject({ stack: 'blog' });
  });

  test('a stack that somebody has deployed by hand is found by its name alone', async () => {
    const api = await swarmWith(['shop']);
    await expect(find(api)).rejects.toThrow('Cluster prod has no stack on these hosts.');
    expect(await find(api, { stackName: 'shop' })).toEqual({ stack: 'shop', record: undefined });
  });

  test('one of another repository is refused, and named to nobody', async () => {
    const api = await swarmWith(['shop', 'theirs'], { shop: {}, theirs: { repository: '815' } });
    await expect(find(api, { stackName: 'theirs' })).rejects.toThrow(
      'Stack theirs belongs to another repository (id 815).',
    );
    await expect(find(api, { stackName: 'none' })).rejects.toMatchObject({
      message: 'There is no stack none on the swarm.',
      details: 'Stacks of this repository there: shop',
    });
  });

  test('a stack whose services have gone is found by its record', async () => {
    const api = await swarmWith([], { shop: {} });
    expect(await find(api, { stackName: 'shop' })).toMatchObject({ stack: 'shop' });
  });
});

describe('machines that were made for the cluster', () => {
  const made = { makesMachines: true };

  test('have one stack, or none', async () => {
    expect(await find(await swarmWith(['shop']), made)).toMatchObject({ stack: 'shop' });
    expect(await find(await swarmWith([]), made)).toMatchObject({ stack: undefined });
  });

  test('of several one has to be named, and it has to be there', async () => {
    const api = await swarmWith(['shop', 'blog']);
    await expect(find(api, made)).rejects.toThrow('has several stacks: blog, shop');
    expect(await find(api, { ...made, stackName: 'shop' })).toMatchObject({ stack: 'shop' });
    await expect(find(api, { ...made, stackName: 'x' })).rejects.toThrow('There is no stack x');
  });
});
