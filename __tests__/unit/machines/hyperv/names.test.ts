import { expect, test } from '@jest/globals';
import * as names from '../../../../src/machines/hyperv/names.ts';

const id = { cluster: 'shop', repository: '4711' };

test('a name in Hyper-V says repository, cluster and number', () => {
  expect(names.networkOf(id)).toBe('su-4711-shop');
  expect(names.nameInHyperv(id, 12)).toBe('su-4711-shop-12');
  expect(names.pipeOf(id, 1)).toBe('\\\\.\\pipe\\su-4711-shop-1');
});

test.each([
  ['su-4711-shop-12', 12],
  ['su-4711-shop-012', undefined],
  ['su-4711-shop-0', undefined],
  ['su-4711-shop', undefined],
  ['su-4711-shop-x-1', undefined],
  ['su-47110-shop-1', undefined],
  ['SU-4711-shop-1', undefined],
])('%s is the machine %s of the cluster', (name, index) => {
  expect(names.indexOf(id, name)).toBe(index);
});

test.each([
  ['su-4711-shop-1', id],
  ['su-4711-shop-2-1', { cluster: 'shop-2', repository: '4711' }],
  ['su-shop-1', undefined],
  ['web', undefined],
])('%s is of the cluster %s', (name, cluster) => {
  expect(names.clusterOfMachine(name)).toEqual(cluster);
});

test('notes name the owner, and anything else names none', () => {
  const owner = { ...id, run: '1/test/up', expires: '2030-01-01T00:00:00Z' };
  expect(names.ownerInNotes(names.notesOf(owner))).toEqual(owner);
  for (const notes of ['', 'my machine', '[]', '{"swarm-up.cluster":1}', '{"a":"b"}']) {
    expect(names.ownerInNotes(notes)).toBeUndefined();
  }
});
