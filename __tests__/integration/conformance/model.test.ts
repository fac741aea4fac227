import { expect, test } from '@jest/globals';
import {
  answer,
  type Engine,
  initSwarm,
  leaveSwarm,
  newEngine,
  removeLocalNetwork,
  settle,
  stateOf,
} from '../../support/model/engine.ts';
import { executorOf } from '../../support/model/machine.ts';
import { createWorld } from '../../support/model/world.ts';

// What the model is for is seen in the other tests of this folder; here is what makes them fail
// where they should.

const engine = () => newEngine(createWorld(), 'host-1', '10.77.0.2');

const ask = (one: Engine, method: string, target: string, body?: unknown) => {
  const { pathname: path, searchParams: query } = new URL(target, 'http://docker');
  return () => answer(one, { method, path, query, body });
};

test('what it does not know is refused, and kept with the place where it is to be added', async () => {
  const one = engine();
  expect(ask(one, 'POST', '/services/web/restart')).toThrow(
    'does not know: POST /services/web/restart\nAdd it to __tests__/support/model/engine.ts (ROUTES)',
  );
  expect(ask(one, 'GET', '/volumes?filters={"dangling":["true"]}')).toThrow(
    'with the filter dangling',
  );
  const { exitCode, stderr } = await executorOf(one, 'host-1').run(['docker', 'swarm', 'ca'], {
    anyExitCode: true,
  });
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('docker swarm ca (on host-1)')]);
  expect(one.world.unknown).toHaveLength(3);
});

test('a host that leaves before it is attached keeps its bridge for good', () => {
  const one = engine();
  const before = stateOf(one);
  initSwarm(one, {});
  leaveSwarm(one);
  expect(stateOf(one)).not.toEqual(before);
  expect(() => removeLocalNetwork(one, 'docker_gwbridge')).toThrow('has active endpoints');
});

test('the bridge of a host that leaves later stays until it is removed', () => {
  const one = engine();
  const before = stateOf(one);
  initSwarm(one, {});
  settle(one, Number.POSITIVE_INFINITY);
  expect(() => removeLocalNetwork(one, 'docker_gwbridge')).toThrow('has active endpoints');
  leaveSwarm(one);
  removeLocalNetwork(one, 'docker_gwbridge');
  expect(stateOf(one)).toEqual(before);
});

test('a worker, and a host in no swarm, know nothing of the swarm', () => {
  expect(ask(engine(), 'GET', '/nodes')).toThrow('This node is not a swarm manager');
});
