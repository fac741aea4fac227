import { expect, test } from '@jest/globals';
import {
  programName,
  systemPluginFolders,
} from '../../../../src/compose/policy/compose-programs.ts';
import { waysOf } from '../../../../src/compose/policy/isolation.ts';

test.each([
  [
    { ProgramData: 'C:\\ProgramData', ProgramFiles: 'C:\\Program Files' },
    ['C:\\ProgramData\\Docker\\cli-plugins', 'C:\\Program Files\\Docker\\cli-plugins'],
  ],
  [{ PROGRAMDATA: 'D:\\Data' }, ['D:\\Data\\Docker\\cli-plugins']],
  [{}, []],
])('on Windows docker looks for plugins of everybody in folders of %j', (env, folders) => {
  expect(systemPluginFolders({ platform: 'win32', env })).toEqual(folders);
});

test.each(['linux', 'darwin'] as const)('on %s they are where they are', (platform) => {
  expect(systemPluginFolders({ platform, env: { ProgramData: 'C:\\' } })).toContain(
    '/usr/libexec/docker/cli-plugins',
  );
});

test('a program has an ending on Windows', () => {
  expect(programName('docker', { platform: 'win32' })).toBe('docker.exe');
  expect(programName('docker', { platform: 'darwin' })).toBe('docker');
});

const COMPOSE = 'C:\\Program Files\\Docker\\cli-plugins\\docker-compose.exe';
const PLUGIN = ['docker', 'compose'];

test.each([
  ['linux', { docker: '/usr/bin/docker', compose: '/p' }, [PLUGIN, ['/p']]],
  ['linux', { docker: '/usr/bin/docker', compose: undefined }, [PLUGIN, ['docker-compose']]],
  ['linux', { docker: undefined, compose: '/p' }, [['/p']]],
  ['linux', { docker: undefined, compose: undefined }, [PLUGIN, ['docker-compose']]],
  ['win32', { docker: 'C:\\docker.exe', compose: COMPOSE }, [[COMPOSE], PLUGIN]],
  ['win32', { docker: undefined, compose: COMPOSE }, [[COMPOSE]]],
] as const)('in isolation, on %s with %j, Compose is called so', (platform, programs, ways) => {
  expect(waysOf({ ownPlugin: undefined, ...programs }, platform)).toEqual(ways);
});
