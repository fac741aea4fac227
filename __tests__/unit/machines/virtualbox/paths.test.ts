import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { clusterFolder } from '../../../../src/machines/virtual-machine/folders.ts';
import * as paths from '../../../../src/machines/virtualbox/paths.ts';

const id = { repository: '42', cluster: 'shop' };

test('a machine has the same UUID in every run, and no other machine has it', () => {
  const one = paths.machineId(id, 1);
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  // As it is of the release that made the machine: a later one has to find it.
  expect(one).toBe('6b3a619f-ce29-53f5-9a4c-438e2b7369db');
  const others = [
    paths.machineId(id, 2),
    paths.machineId({ ...id, repository: '4' }, 1),
    paths.machineId({ ...id, cluster: 'shop-1' }, 1),
  ];
  expect(new Set([one, ...others]).size).toBe(4);
});

test('a group and a folder of settings say whose they are', () => {
  expect(paths.clusterOfGroup(paths.groupOf(id))).toEqual(id);
  expect(paths.clusterOfGroup('/swarm-up')).toBeUndefined();
  expect(paths.clusterOfGroup('/theirs/42-shop')).toBeUndefined();
  expect(paths.clusterOfGroup('/swarm-up/42-shop/more')).toBeUndefined();
  const folder = paths.settingsFolder(clusterFolder('/s', 'shop'), id, 3);
  expect(folder).toBe(join('/s', 'shop', 'swarm-up', '42-shop', 'shop-3'));
  expect(paths.clusterOfSettings(join(folder, 'shop-3.vbox'))).toEqual(id);
  expect(paths.clusterOfSettings('C:\\s\\swarm-up\\42-shop\\shop-3\\shop-3.vbox')).toEqual(id);
  expect(paths.clusterOfSettings('/s/swarm-up/42-shop/other-3/other-3.vbox')).toBeUndefined();
});
