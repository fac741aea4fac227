import { expect, test } from '@jest/globals';
import { expectedOf, rollBack } from '../../../src/deploy/roll-back.ts';
import { EngineRefusal } from '../../../src/engine/api.ts';
import type { PresentService } from '../../../src/stack/present.ts';
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts';
import { presentService, presentWith } from '../../support/present.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** A swarm with these services and no task. */
function swarmOf(services: readonly PresentService[]): FakeEngine {
  return fakeEngine({
    '/services': services,
    '/configs': [],
    '/secrets': [],
    '/networks': [],
    '/tasks': [],
    ...Object.fromEntries(services.map((one) => [`/services/${one.ID}`, one])),
  });
}

const image = (Image: string) => ({
  TaskTemplate: { ContainerSpec: { Image, Labels: {} }, ForceUpdate: 3 },
});

async function back(
  before: readonly PresentService[],
  engine: FakeEngine,
): ReturnType<typeof rollBack> {
  return await rollBack(engine.api, presentWith({ services: before }), {
    stack: 'shop',
    clock: virtualClock(),
    signal: new AbortController().signal,
  });
}

test('what changed gets its spec back whole, what is new goes, what is gone is made again', async () => {
  const before = [
    presentService('shop_web', image('web:1')),
    presentService('shop_same', image('same:1')),
    presentService('shop_old', image('old:1')),
    presentService('blog_web', image('blog:1')),
  ];
  const engine = swarmOf([
    presentService('shop_web', image('web:2')),
    presentService('shop_same', image('same:1')),
    presentService('shop_new', image('new:1')),
    presentService('blog_web', image('blog:2')),
  ]);
  expect(await back(before, engine)).toEqual({
    restored: ['shop_web', 'shop_old'],
    removed: ['shop_new'],
  });
  expect(engine.told).toEqual([
    'DELETE /services/id-shop_new',
    'POST /services/id-shop_web/update',
    'POST /services/create',
  ]);
  expect(engine.bodies).toEqual([before[0]?.Spec, before[2]?.Spec]);
});

test('a service whose mode was changed is removed and made again', async () => {
  const before = [presentService('shop_web')];
  const engine = swarmOf([presentService('shop_web', { Mode: { Global: {} } })]);
  expect(await back(before, engine)).toEqual({ restored: ['shop_web'], removed: [] });
  expect(engine.told).toEqual(['DELETE /services/id-shop_web', 'POST /services/create']);
});

test('of a first deployment nothing is left', async () => {
  const engine = swarmOf([presentService('shop_web')]);
  expect(await back([], engine)).toEqual({ restored: [], removed: ['shop_web'] });
});

test('another client that writes in between is no end', async () => {
  const engine = swarmOf([presentService('shop_web', image('web:2'))]);
  const refusal = (text: string) => new EngineRefusal('POST', 500, text);
  const update = 'POST /services/id-shop_web/update';
  engine.refuse(update, refusal('rpc error: update out of sequence'));
  const before = [presentService('shop_web', image('web:1'))];
  await expect(back(before, engine)).rejects.toThrow('Status 500');
  expect(engine.told).toEqual(Array(5).fill(update));

  engine.told.length = 0;
  engine.refuse(update, refusal('invalid reference'));
  await expect(back(before, engine)).rejects.toThrow('Status 500');
  expect(engine.told).toEqual([update]);
});

test('what is waited for afterwards is what ran before', () => {
  const services = [
    presentService('shop_web', { Mode: { Replicated: { Replicas: 3 } } }),
    presentService('shop_each', { Mode: { Global: {} } }),
    presentService('shop_job', {
      Mode: { ReplicatedJob: { TotalCompletions: 2 } },
      TaskTemplate: { RestartPolicy: { Condition: 'none' } },
    }),
    presentService('blog_web'),
  ];
  expect(expectedOf(presentWith({ services }), 'shop')).toEqual([
    { name: 'web', mode: 'replicated', replicas: 3, restart: 'any', monitorMs: 0 },
    { name: 'each', mode: 'global', replicas: 0, restart: 'any', monitorMs: 0 },
    { name: 'job', mode: 'replicated-job', replicas: 2, restart: 'none', monitorMs: 0 },
  ]);
});
