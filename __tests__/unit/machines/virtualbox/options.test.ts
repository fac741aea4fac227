import { expect, test } from '@jest/globals';
import {
  isVBoxManage,
  virtualboxOptions,
  virtualboxPlaceOptions,
} from '../../../../src/machines/virtualbox/options.ts';

test('the words of docker-machine, whose plain numbers are megabytes', () => {
  expect(
    virtualboxOptions.parse({
      'cpu-count': '1',
      memory: 1024,
      'disk-size': '20000',
      'ui-type': 'gui',
      'no-vtx-check': true,
      vboxmanage: '/opt/VirtualBox/VBoxManage',
    }),
  ).toEqual({
    'cpu-count': 1,
    memory: 2 ** 30,
    'disk-size': 20_000 * 2 ** 20,
    'ui-type': 'gui',
    'no-vtx-check': true,
    vboxmanage: '/opt/VirtualBox/VBoxManage',
  });
  expect(virtualboxOptions.parse({ memory: '2g' })).toEqual({ memory: 2 ** 31 });
  expect(virtualboxOptions.parse({})).toEqual({});
});

test.each([
  ['cpu-count', 0],
  ['memory', 100],
  ['memory', 'much'],
  ['disk-size', '1m'],
  ['ui-type', 'sdl'],
  ['no-vtx-check', 'yes'],
  ['vboxmanage', '/usr/bin/env'],
  ['image', 'https://example.org/a.qcow2'],
  ['cpus', 2],
])('%s: %s is refused', (key, value) => {
  expect(virtualboxOptions.safeParse({ [key]: value }).success).toBe(false);
});

test('of whatever options a cluster is found by the program alone', () => {
  expect(virtualboxPlaceOptions.parse({ cpus: 'x', vboxmanage: 'VBoxManage' })).toEqual({
    vboxmanage: 'VBoxManage',
  });
});

test.each([
  ['VBoxManage', true],
  ['vboxmanage', true],
  ['C:\\Program Files\\Oracle\\VirtualBox\\VBoxManage.exe', true],
  ['/usr/bin/VBoxManage', true],
  ['/usr/bin/VBoxManage2', false],
  ['VBoxManage/sh', false],
])('%s: %s', (program, isIt) => {
  expect(isVBoxManage(program)).toBe(isIt);
});
