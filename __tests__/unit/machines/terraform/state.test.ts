import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import {
  newlyAsked,
  withExpiry,
  withMachine,
  withoutMachines,
  withPorts,
} from '../../../../src/machines/terraform/asked.ts';
import { machinesOf } from '../../../../src/machines/terraform/find.ts';
import { readState } from '../../../../src/machines/terraform/state.ts';

const OWNER = { cluster: 'shop', repository: '42', run: '1/a/up' };
const NAME = 'su-42-shop';
const one = withMachine(newlyAsked(OWNER, '2026-12-01T00:00:00Z'), OWNER, 1, 'ssh-ed25519 AAAA');
const two = withMachine(one, OWNER, 2, 'ssh-ed25519 BBBB');

function stateText({ asked = two as unknown, nodes = undefined as unknown, more = {} } = {}) {
  const input = { value: asked, type: 'object' };
  const marker = { mode: 'managed', type: 'terraform_data', name: 'swarm_up' };
  const server = { mode: 'managed', type: 'cloud_server', name: 'machine', module: 'module.a' };
  return JSON.stringify({
    ...{ version: 4, serial: 3, lineage: 'l', terraform_version: '1.11.4' },
    outputs: nodes === undefined ? {} : { swarm_up: { value: nodes, type: 'object' } },
    resources: [
      { ...marker, instances: [{ attributes: { input } }] },
      { ...server, instances: [{ index_key: 'shop-1' }, { index_key: 0 }] },
      { ...server, mode: 'data', instances: [{}] },
    ],
    ...more,
  });
}

const failure = (work: () => unknown): ActionError => {
  try {
    work();
  } catch (error) {
    if (error instanceof ActionError) return error;
  }
  throw new Error('It should have failed.');
};

test('machines are those that were asked for, with what the output says of them', () => {
  const nodes = [
    { name: 'shop-2', address: '192.0.2.2', private_address: '10.0.0.2', user: 'root', port: 2222 },
    { name: 'other', address: '192.0.2.9' },
  ];
  const state = readState(NAME, stateText({ nodes: { nodes } }));
  expect(state?.resources).toEqual([
    'terraform_data.swarm_up',
    ...['module.a.cloud_server.machine["shop-1"]', 'module.a.cloud_server.machine[0]'],
  ]);
  const machines = machinesOf(state);
  expect(machines.map(({ name, state: is, address }) => [name, is, address])).toEqual([
    ['shop-1', 'stopped', ''],
    ['shop-2', 'running', '192.0.2.2'],
  ]);
  expect(machines[1]).toMatchObject({ owner: OWNER, privateAddress: '10.0.0.2' });
  expect(machines[1]?.labels).toMatchObject({
    'swarm-up.host-key': 'ssh-ed25519 BBBB',
    ...{ 'swarm-up.ssh-port': '2222', 'swarm-up.ssh-user': 'root', 'swarm-up.index': '2' },
  });
});

test('host keys of the output take the place of the one that was asked for', () => {
  const nodes = [{ name: 'shop-1', address: 'a', host_keys: ['ssh-ed25519 CCCC'] }];
  const [machine] = machinesOf(readState(NAME, stateText({ nodes: { nodes } })));
  expect(machine?.labels['swarm-up.host-key']).toBe('ssh-ed25519 CCCC');
});

test.each([
  [{}, '`swarm_up.nodes`: expected a list of nodes'],
  ['x', '`swarm_up`: expected an object with `nodes`'],
  [{ nodes: [{ name: 'shop-1' }] }, '`swarm_up.nodes[0].address`: expected an IP address'],
  [{ nodes: [{ address: '192.0.2.1' }] }, '`swarm_up.nodes[0].name`: expected the key'],
  [{ nodes: [{ name: 'a', address: '' }] }, '`swarm_up.nodes[0].address`: expected an IP address'],
  [{ nodes: [{ name: 'a', address: 'b', port: 0 }] }, '`swarm_up.nodes[0].port`: expected a port'],
  [{ nodes: [{ name: 'a', address: 'b', user: '-o' }] }, '`swarm_up.nodes[0].user`: expected'],
])('an output %j is named with what is missing, and stops no removal', (nodes, details) => {
  const state = readState(NAME, stateText({ nodes }));
  expect(state?.resources).toHaveLength(3);
  const error = failure(() => machinesOf(state));
  expect(error.message).toBe(
    'The output `swarm_up` of the module is not right, in the state su-42-shop.',
  );
  expect(error.details).toContain(details);
});

test('a marker that a typed variable has cut is named', () => {
  const { machines: _, ...asked } = two;
  const error = failure(() => readState(NAME, stateText({ asked }))?.asked());
  expect(error.message).toContain('terraform_data.swarm_up of the state su-42-shop');
  expect(error.details).toContain('`input.machines`');
  expect(error.hint).toContain('type = any');
});

test('no state, an empty one, and one in another form', () => {
  expect(readState(NAME, '\n')).toBeUndefined();
  const empty = readState(NAME, stateText({ more: { resources: [] } }));
  expect(empty).toMatchObject({ lineage: 'l', resources: [], hasOutputs: false });
  expect(empty?.asked()).toBeUndefined();
  expect(machinesOf(empty)).toEqual([]);
  const newer = failure(() => readState(NAME, stateText({ more: { version: 5 } })));
  expect(newer.message).toBe('The state su-42-shop was not understood.');
  expect(newer.details).toContain('`state.version`');
  expect(failure(() => readState(NAME, 'Error: x')).message).toContain('was not understood');
});

test('what is asked: names, labels, ports, the end of all, and machines that go', () => {
  expect(two.machines['shop-2']).toMatchObject({ name: 'su-42-shop-2', index: 2 });
  const until = '2026-12-09T00:00:00Z';
  const later = withExpiry(two, until);
  expect([later.expires, later.labels['swarm-up.expires']]).toEqual([until, until]);
  expect(later.machines['shop-1']?.labels['swarm-up.expires']).toBe(until);
  // One that comes later ends with the others.
  const third = withMachine(later, OWNER, 3, 'ssh-ed25519 C').machines['shop-3'];
  expect(third?.labels['swarm-up.expires']).toBe(until);
  expect(Object.keys(withoutMachines(two, new Set(['shop-1'])).machines)).toEqual(['shop-2']);
  const port = { port: 53, protocol: 'udp' } as const;
  expect(withPorts(withPorts(two, [port]), []).ports).toEqual([]);
});
