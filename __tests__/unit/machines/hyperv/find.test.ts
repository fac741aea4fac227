import { expect, test } from '@jest/globals';
import { namesOf, partsIn } from '../../../../src/machines/hyperv/find.ts';
import { notesOf } from '../../../../src/machines/hyperv/names.ts';
import type { Look } from '../../../../src/machines/hyperv/questions.ts';
import { candidates } from '../../../../src/machines/virtual-machine/subnet.ts';

const owner = { cluster: 'shop', repository: '4711', run: '1/test/up' };
const own = notesOf(owner);
const others = notesOf({ ...owner, repository: '815' });
const folder = { folder: '/state/shop', record: '', key: '' };
const network = `${candidates('shop')[3]}.0/24`;

const lookWith = (more: Partial<Look>): Look => ({ machines: [], switches: [], nats: [], ...more });
const machine = (name: string, notes: string, path = '/elsewhere/x') => ({
  ...{ id: '1', name, notes, path, state: 'Running' },
});

test.each([
  ['notes that name the cluster', machine('su-4711-shop-1', own), true],
  [
    'its settings in the folder of the cluster, before it has notes',
    machine('su-4711-shop-1', '', '/state/shop/su-4711-shop-1'),
    true,
  ],
  ['a name alone', machine('su-4711-shop-1', ''), false],
  ['no path, as of somebody who may not see it', machine('su-4711-shop-1', '', ''), false],
  ["another repository's notes", machine('su-4711-shop-1', others), false],
  ['notes alone', machine('web', own), false],
  ['the name of another cluster', machine('su-4711-shop-2-1', own), false],
  ['a folder that only begins so', machine('su-4711-shop-1', '', '/state/shop-2/m'), false],
])('a machine is of a cluster by name and mark: %s', (_, one, isOwn) => {
  const { machines } = partsIn(lookWith({ machines: [one] }), owner, folder);
  expect(machines.map(({ index }) => index)).toEqual(isOwn ? [1] : []);
});

test('a switch is of a cluster by its notes, and a name that is taken is known', () => {
  const name = 'su-4711-shop';
  const mine = { id: '2', name, notes: own };
  const theirs = { id: '3', name, notes: 'LAN' };
  expect(partsIn(lookWith({ switches: [mine] }), owner, folder)).toMatchObject({
    ...{ networkSwitch: '2', isNameTaken: false },
  });
  const both = partsIn(lookWith({ switches: [theirs] }), owner, folder);
  expect(both).toMatchObject({ networkSwitch: undefined, isNameTaken: true });
});

test('a NAT is of a cluster if its network is one that the cluster may have', () => {
  const name = 'su-4711-shop';
  const nat = (nets: string) =>
    partsIn(lookWith({ nats: [{ name, network: nets }] }), owner, folder).nat;
  expect(nat(network)).toBe(name);
  expect(nat('192.168.0.0/24')).toBeUndefined();
});

test('each part has a name for people', () => {
  const look = lookWith({
    machines: [machine('su-4711-shop-2', own), machine('su-4711-shop-1', own)],
    switches: [{ id: '2', name: 'su-4711-shop', notes: own }],
    nats: [{ name: 'su-4711-shop', network }],
  });
  expect(namesOf(partsIn(look, owner, folder), owner)).toEqual([
    ...['machine shop-1', 'machine shop-2', 'switch su-4711-shop', 'NAT su-4711-shop'],
  ]);
});
