import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { lockGaps } from '../../../script/lock-gaps.ts';

const SHA512 = `sha512-${'A'.repeat(86)}==`;

function lock(packages: Record<string, object>): string {
  return JSON.stringify({ lockfileVersion: 3, packages });
}

test('the lock file of this repository has none', () => {
  const path = resolve(import.meta.dirname, '../../../package-lock.json');
  expect(lockGaps(readFileSync(path, 'utf8'))).toEqual([]);
});

test('a package is found beside the one that needs it, inside of it, and at the top', () => {
  const packages = {
    '': { dependencies: { '@a/b': '1' } },
    'node_modules/@a/b': { integrity: SHA512, dependencies: { inner: '1', top: '1' } },
    'node_modules/@a/b/node_modules/inner': {
      integrity: SHA512,
      optionalDependencies: { beside: '1', top: '1' },
    },
    'node_modules/@a/b/node_modules/beside': { integrity: SHA512 },
    'node_modules/top': { integrity: SHA512 },
  };
  expect(lockGaps(lock(packages))).toEqual([]);
});

test.each([
  ['no checksum', { version: '1.0.0' }, 'node_modules/a: has no SHA-512'],
  ['a weak checksum', { integrity: 'sha1-AAAA' }, 'node_modules/a: has no SHA-512'],
  [
    'another place',
    { integrity: SHA512, resolved: 'https://evil.example.org/a.tgz' },
    'node_modules/a: is from https://evil.example.org/a.tgz, not from the registry',
  ],
  [
    'a package of another platform that is left out',
    { integrity: SHA512, optionalDependencies: { 'a-darwin': '1.0.0' } },
    'node_modules/a: needs a-darwin, which is not listed',
  ],
])('%s is one', (_name, locked, gap) => {
  expect(lockGaps(lock({ '': {}, 'node_modules/a': locked }))).toEqual([gap]);
});

test('a dependency inside of another package does not count', () => {
  const packages = {
    '': { dependencies: { b: '1' } },
    'node_modules/a': { integrity: SHA512 },
    'node_modules/a/node_modules/b': { integrity: SHA512 },
  };
  expect(lockGaps(lock(packages))).toEqual(['package.json: needs b, which is not listed']);
});

test('another form of lock file is refused', () => {
  expect(() => lockGaps('{"lockfileVersion": 1, "dependencies": {}}')).toThrow('lockfileVersion');
});
