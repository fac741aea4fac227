import path from 'node:path';
import { expect, test } from '@jest/globals';
import { withoutWorkspace } from '../../../../src/compose/errors/without-workspace.ts';

test.each([
  [
    'validating D:\\a\\shop\\deploy\\compose.yaml: services.web',
    'validating deploy/compose.yaml: services.web',
  ],
  ['open D:\\a\\shop\\x.env: The system cannot find', 'open x.env: The system cannot find'],
  ['"D:\\\\a\\\\shop\\\\deploy\\\\x.env" is a folder', '"deploy/x.env" is a folder'],
  ['open D:\\a\\shop/deploy\\x.env: gone', 'open deploy/x.env: gone'],
  ['read D:\\a\\shop: is a directory', 'read .: is a directory'],
  ['open D:\\a\\shop2\\x.env', 'open D:\\a\\shop2\\x.env'],
  ['D:\\a\\shop\\a and D:\\a\\shop\\b', 'a and b'],
])('on Windows: %s', (words, short) => {
  expect(withoutWorkspace(words, 'D:\\a\\shop', path.win32)).toBe(short);
});

test.each([
  ['validating /w/shop/deploy/compose.yaml: x', 'validating deploy/compose.yaml: x'],
  ['read /w/shop: is a directory', 'read .: is a directory'],
  ['/w/shop/a\\b', 'a\\b'],
  ['/w/shop2/a', '/w/shop2/a'],
])('elsewhere: %s', (words, short) => {
  expect(withoutWorkspace(words, '/w/shop', path.posix)).toBe(short);
});
