import { expect, test } from '@jest/globals';
import {
  dockerMachineOptions,
  placeOptions,
} from '../../../../src/machines/docker-machine/options.ts';

test('what is taken if nothing else is said', () => {
  expect(dockerMachineOptions.parse({ driver: 'amazonec2' })).toEqual({
    ...{ driver: 'amazonec2', flags: {}, binary: 'docker-machine', 'host-key': 'pinned' },
  });
});

test('flags may be texts, numbers, switches and lists of them', () => {
  const flags = { 'virtualbox-memory': 2048, 'amazonec2-open-port': [80, '443'], monitoring: true };
  expect(dockerMachineOptions.parse({ driver: 'x', flags }).flags).toEqual({
    'virtualbox-memory': { values: ['2048'], isList: false },
    'amazonec2-open-port': { values: ['80', '443'], isList: true },
    monitoring: { values: ['true'], isList: false },
  });
});

test('a removal needs the place alone, and looks at nothing else', () => {
  const given = { driver: 'none', flags: 'x', typo: 1, 'storage-path': '/kept', binary: 'rm-1' };
  expect(placeOptions.parse(given)).toEqual({
    ...{ 'storage-path': '/kept', binary: 'rm-1', flags: {}, 'host-key': 'pinned' },
  });
  expect(placeOptions.parse({}).binary).toBe('docker-machine');
  expect(placeOptions.safeParse({ 'storage-path': 'kept' }).success).toBe(false);
});

test.each([
  [{ driver: undefined }, 'driver', /^give the name of a driver/],
  [{ driver: 'none' }, 'driver', /^give the name of a driver/],
  [{ driver: '--debug' }, 'driver', /^give the name of a driver/],
  [{ flags: ['--swarm'] }, 'flags', /^give a map of the flags/],
  [{ flags: { size: null } }, 'flags', /^give a text, a number/],
  [{ flags: { ports: [] } }, 'flags', /^give a text, a number/],
  [{ 'storage-path': '~/.docker/machine' }, 'storage-path', /^give an absolute path/],
  [{ 'host-key': 'none' }, 'host-key', /^give `pinned` or `first-use`/],
  [{ binary: '' }, 'binary', /^give the name or the path/],
])('%j is refused', (given, key, message) => {
  const { error } = dockerMachineOptions.safeParse({ driver: 'amazonec2', ...given });
  expect(error?.issues[0]?.path[0]).toBe(key);
  expect(error?.issues[0]?.message).toMatch(message);
});

test('a flag with dashes before it is refused', () => {
  const flags = { '--amazonec2-region': 'eu-central-1' };
  expect(dockerMachineOptions.safeParse({ driver: 'amazonec2', flags }).success).toBe(false);
});
