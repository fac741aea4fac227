import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import { readServing } from '../../../src/converge/serving.ts';
import type { EngineApi } from '../../../src/engine/api.ts';
import type { Present, PresentService } from '../../../src/stack/present.ts';
import { presentNetwork, presentService, presentWith } from '../../support/present.ts';
import { captured } from '../../support/snapshots.ts';

const NODES = ['one', 'two', 'three'].map((name) => ({
  ID: `id-${name}`,
  Spec: { Role: 'manager', Availability: 'active', Labels: { disk: name === 'one' ? 'ssd' : '' } },
  Description: { Hostname: name },
  Status: { State: 'ready', Addr: '10.0.0.1' },
}));

interface FakeTask {
  readonly service: string;
  readonly slot?: number;
  readonly node?: string;
  readonly state?: string;
  readonly desired?: string;
  /** Whether it is of an earlier spec of its service. */
  readonly old?: boolean;
}

/** A swarm that runs these services and tasks, as the engine would say it. */
function swarm(present: Present, tasks: readonly FakeTask[], nodes: readonly object[] = NODES) {
  const TIME = '2026-11-23T22:00:00Z';
  const asTask = (
    { service, slot = 1, node = 'one', state = 'running', desired }: FakeTask,
    at = 0,
  ) => ({
    ID: `t${at}`,
    CreatedAt: TIME,
    ServiceID: `id-${service}`,
    Slot: slot,
    NodeID: `id-${node}`,
    DesiredState: desired ?? 'running',
    Status: { State: state },
    Spec: { ContainerSpec: { Image: 'web:1' } },
  });
  const all = tasks.map(asTask);
  const upToDate = all.filter((_, at) => !tasks[at]?.old);
  const answers: Readonly<Record<string, unknown>> = {
    '/services': present.services.map((one) => ({ CreatedAt: TIME, UpdatedAt: TIME, ...one })),
    '/nodes': nodes,
    '/networks': present.networks,
    '/configs': [],
    '/secrets': [],
  };
  const api: Pick<EngineApi, 'get'> = {
    get: async <T>(path: string, query: Readonly<Record<string, string>>, schema: z.ZodType<T>) => {
      const of = query.filters?.includes('_up-to-date') ? upToDate : all;
      return schema.parse(path === '/tasks' ? of : answers[path]);
    },
  };
  return api;
}

const { signal } = new AbortController();
const image = (name: string) => ({ TaskTemplate: { ContainerSpec: { Image: name, Labels: {} } } });
const replicas = (number: number) => ({ Mode: { Replicated: { Replicas: number } } });

async function serving(
  before: readonly PresentService[] | undefined,
  now: readonly PresentService[],
  tasks: readonly FakeTask[],
  unchanged: readonly string[] = [],
) {
  const question = {
    ...{ stack: 'shop', unchanged },
    before: before && presentWith({ services: before }),
  };
  const found = await readServing(swarm(presentWith({ services: now }), tasks), question, signal);
  return found.map(({ service, running, desired, isAsBefore, isUnchanged, tasks: own }) => ({
    [service]: `${running}/${desired}`,
    ...(isAsBefore && { isAsBefore }),
    ...(isUnchanged && { isUnchanged }),
    before: own.filter((task) => task.before).length,
  }));
}

const WEB = presentService('shop_web', { ...image('web:1'), ...replicas(2) });
const NEW_WEB = presentService('shop_web', { ...image('web:2'), ...replicas(3) });

test('an update that failed: tasks of the earlier spec that run are counted, by what was wanted then', async () => {
  const tasks: FakeTask[] = [
    { service: 'shop_web', slot: 1, old: true },
    { service: 'shop_web', slot: 2, state: 'failed', desired: 'shutdown' },
    { service: 'shop_web', slot: 3 },
    { service: 'shop_web', slot: 2, old: true, desired: 'shutdown' },
    { service: 'shop_web', slot: 2, old: true, state: 'shutdown', desired: 'shutdown' },
  ];
  expect(await serving([WEB], [NEW_WEB], tasks)).toEqual([{ web: '1/2', before: 1 }]);
});

test('nothing is said of a service of which nothing runs, of jobs, and of a first deployment', async () => {
  const job = presentService('shop_seed', { Mode: { ReplicatedJob: { TotalCompletions: 1 } } });
  const tasks: FakeTask[] = [
    { service: 'shop_web', slot: 1, state: 'failed', desired: 'shutdown' },
    { service: 'shop_seed', slot: 0, old: true },
  ];
  expect(await serving([WEB, job], [NEW_WEB, job], tasks)).toEqual([]);
  expect(await serving([], [NEW_WEB], [{ service: 'shop_web' }])).toEqual([]);
});

