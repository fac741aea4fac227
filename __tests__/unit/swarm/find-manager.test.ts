import { expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal, NoAnswer } from '../../../src/engine/api.ts';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import { findManager } from '../../../src/swarm/find-manager.ts';
import { nodes as nodeList } from '../../../src/swarm/objects.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const { signal } = new AbortController();

const node = (ID: string) => ({
  ID,
  Version: { Index: 1 },
  Spec: { Role: 'manager', Availability: 'active', Labels: {} },
  Description: { Hostname: ID },
  Status: { State: 'ready' },
  ManagerStatus: { Reachability: 'reachable', Leader: true, Addr: '' },
});

/** A node as it is read. */
const seen = (ID: string) => nodeList.parse([node(ID)])[0];

/**
 * A manager that answers `GET /nodes` with one after the other, and with the last one again and
 * again.
 */
function manager(name: string, ...answers: readonly (Error | readonly unknown[])[]) {
  return managerKnowing([], name, ...answers);
}

/** As `manager`, whose engine knows others, itself included, without asking them. */
function managerKnowing(
  others: readonly string[],
  name: string,
  ...answers: readonly (Error | readonly unknown[])[]
) {
  const RemoteManagers = others.map((NodeID) => ({ NodeID, Addr: `${NodeID}:2377` }));
  const told: string[] = [];
  let asked = 0;
  const api = {
    get: async (_path: string, _query: object, schema: { parse(value: unknown): unknown }) => {
      asked += 1;
      const answer = answers[Math.min(asked, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return schema.parse(answer);
    },
  } as unknown as EngineApi;
  const machine = {
    ...{ name, role: 'manager', advertise: '10.0.0.1', api },
    engine: { Swarm: { ControlAvailable: true, NodeID: name, RemoteManagers } },
    ssh: {
      outage: () => undefined,
      run: async (argv: readonly string[]) => void told.push(argv.join(' ')),
    },
  } as unknown as ConnectedMachine;
  return { machine, told, asked: () => asked };
}

async function find(...machines: readonly ConnectedMachine[]) {
  const { log, lines } = recordedLog();
  const clock = virtualClock();
  const options = { disposable: true, cluster: 'shop', log, signal, clock };
  const found = await findManager(machines, options);
  return { found, lines, clock };
}

test.each([
  ['the engine refuses it', new EngineRefusal('GET /nodes', 500, 'database is locked')],
  ['the stream breaks', new NoAnswer('No answer to GET /nodes', { isSent: true })],
])('one question that fails does not end a healthy swarm: %s', async (_what, failure) => {
  const one = manager('shop-1', failure, [node('shop-1')]);
  const { found, lines } = await find(one.machine);
  expect(found).toEqual({ manager: one.machine, forced: false, nodes: [seen('shop-1')] });
  expect(one.told).toEqual([]);
  expect(lines).toEqual([]);
});

test.each([
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.",
  'rpc error: code = DeadlineExceeded desc = context deadline exceeded',
])('a manager that says that it is alone goes on as the only one at once: %s', async (words) => {
  const one = manager('shop-1', new EngineRefusal('GET /nodes', 500, words));
  const { found, lines, clock } = await find(one.machine);
  expect(found).toEqual({ manager: one.machine, forced: true });
  expect(one.told).toEqual(['docker swarm init --force-new-cluster --advertise-addr 10.0.0.1']);
  expect(lines.join()).toContain('lost the majority of its managers');
  expect(clock.now()).toBe(0);
});

test('so does one of three that knows the others and is left without them', async () => {
  const one = manager('shop-1', ['shop-1', 'shop-2', 'shop-3'].map(node));
  expect((await find(one.machine)).found).toEqual({ manager: one.machine, forced: true });
});

test('a manager that never says how it is goes on as the only one once an election would be over', async () => {
  const one = manager('shop-1', new NoAnswer('No answer to GET /nodes', { isSent: true }));
  const { found, clock } = await find(one.machine);
  expect(found?.forced).toBe(true);
  expect(clock.now()).toBeGreaterThan(20_000);
});

test('without a manager there is no way in', async () => {
  expect((await find()).found).toBeUndefined();
});

/** Of hosts that were there before. */
async function findHosts(...machines: readonly ConnectedMachine[]) {
  const clock = virtualClock();
  const options = { disposable: false, cluster: 'shop', log: recordedLog().log, signal, clock };
  return { clock, found: await findManager(machines, options) };
}

test('hosts whose manager says nothing for a minute are waited for', async () => {
  const silence = Array.from({ length: 140 }, () => new NoAnswer('No answer', { isSent: true }));
  const one = manager('web-1', ...silence, [node('web-1')]);
  const { found, clock } = await findHosts(one.machine);
  expect(found).toEqual({ manager: one.machine, forced: false, nodes: [seen('web-1')] });
  expect(clock.now()).toBeGreaterThan(60_000);
});

test('of a manager that never answers nobody says that it has lost its majority', async () => {
  const one = manager('web-1', new NoAnswer('No answer to GET /nodes', { isSent: true }));
  await expect(findHosts(one.machine)).rejects.toMatchObject({
    message: 'The swarm of web-1 cannot be asked: no manager of it answered within 120 s.',
    details: 'No answer to GET /nodes',
  });
  expect(one.told).toEqual([]);
});

test('of one that says so, it is said once an election would be over', async () => {
  const words = 'rpc error: code = Unknown desc = The swarm does not have a leader.';
  const one = manager('web-1', new EngineRefusal('GET /nodes', 500, words));
  await expect(findHosts(one.machine)).rejects.toThrow('has lost the majority of its managers');
  expect(one.asked()).toBeLessThan(60);
});

const NO_LEADER = new EngineRefusal(
  'GET /nodes',
  500,
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.",
);

/** Managers of one swarm with `size` of them, of which each answers as given. */
function left(size: number, ...answers: readonly (readonly (Error | readonly unknown[])[])[]) {
  const all = Array.from({ length: size }, (_, index) => `shop-${index + 1}`);
  return answers.map((given, index) => managerKnowing(all, all[index] ?? '', ...given));
}

test.each([
  [3, 2],
  [5, 3],
  [2, 2],
  [1, 1],
])('of %i managers, %i are left and still elect: they are waited for', async (size, count) => {
  const nodes = Array.from({ length: size }, (_, index) => node(`shop-${index + 1}`));
  const answers = Array.from({ length: count }, () => [
    ...Array.from({ length: 80 }, () => NO_LEADER),
    nodes,
  ]);
  const managers = left(size, ...answers);
  const { found, lines, clock } = await find(...managers.map(({ machine }) => machine));
  expect(found).toEqual({
    manager: managers[0]?.machine,
    forced: false,
    nodes: nodes.map(({ ID }) => seen(ID)),
  });
  expect(managers.flatMap(({ told }) => told)).toEqual([]);
  expect(lines).toEqual([]);
  expect(clock.now()).toBeGreaterThanOrEqual(40_000);
});

test.each([
  [3, 1],
  [4, 2],
  [5, 2],
])(
  'of %i managers, %i are left and cannot elect: the first goes on at once',
  async (size, count) => {
    const managers = left(size, ...Array.from({ length: count }, () => [NO_LEADER]));
    const { found, clock } = await find(...managers.map(({ machine }) => machine));
    expect(found).toEqual({ manager: managers[0]?.machine, forced: true });
    expect(clock.now()).toBe(0);
  },
);

test('two of three that elect nobody go on as one after 90 s', async () => {
  const managers = left(3, [NO_LEADER], [NO_LEADER]);
  const { found, clock } = await find(...managers.map(({ machine }) => machine));
  expect(found?.forced).toBe(true);
  expect(clock.now()).toBeGreaterThan(90_000);
});

test('hosts that are enough and elect nobody are not said to have lost their majority', async () => {
  const managers = left(3, [NO_LEADER], [NO_LEADER]);
  await expect(findHosts(...managers.map(({ machine }) => machine))).rejects.toMatchObject({
    message: 'The managers shop-1, shop-2 answer and have elected no leader within 90 s.',
  });
  expect(managers.flatMap(({ told }) => told)).toEqual([]);
});
