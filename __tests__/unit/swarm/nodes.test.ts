import { expect, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/argv.ts';
import { CommandError } from '../../../src/exec/executor.ts';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import { changeNode, waitForNodes } from '../../../src/swarm/nodes.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const COMMAND: Argv = ['docker', 'node', 'update', '--availability', 'drain', 'n1'];
const { signal } = new AbortController();

/** A manager that refuses what is said so often, with these words. */
function refusing(times: number, stderr: string) {
  const told: string[] = [];
  const run = async (argv: Argv) => {
    told.push(argv.join(' '));
    if (told.length <= times)
      throw new CommandError('web-1', argv, { exitCode: 1, stdout: '', stderr });
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  return { told, manager: { run } as unknown as ConnectedMachine['ssh'] };
}

test('a node that others change at the same moment is changed all the same', async () => {
  const { told, manager } = refusing(3, 'rpc error: update out of sequence');
  await changeNode(manager, COMMAND, signal, virtualClock());
  expect(told).toHaveLength(4);
});

test.each([
  [20, Number.POSITIVE_INFINITY, 'rpc error: update out of sequence'],
  [1, 1, 'node n1 not found'],
])('it is told %i times at most where the answer is, %d times, %s', async (most, times, words) => {
  const { told, manager } = refusing(times, words);
  await expect(changeNode(manager, COMMAND, signal, virtualClock())).rejects.toThrow('web-1');
  expect(told).toHaveLength(most);
});

/** As the API has it; a manager that takes part in the consensus has a reachability. */
function node(ID: string, Role: string, State: string, Reachability?: string) {
  return {
    ...{ ID, Version: { Index: 1 }, Spec: { Role, Availability: 'active', Labels: {} } },
    Description: { Hostname: `host-${ID}`, Platform: { Architecture: 'x86_64', OS: 'linux' } },
    Status: { State, Addr: '10.0.0.1' },
    ...(Reachability !== undefined && { ManagerStatus: { Reachability } }),
  };
}

const WANTED = new Map([
  ['m', 'manager'],
  ['w', 'worker'],
] as const);

test('nodes are waited for until each is ready in its role', async () => {
  const answers = [
    [node('m', 'manager', 'ready', 'reachable')],
    [node('m', 'manager', 'ready', 'reachable'), node('w', 'worker', 'down')],
    [node('m', 'manager', 'ready', 'unreachable'), node('w', 'worker', 'ready')],
    [node('m', 'manager', 'ready', 'reachable'), node('w', 'worker', 'ready', 'reachable')],
    [node('m', 'manager', 'ready', 'reachable'), node('w', 'manager', 'ready', 'reachable')],
    [node('m', 'manager', 'ready', 'reachable'), node('w', 'worker', 'ready')],
  ];
  const { api, answers: said } = fakeEngine({});
  const asking = {
    ...api,
    get: (...question: Parameters<typeof api.get>) => {
      said['/nodes'] = answers.shift();
      return api.get(...question);
    },
  } as typeof api;
  const options = { signal, timeoutMs: 10_000, clock: virtualClock() };
  expect(await waitForNodes(asking, WANTED, options)).toHaveLength(2);
  expect(answers).toEqual([]);
});

test('nodes that are not ready in time are named with their state', async () => {
  const { api } = fakeEngine({ '/nodes': [node('w', 'worker', 'down')] });
  const options = { signal, timeoutMs: 1_000, clock: virtualClock() };
  await expect(waitForNodes(api, WANTED, options)).rejects.toMatchObject({
    message: '2 of 2 nodes did not become ready within 1 s.',
    details: 'm: not in the swarm\nhost-w: worker, down',
  });
});
