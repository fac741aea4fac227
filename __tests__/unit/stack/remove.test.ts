import { expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal } from '../../../src/engine/api.ts';
import { removeStack } from '../../../src/stack/remove.ts';
import type { StackMachine } from '../../../src/stack/remove-containers.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

type Objects = Record<string, string[]>;

const NODES = [
  ['n1', 'one', 'ready'],
  ['n2', 'far', 'ready'],
  ['n3', 'dead', 'down'],
].map(([ID, Hostname, State]) => ({
  ...{ ID, Description: { Hostname }, Status: { State } },
  Spec: { Role: 'worker', Availability: 'active' },
}));

/** `n2 running`: a task of that state on that node. */
const tasks = (all: readonly string[] = []) =>
  all.map((one) => {
    const [NodeID, State] = one.split(' ');
    return {
      ID: one,
      NodeID,
      Status: { State, ContainerStatus: { ContainerID: 'c0ffee123456789' } },
    };
  });

/**
 * A machine that has these objects of the stack; what is removed is written down. A volume is let
 * go after `inUse` tries.
 */
function machine(where: string, objects: Objects, log: string[], inUse = 0): StackMachine {
  let tries = 0;
  let looks = 0;
  const containers = () => {
    if (looks++ >= 100) objects.running = [];
    const of = (State: string, ids: readonly string[] = []) =>
      ids.map((Id) => ({ Id, State, Names: [`/name-of-${Id}`] }));
    return [
      ...of('exited', objects.ended),
      ...of('running', objects.running),
      ...of('removing', objects.stuck),
      ...of('running', objects.deaf),
    ];
  };
  const answer = (kind: string) => {
    const ids = objects[kind] ?? [];
    if (kind === 'volume') return { Volumes: ids.map((Name) => ({ Name })) };
    const nameOf = (id: string) => (id === 'record' ? 'shop_swarm-up' : id);
    return ids.map((id) => ({ ID: id, Id: id, Name: `shop_${id}`, Spec: { Name: nameOf(id) } }));
  };
  /** `blog_web n`: a service of another stack that is on that network. */
  const others = () =>
    (objects.others ?? []).map((one) => {
      const [Name, Target] = one.split(' ');
      return { Spec: { Name, TaskTemplate: { Networks: [{ Target }] } } };
    });
  const api: EngineApi = {
    get: async (path, query, schema) => {
      if (path === '/nodes') return schema.parse(NODES);
      if (path === '/services' && !query.filters) return schema.parse(others());
      const label = ['com.docker.stack.namespace=shop'];
      if (path === '/containers/json') label.push('com.docker.swarm.task.id');
      expect(query).toMatchObject({ filters: JSON.stringify({ label }) });
      if (path === '/tasks') return schema.parse(tasks(objects.task));
      return schema.parse(path === '/containers/json' ? containers() : answer(path.slice(1, -1)));
    },
    post: () => Promise.reject(new Error('nothing is posted')),
    delete: async (path) => {
      const [, kinds = '', id = ''] = path.split('/');
      const kind = kinds.slice(0, -1);
      if (kind === 'volume' && tries++ < inUse) {
        throw new EngineRefusal(`DELETE ${path}`, 409, 'volume is in use');
      }
      for (const key of kind === 'container' ? ['ended', 'deaf'] : [kind]) {
        objects[key] = (objects[key] ?? []).filter((one) => one !== id.split('?')[0]);
      }
      log.push(`${where} ${kind} ${id}`);
    },
    [Symbol.dispose]: () => {},
  };
  return { ssh: { where }, api };
}

const signal = new AbortController().signal;
const whole = (): Objects => ({
  service: ['s'],
  network: ['n'],
  secret: ['t'],
  config: ['record', 'c'],
  volume: ['shop_data'],
});

async function removed(objects: Objects, on: 'all' | 'none' = 'all', inUse = 0) {
  const log: string[] = [];
  const warnings: string[] = [];
  const clock = virtualClock();
  const one = machine('one', objects, log);
  const two = machine('two', { volume: ['shop_data', 'shop_logs'] }, log, inUse);
  const outcome = removeStack(one.api, 'shop', {
    ...{ signal, clock, warn: (message: string) => warnings.push(message) },
    machines: [one, two],
    volumes: on === 'all',
  });
  return { outcome, log, warnings, clock };
}

test('volumes stay where nobody asks for them', async () => {
  const { outcome, log } = await removed(whole(), 'none');
  expect(await outcome).toEqual({ removed: 5, volumes: [] });
  expect(log).toEqual([
    ...['one service s', 'one network n', 'one secret t'],
    ...['one config c', 'one config record'],
  ]);
});

test('volumes go from every machine once no container uses them, and before what says whose the stack is', async () => {
  const { outcome, log } = await removed(whole(), 'all', 3);
  expect(await outcome).toEqual({
    removed: 5,
    volumes: [
      { name: 'shop_data', machine: 'one' },
      { name: 'shop_data', machine: 'two' },
      { name: 'shop_logs', machine: 'two' },
    ],
  });
  expect(log.slice(-5, -2).sort()).toEqual([
    'one volume shop_data',
    'two volume shop_data',
    'two volume shop_logs',
  ]);
  expect(log.slice(-2)).toEqual(['one config c', 'one config record']);
});

