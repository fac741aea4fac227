import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../../src/machines/connect.ts';
import { refuseHalfLeft } from '../../../../src/swarm/leave/half-left.ts';

const host = (name: string, LocalNodeState: string, NodeID: string) =>
  ({ name, engine: { Swarm: { LocalNodeState, NodeID } } }) as unknown as ConnectedMachine;

test('hosts that have not ended to leave are refused by name, and no other', () => {
  refuseHalfLeft([host('a', 'active', 'x1'), host('b', 'inactive', ''), host('c', 'pending', '')]);
  expect(() => refuseHalfLeft([host('a', 'active', 'x1'), host('web-1', 'active', '')])).toThrow(
    'web-1: told to leave the swarm, and that has not ended: no node any more, and not free yet.',
  );
});
