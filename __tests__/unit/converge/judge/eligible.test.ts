import { expect, test } from '@jest/globals';
import { eligibleNodes } from '../../../../src/converge/judge/eligible.ts';
import { judge } from '../../../../src/converge/judge/judge.ts';
import { nodes as nodesSchema, type Service } from '../../../../src/swarm/objects.ts';
import { captured, expecting } from '../../../support/snapshots.ts';

const node = (name: string, changes: object = {}) => ({
  ID: `id-${name}`,
  Spec: { Role: 'worker', Availability: 'active', Labels: { disk: 'ssd', Disk: 'x' } },
  Description: {
    Hostname: name,
    Platform: { OS: 'linux', Architecture: 'x86_64' },
    Engine: { Labels: { zone: 'north' } },
  },
  Status: { State: 'ready', Addr: '10.0.3.7' },
  ...changes,
});

function eligible(constraints: readonly string[] | null, ...nodes: readonly object[]): string[] {
  const service = { Spec: { TaskTemplate: { Placement: { Constraints: constraints } } } };
  return eligibleNodes(service as unknown as Service, nodesSchema.parse(nodes)).map(
    ({ Description }) => Description.Hostname,
  );
}

test.each([
  ['node.hostname==ONE', true],
  ['node.hostname != one', false],
  ['node.id == id-one', true],
  ['node.role==manager', false],
  ['node.role != manager', true],
  ['node.platform.os == Linux', true],
  ['node.platform.arch == aarch64', false],
  ['node.labels.disk == SSD', true],
  // The name of a label has its case.
  ['node.labels.DISK == ssd', false],
  ['node.labels.none != ssd', true],
  ['node.labels.none == ssd', false],
  ['engine.labels.zone == north', true],
  ['node.ip == 10.0.3.7', true],
  ['node.ip == 10.0.0.0/16', true],
  ['node.ip == 10.1.0.0/16', false],
  ['node.ip != 10.1.0.0/16', true],
  ['node.ip == 10.0.0.0/99', false],
])('%s holds: %s', (constraint, holds) => {
  expect(eligible([constraint], node('one'))).toEqual(holds ? ['one'] : []);
});

test('every constraint has to hold; without any every node that is up and active will do', () => {
  const other = { Spec: { Role: 'manager', Availability: 'active', Labels: null } };
  const nodes = [
    node('one'),
    node('two', other),
    node('down', { Status: { State: 'down' } }),
    node('drained', { Spec: { Role: 'worker', Availability: 'drain' } }),
    node('paused', { Spec: { Role: 'worker', Availability: 'pause' } }),
  ];
  expect(eligible(null, ...nodes)).toEqual(['one', 'two']);
  expect(eligible(['node.role == worker', 'node.labels.disk == ssd'], ...nodes)).toEqual(['one']);
});

test.each([
  ['updating', '1/2 running, updating', 2],
  ['paused', '1/2 running, update paused', 2],
  ['completed', '1/1 running', 1],
])('a global service whose update is %s: %s', (State, summary, desired) => {
  const snapshot = captured('global-running');
  const [service] = snapshot.services;
  if (!service) throw new Error('one service');
  const updating = { ...service, UpdateStatus: { State, Message: '' } };
  // The update has come to one of the two nodes.
  const facts = {
    ...snapshot,
    service: updating,
    tasks: snapshot.tasks.slice(0, 1),
    remembered: [],
  };
  const { verdict } = judge(expecting({ mode: 'global' }), facts);
  expect([verdict.summary, verdict.running, verdict.desired]).toEqual([summary, 1, desired]);
});
