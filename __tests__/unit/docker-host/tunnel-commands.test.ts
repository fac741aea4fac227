import { expect, test } from '@jest/globals';
import {
  checkRemoteSocket,
  findingCommand,
  isSocketPath,
  tunnelCommand,
} from '../../../src/docker-host/tunnel-commands.ts';

const PLACE = { config: '/tmp/a b/config', node: 'node-1' };

test('a tunnel is one ssh that does nothing else', () => {
  expect(tunnelCommand(PLACE, '/tmp/x/docker.sock', '/var/run/docker.sock')).toEqual([
    'ssh',
    '-F',
    '/tmp/a b/config',
    '-N',
    '-T',
    '-o',
    'ExitOnForwardFailure=yes',
    '-o',
    'StreamLocalBindUnlink=yes',
    '-L',
    '/tmp/x/docker.sock:/var/run/docker.sock',
    'node-1',
  ]);
});

test('the question to the node is one line that any login shell hands on', () => {
  const line = findingCommand(PLACE, '/run/docker.sock').at(-1) ?? '';
  expect(line).toMatch(/^sh -c '[^'!\n]+' sh \/run\/docker\.sock$/);
});

test.each([
  ['of 103 bytes', `/${'a'.repeat(102)}`, true],
  ['of 104 bytes', `/${'a'.repeat(103)}`, false],
  ['relative', 'docker.sock', false],
  ['with a colon', '/tmp/a:b', false],
  ['with a space', '/tmp/a b', false],
  ['with a token', '/tmp/%h', false],
  ['with a variable', '/tmp/\u0024{HOME}', false],
  ['with a backslash', '/tmp/a\\b', false],
  ['with letters of two bytes', '/tmp/é', false],
])('a socket path %s', (_name, path, expected) => {
  expect(isSocketPath(path)).toBe(expected);
});

test('the socket of the node must be a plain path', () => {
  expect(() => checkRemoteSocket('/run/user/1000/docker.sock')).not.toThrow();
  expect(() => checkRemoteSocket('tcp://127.0.0.1:2375')).toThrow(
    'Not a path of a Unix socket on a node: "tcp://127.0.0.1:2375"',
  );
});