test('what goes at the first try is looked for once more only where a client may have made more', async () => {
  const one = machine('one', { service: ['s'], network: ['n'], config: ['record', 'c'] }, []);
  const asked: string[] = [];
  const { get } = one.api;
  one.api.get = (path, ...rest) => {
    asked.push(path);
    return get(path, ...rest);
  };
  await removeStack(one.api, 'shop', { signal, clock: virtualClock(), warn: () => {} });
  expect(asked).toEqual([
    ...['/services', '/services', '/tasks'],
    // Once more for those of others that are on its networks.
    ...['/networks', '/services', '/secrets', '/configs'],
  ]);
});

test('what is left of a try that failed is enough to go on; volumes of a stack that is not there stay', async () => {
  const half = await removed({ config: ['record'] });
  expect((await half.outcome).volumes).toHaveLength(2);
  const gone = await removed({ volume: ['shop_data'] });
  expect(await gone.outcome).toEqual({ removed: 0, volumes: [] });
  expect(gone.log).toEqual([]);
});

test('a network that services of others are on stays, with the record, until they have gone', async () => {
  const objects = { ...whole(), network: ['n', 'm'], others: ['blog_web n', 'blog_db n', 'x z'] };
  const { outcome, log, warnings } = await removed(objects, 'none');
  expect(await outcome).toEqual({ removed: 4, volumes: [] });
  expect(log).toEqual([...['one service s', 'one network m', 'one secret t'], 'one config c']);
  expect(warnings).toEqual([
    'Network shop_n stays: services of others use it (blog_web, blog_db). Once they have gone, the next `down` or `sweep` removes it.',
  ]);
  const later = await removed({ ...objects, others: [] }, 'none');
  expect(await later.outcome).toEqual({ removed: 2, volumes: [] });
  expect(later.log).toEqual(['one network n', 'one config record']);
});

test('a volume that stays in use is named with its machine, and the record stays', async () => {
  const { outcome, log } = await removed(whole(), 'all', Number.POSITIVE_INFINITY);
  await expect(outcome).rejects.toMatchObject({
    message: 'Stack shop could not be removed completely: 2 volumes left.',
    details: 'volume is in use\nvolume is in use',
    hint: 'On two: docker volume rm shop_data shop_logs',
  });
  expect(log.some((line) => line.includes('config'))).toBe(false);
});

test('a container that still ends is waited for; one that its node has left behind is removed, before the volumes it holds', async () => {
  const { outcome, log } = await removed({
    ...whole(),
    ended: ['b53d996ea76f'],
    running: ['0dd1ba11'],
  });
  expect((await outcome).volumes).toHaveLength(3);
  expect(log.find((line) => / (container|volume) /.test(line))).toBe(
    'one container b53d996ea76f?force=true&v=true',
  );
});

test('a container that will not go is named with its machine', async () => {
  const { outcome, log } = await removed({ ...whole(), stuck: ['b53d996ea76f'] });
  await expect(outcome).rejects.toMatchObject({
    message: 'Stack shop could not be removed completely: 1 container left on one.',
    hint: expect.stringMatching(
      /^On one: docker rm --force --volumes b53d996ea76f\. .*restart Docker Engine/,
    ),
  });
  expect(log.some((line) => line.includes('config'))).toBe(false);
});

test('a container that does not end is killed after a minute, before the networks go, and is named', async () => {
  const { outcome, log, warnings, clock } = await removed({ ...whole(), deaf: ['0dd1ba11'] });
  expect((await outcome).removed).toBe(5);
  expect(log.slice(0, 3)).toEqual([
    ...['one service s', 'one container 0dd1ba11?force=true&v=true', 'one network n'],
  ]);
  expect(warnings).toEqual([
    expect.stringContaining('On one, 1 container did not end within 60 s, and is killed: name-of-'),
  ]);
  expect(clock.now()).toBeGreaterThan(60_000);
  expect(clock.now()).toBeLessThan(65_000);
});

test('what an earlier removal has left running is found, though nothing else of the stack is there', async () => {
  const { outcome, log } = await removed({ deaf: ['0dd1ba11'] });
  expect(await outcome).toEqual({ removed: 1, volumes: [] });
  expect(log).toEqual(['one container 0dd1ba11?force=true&v=true']);
});

test('a task that still runs on a node that is not at hand is named with what ends it, and the record stays', async () => {
  const { outcome, log } = await removed({ ...whole(), task: ['n2 running', 'n1 shutdown'] });
  await expect(outcome).rejects.toMatchObject({
    message:
      'Stack shop could not be removed completely: 1 task still runs on far, 60 s after the end of its services.',
    hint: expect.stringContaining(
      'On far: docker rm --force --volumes c0ffee123456. Then run again',
    ),
  });
  expect(log).toEqual(['one service s']);
});

test('a task on a node that is down is not waited for, and is named', async () => {
  const { outcome, warnings, clock } = await removed({ ...whole(), task: ['n3 running'] });
  expect((await outcome).removed).toBe(5);
  expect(warnings).toEqual([expect.stringContaining('still runs on dead is not known')]);
  expect(clock.now()).toBeLessThan(1_000);
});
