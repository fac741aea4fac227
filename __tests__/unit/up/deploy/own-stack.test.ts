import { describe, expect, test } from '@jest/globals';
import { describeError } from '../../../../src/base/errors.ts';
import { createTimeline } from '../../../../src/base/timeline.ts';
import type { RenderedStack } from '../../../../src/compose/render/render.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import type { Facts } from '../../../../src/report/facts.ts';
import { claimStack } from '../../../../src/stack/ownership.ts';
import type { Swarm } from '../../../../src/swarm/form.ts';
import { claim } from '../../../../src/up/deploy/own-stack.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const OWNER: Owner = {
  cluster: 'shop-pr-12',
  repository: '42',
  run: '7/test/up',
  pullRequest: '12',
  expires: '2026-11-25T00:00:00Z',
};

/** The record of a stack as this action itself writes it. */
async function recordOf(stack: string, owner: Owner) {
  const written: object[] = [];
  const api: Pick<Swarm['api'], 'get' | 'post'> = {
    get: async (_path, _query, schema) => schema.parse([]),
    post: async (_path, _query, body) => void written.push(Object(body)),
  };
  await claimStack(api, stack, owner, new AbortController().signal);
  return { ID: 'c1', Version: { Index: 5 }, CreatedAt: '2026-11-24T00:00:00Z', Spec: written[0] };
}

/**
 * Claims a stack in a swarm that has none, or that of `before`; gives the labels of what was
 * written, the warnings and what was learned.
 */
async function claimed(
  stack: string,
  makesMachines = false,
  owner = OWNER,
  { before, isNamed = false }: { readonly before?: Owner; readonly isNamed?: boolean } = {},
) {
  const stored = before ? [await recordOf(stack, before)] : [];
  const written: unknown[] = [];
  const facts: Partial<Facts> = {};
  const { log, lines } = recordedLog();
  const context: Partial<Parameters<typeof claim>[0]> = {
    owner,
    signal: new AbortController().signal,
    journal: { learned: (known) => Object.assign(facts, known), claiming: () => {} },
    reporter: { log, timeline: createTimeline(virtualClock()) },
  };
  const api: Pick<Swarm['api'], 'get' | 'post'> = {
    get: async (_path, _query, schema) => schema.parse(stored),
    post: async (_path, _query, body) => {
      written.push((body as { Labels: unknown }).Labels);
    },
  };
  await claim(
    { ...context, driver: { makesMachines } } as Parameters<typeof claim>[0],
    { api } as Swarm,
    { name: stack } as RenderedStack,
    undefined,
    isNamed,
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

describe('a stack that is recorded for another cluster', () => {
  const production: Owner = { cluster: 'production', repository: '42', run: '1/deploy/up' };
  const preview: Owner = { cluster: 'shop-pr-3', repository: '42', run: '2/deploy/up' };
  const ofRun = (run: string): Owner => ({
    cluster: `shop-${run}-deploy`,
    repository: '42',
    run: `${run}/deploy/up`,
    isOfRun: true,
  });
  const ending = (owner: Owner): Owner => ({ ...owner, expires: '2026-11-25T00:00:00Z' });
  const refused = (own: Owner, before: Owner) =>
    claimed('shop', false, own, { before }).then(() => '', describeError);

  test.each([
    ['a run without any name', ofRun('9'), production],
    ['a preview', ending(preview), production],
    ['production, once a preview has it', production, preview],
    ['a run that would set an expiry on what has none', ending(ofRun('9')), ofRun('8')],
  ])('is not taken by a name that was derived: %s', async (_title, own, before) => {
    expect(await refused(own, before)).toContain(
      `Stack shop belongs to cluster ${before.cluster}, and this step is of cluster ${own.cluster}.`,
    );
  });

  test('says how it is meant', async () => {
    expect(await refused(preview, production)).toContain('give `cluster: production` to deploy');
    expect(await refused(ending(ofRun('9')), ofRun('8'))).not.toContain('shop-8-deploy` to');
  });

  test.each([
    ['by its name', preview, ending(production), true],
    ['by its name, of a run', ofRun('9'), ending(production), true],
    [
      'by a cluster that has a name, where the one before had none',
      production,
      ending(ofRun('8')),
      false,
    ],
  ])('is taken with a warning %s, without its expiry', async (_title, own, before, isNamed) => {
    const { written, facts, warnings } = await claimed('shop', false, own, { before, isNamed });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(
      `was of cluster ${before.cluster} and is now of ${'cluster'} ${own.cluster}`,
    );
    expect(written[0]).not.toHaveProperty('swarm-up.expires');
    expect(facts).toEqual({ expires: undefined });
  });

  test('goes from run to run where none has a name, without a word and without the expiry', async () => {
    const { written, warnings } = await claimed('shop', false, ofRun('9'), {
      before: ending(ofRun('8')),
    });
    expect(warnings).toEqual([]);
    expect(written[0]).toMatchObject({ 'swarm-up.cluster': 'shop-9-deploy' });
    expect(written[0]).not.toHaveProperty('swarm-up.expires');
  });
});
