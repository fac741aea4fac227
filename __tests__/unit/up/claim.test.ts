import { expect, test } from '@jest/globals';
import type { Owner } from '../../../src/machines/labels.ts';
import type { RenderedStack } from '../../../src/stack/render.ts';
import type { Swarm } from '../../../src/swarm/form.ts';
import { createTimeline } from '../../../src/timeline.ts';
import { claim } from '../../../src/up/claim.ts';
import type { Facts, UpContext } from '../../../src/up/context.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const OWNER: Owner = {
  cluster: 'shop-pr-12',
  repository: '42',
  run: '7/test/up',
  pullRequest: '12',
  expires: '2026-11-25T00:00:00Z',
};

/** Claims a stack in a swarm that has none; gives the labels of what was written, the warnings and what was learned. */
async function claimed(stack: string, makesMachines = false, owner = OWNER) {
  const written: unknown[] = [];
  const facts: Partial<Facts> = {};
  const { log, lines } = recordedLog();
  const context: Pick<UpContext, 'owner' | 'signal' | 'learned' | 'reporter'> = {
    owner,
    signal: new AbortController().signal,
    learned: (known) => Object.assign(facts, known),
    reporter: { log, timeline: createTimeline(virtualClock()) },
  };
  const api: Pick<Swarm['api'], 'get' | 'post'> = {
    get: async (_path, _query, schema) => schema.parse([]),
    post: async (_path, _query, body) => {
      written.push((body as { Labels: unknown }).Labels);
    },
  };
  await claim(
    { ...context, driver: { makesMachines } } as UpContext,
    { api } as Swarm,
    { name: stack } as RenderedStack,
  );
  return { written, facts, warnings: lines.filter((line) => line.includes('warning: ')) };
}

test('a stack whose name carries the number goes with the pull request', async () => {
  const { written, facts, warnings } = await claimed('shop-pr-12');
  expect(written).toMatchObject([
    { 'swarm-up.pull-request': '12', 'swarm-up.stack': 'shop-pr-12' },
  ]);
  expect(facts).toEqual({ expires: OWNER.expires });
  expect(warnings).toEqual([]);
});

test('one that all pull requests deploy to goes with none, and that is said', async () => {
  const { written, warnings } = await claimed('staging');
  expect(written).toHaveLength(1);
  expect(written[0]).not.toHaveProperty('swarm-up.pull-request');
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('`stack-name: staging-pr-12`');
});

test('without a pull request there is nothing to say', async () => {
  const { pullRequest: _, ...owner } = OWNER;
  expect((await claimed('staging', false, owner)).warnings).toEqual([]);
});

test('a swarm that was made for the cluster needs no record', async () => {
  expect((await claimed('staging', true)).written).toEqual([]);
});