test('a service that was not deployed, or has gone back, serves as before with all of its tasks', async () => {
  const tasks: FakeTask[] = [1, 2].map((slot) => ({ service: 'shop_web', slot }));
  const whole = [{ web: '2/2', isAsBefore: true, before: 2 }];
  expect(await serving([WEB], [WEB], tasks)).toEqual(whole);
  // The deployment ended before it had looked at the swarm.
  expect(await serving(undefined, [WEB], tasks)).toEqual(whole);
});

test('a service that was not to change runs what the file wants', async () => {
  const tasks: FakeTask[] = [1, 2].map((slot) => ({ service: 'shop_web', slot }));
  expect(await serving([WEB], [WEB], tasks, ['web'])).toEqual([
    { web: '2/2', isAsBefore: true, isUnchanged: true, before: 0 },
  ]);
});

test('a deployment that fails once more does not hide what still runs of two versions ago', async () => {
  const tasks: FakeTask[] = [
    { service: 'shop_web', slot: 1, old: true },
    { service: 'shop_web', slot: 2 },
  ];
  expect(await serving([WEB], [WEB], tasks, ['web'])).toEqual([{ web: '1/2', before: 1 }]);
});

test('a network that was made anew has another id, and the service the same spec', async () => {
  const on = (id: string) =>
    presentService('shop_web', {
      TaskTemplate: { ContainerSpec: { Image: 'x', Labels: {} }, Networks: [{ Target: id }] },
    });
  const withNetwork = (id: string) =>
    presentWith({ services: [on(id)], networks: [presentNetwork('shop_default', { Id: id })] });
  const api = swarm(withNetwork('new'), [{ service: 'shop_web' }]);
  const question = { stack: 'shop', before: withNetwork('old'), unchanged: [] };
  expect(await readServing(api, question, signal)).toMatchObject([{ isAsBefore: true }]);
});

test('a global service is counted by its nodes, and not by the tasks that an update has come to', async () => {
  const agent = (version: string, constraint?: string) =>
    presentService('shop_agent', {
      Mode: { Global: {} },
      TaskTemplate: {
        ContainerSpec: { Image: version, Labels: {} },
        ...(constraint && { Placement: { Constraints: [constraint] } }),
      },
    });
  const tasks: FakeTask[] = [
    { service: 'shop_agent', slot: 0, node: 'one', state: 'rejected', desired: 'shutdown' },
    { service: 'shop_agent', slot: 0, node: 'two', old: true },
    { service: 'shop_agent', slot: 0, node: 'three', old: true },
  ];
  expect(await serving([agent('a:1')], [agent('a:2')], tasks)).toEqual([
    { agent: '2/3', before: 2 },
  ]);
  const some = agent('a:2', 'node.labels.disk != ssd');
  expect(await serving([agent('a:1')], [some], tasks)).toEqual([{ agent: '2/2', before: 2 }]);
});

test('what runs on a node that is down does not serve', async () => {
  const down = NODES.map((node, at) => (at === 0 ? { ...node, Status: { State: 'down' } } : node));
  const api = swarm(
    presentWith({ services: [NEW_WEB] }),
    [
      { service: 'shop_web', slot: 1, old: true },
      { service: 'shop_web', slot: 2, node: 'two', old: true },
    ],
    down,
  );
  const question = { stack: 'shop', before: presentWith({ services: [WEB] }), unchanged: [] };
  expect(await readServing(api, question, signal)).toMatchObject([{ running: 1, desired: 2 }]);
});

test('a real swarm that has rolled back an update runs the version from before', async () => {
  const { history, ...moment } = captured('rollback-completed');
  const [service] = moment.services;
  const present = presentWith({ services: [presentService(service?.Spec.Name ?? '')] });
  const api: Pick<EngineApi, 'get'> = {
    get: async <T>(path: string, query: Readonly<Record<string, string>>, schema: z.ZodType<T>) => {
      const of = query.filters?.includes('_up-to-date') ? moment.tasks : history;
      const answers: Readonly<Record<string, unknown>> = {
        '/services': [{ ...service, ...present.services[0], ID: service?.ID }],
        '/tasks': of,
        '/nodes': moment.nodes,
      };
      return schema.parse(answers[path] ?? []);
    },
  };
  const stack = service?.Spec.Name.split('_', 1)[0] ?? '';
  const found = await readServing(api, { stack, before: present, unchanged: [] }, signal);
  expect(found).toMatchObject([{ service: 'app', running: 2, isAsBefore: true }]);
});
