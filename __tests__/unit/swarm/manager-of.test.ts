import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import { managerOf } from '../../../src/swarm/manager-of.ts';

const machine = (name: string, LocalNodeState: string, ControlAvailable = false) =>
  ({ name, engine: { Swarm: { LocalNodeState, ControlAvailable } } }) as ConnectedMachine;

const OUTSIDE = machine('a', 'inactive');
const WORKER = machine('b', 'active');
const MANAGER = machine('c', 'active', true);

test('a manager is found wherever it stands, and none where there is no swarm', () => {
  const unreached: string[] = [];
  expect(managerOf({ machines: [OUTSIDE, WORKER, MANAGER], unreached })).toBe(MANAGER);
  expect(managerOf({ machines: [OUTSIDE], unreached })).toBeUndefined();
});

test('workers alone know no stack, and who is missing may be the manager', () => {
  expect(() => managerOf({ machines: [WORKER], unreached: [] })).toThrow(
    'b is a worker of a swarm, and none of the hosts is a manager of it.',
  );
  expect(() => managerOf({ machines: [WORKER], unreached: ['c'] })).toThrow(
    'No host that can be reached is a manager of the swarm.',
  );
});
