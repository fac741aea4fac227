import { expect, test } from '@jest/globals';
import { EngineRefusal } from '../../../../src/engine/api.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import { claimStack } from '../../../../src/stack/ownership.ts';
import { Superseded, type Turn } from '../../../../src/stack/turn.ts';
import { noteRun, refuseOlderRun } from '../../../../src/up/deploy/turns.ts';
import type { Run } from '../../../../src/up/run.ts';
import { type FakeEngine, fakeEngine } from '../../../support/fake-engine.ts';
import { presentService } from '../../../support/present.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const OWNER: Owner = { cluster: 'shop', repository: '42', run: '7/deploy/up' };
const MAIN = 'deploy.yml up main';
const { signal } = new AbortController();

function contextOf(number: number, changes: Partial<Run> = {}, isRepeat = false): Run {
  const turn: Turn = { line: MAIN, number, isRepeat };
  const { log } = recordedLog();
  return {
    ...{ owner: OWNER, turn, signal, runUrl: `https://x/${number}` },
    ...{ driver: { makesMachines: true }, reporter: { log }, clock: virtualClock() },
    ...changes,
  } as Run;
}

const SPEC = { Name: 'default', Raft: { SnapshotInterval: 10_000 } };

/** A swarm of machines that were made for the cluster. */
function made(): FakeEngine {
  const tokens = { Worker: 'w', Manager: 'm' };
  const engine = fakeEngine({
    '/services': [presentService('shop_web')],
    '/swarm': {
      Version: { Index: 3 },
      Spec: { ...SPEC, Labels: { 'swarm-up.cluster': 'shop' } },
      JoinTokens: tokens,
    },
  });
  const { post } = engine.api;
  engine.api.post = async (path, query, body) => {
    await post(path, query, body);
    engine.answers['/swarm'] = { Version: { Index: 4 }, Spec: body, JoinTokens: tokens };
  };
  return engine;
}

const refusal = (context: Run, { api }: FakeEngine) =>
  refuseOlderRun(context, api, 'shop').then(
    () => '',
    (error: unknown) => {
      expect(error).toBeInstanceOf(Superseded);
      return (error as Error).message;
    },
  );

test('a swarm of machines of our own has a label that says which run has deployed the stack, and keeps the rest', async () => {
  const engine = made();
  await noteRun(contextOf(7), engine.api, 'shop');
  expect(engine.bodies).toEqual([
    {
      ...SPEC,
      Labels: {
        'swarm-up.cluster': 'shop',
        'swarm-up.deployed.shop': JSON.stringify([{ line: MAIN, number: 7, by: 'https://x/7' }]),
      },
    },
  ]);
  await noteRun(contextOf(7), engine.api, 'shop');
  expect(engine.told).toEqual(['POST /swarm/update']);
  expect(await refusal(contextOf(6), engine)).toContain('https://x/7, has deployed stack shop');
  expect(await refusal(contextOf(6, {}, true), engine)).toBe('');
  expect(await refusal(contextOf(7), engine)).toBe('');
});

test('what its services were is noted there, too, also where nobody numbers the runs', async () => {
  const engine = made();
  const before = '{"shop_web":"ab"}';
  await noteRun(contextOf(7, { turn: undefined }), engine.api, 'shop', before);
  expect(engine.bodies).toEqual([
    { ...SPEC, Labels: { 'swarm-up.cluster': 'shop', 'swarm-up.before.shop': before } },
  ]);
  await noteRun(contextOf(8, { turn: undefined }), engine.api, 'shop');
  expect(engine.bodies).toHaveLength(1);
});

test('a stack that somebody has removed by hand supersedes nobody, though the label is still there', async () => {
  const engine = made();
  await noteRun(contextOf(7), engine.api, 'shop');
  engine.answers['/services'] = [presentService('blog_web')];
  expect(await refusal(contextOf(6), engine)).toBe('');
  await noteRun(contextOf(5), engine.api, 'shop');
  engine.answers['/services'] = [presentService('shop_web')];
  expect(await refusal(contextOf(5), engine)).toBe('');
  expect(await refusal(contextOf(4), engine)).toContain('https://x/5, has deployed');
});

test('another stack of the same swarm has a label of its own', async () => {
  const engine = made();
  await noteRun(contextOf(7), engine.api, 'blog');
  expect(await refusal(contextOf(6), engine)).toBe('');
});

test('where another client changes the swarm at the same moment it is written again, and no longer than three times', async () => {
  const engine = made();
  const { post } = engine.api;
  let refused = 2;
  engine.api.post = async (...question) => {
    refused -= 1;
    if (refused >= 0) throw new EngineRefusal('POST', 500, 'update out of sequence');
    await post(...question);
  };
  await noteRun(contextOf(7), engine.api, 'shop');
  expect(engine.told).toEqual(['POST /swarm/update']);
  refused = 3;
  await expect(noteRun(contextOf(8), engine.api, 'shop')).rejects.toThrow('500');
});

test.each<[string, Partial<Run>]>([
  ['a run that stands in no line', { turn: undefined }],
  ['a cluster that no other run can mean', { owner: { ...OWNER, isOfRun: true } }],
])('%s is not noted', async (_name, changes) => {
  const engine = made();
  await noteRun(contextOf(7, changes), engine.api, 'shop');
  expect(engine.told).toEqual([]);
});

test('on hosts that stay it is the record of the stack that tells', async () => {
  const engine = fakeEngine({ '/configs': [] });
  const deployed = { line: MAIN, number: 7, by: 'https://x/7' };
  await claimStack(engine.api, 'shop', OWNER, signal, { deployed });
  const hosts = { driver: { makesMachines: false } } as Partial<Run>;
  expect(await refusal(contextOf(6, hosts), engine)).toBe('');
  const config = { ID: 'c', Version: { Index: 1 }, CreatedAt: '', Spec: engine.bodies[0] };
  engine.answers['/configs'] = [config];
  expect(await refusal(contextOf(6, hosts), engine)).toContain('https://x/7, has deployed');
  const theirs = { owner: { ...OWNER, repository: '8' } };
  expect(await refusal(contextOf(6, { ...hosts, ...theirs }), engine)).toBe('');
});
