import { expect, test } from '@jest/globals';
import * as words from '../../../../src/machines/docker-machine/commands.ts';

const line = (command: words.Words) => words.commandLine('docker-machine', '/store', command);

test('command lines', () => {
  const making = { name: 'su-1-shop-1', driver: 'generic', labels: ['a=b'], flags: ['--x=1'] };
  expect(line(words.create(making)).join(' ')).toBe(
    'docker-machine -s /store create --driver generic --engine-label a=b --x=1 su-1-shop-1',
  );
  expect(line(words.remove('m')).join(' ')).toBe('docker-machine -s /store rm -y m');
  expect(line(words.readHostKey('m')).join(' ')).toBe(
    'docker-machine -s /store ssh m -- cat /etc/ssh/ssh_host_ed25519_key.pub',
  );
});

test.each([
  [line(words.VERSION), true],
  [line(words.status('m')), true],
  [line(words.ip('m')), true],
  [line(words.inspect('m')), true],
  [line(words.createHelp('generic')), true],
  [line(words.create({ name: '--help', driver: 'x', labels: [], flags: ['--x=1'] })), false],
  [line(words.remove('m')), false],
  [line(words.readHostKey('m')), false],
  [words.commandLine('docker-machine', '/other', words.VERSION), false],
  [words.commandLine('other', '/store', words.VERSION), false],
])('a dry run: %j only reads: %s', (argv, reads) => {
  expect(words.onlyReads(argv, 'docker-machine', '/store')).toBe(reads);
});

test('a process that makes a machine is known by its storage path', () => {
  const argv = line(words.create({ name: 'm-1', driver: 'x', labels: [], flags: ['--x=1'] }));
  expect(words.madeBy(argv, '/store')).toBe('m-1');
  // As a script: its interpreter stands before it.
  expect(words.madeBy(['/bin/sh', ...argv], '/store')).toBe('m-1');
  expect(words.madeBy(argv, '/other')).toBeUndefined();
  expect(words.madeBy(line(words.remove('m-1')), '/store')).toBeUndefined();
  expect(words.madeBy(['sleep', '5'], '/store')).toBeUndefined();
});
