import path from 'node:path';
import { expect, test } from '@jest/globals';
import { pathBelow } from '../../../../src/base/files/path-below.ts';

test.each([
  ['D:\\a\\shop', 'D:\\a\\shop\\deploy\\compose.yaml', 'deploy/compose.yaml'],
  ['D:\\a\\shop', 'd:\\A\\Shop\\compose.yaml', 'compose.yaml'],
  ['D:\\a\\shop', 'D:/a/shop/deploy/compose.yaml', 'deploy/compose.yaml'],
  ['D:\\a\\shop', 'D:\\a\\shop', ''],
  ['D:\\a\\shop', 'D:\\a\\shop\\..web\\x', '..web/x'],
  ['D:\\a\\shop', 'D:\\a\\other\\compose.yaml', undefined],
  ['D:\\a\\shop', 'D:\\a', undefined],
  ['D:\\a\\shop', 'C:\\a\\shop\\compose.yaml', undefined],
  ['D:\\a\\shop', '\\\\server\\share\\compose.yaml', undefined],
  // A path of the nodes, which Compose leaves as it is.
  ['D:\\a\\shop', '/var/run/docker.sock', undefined],
  ['\\\\server\\share\\shop', '\\\\server\\share\\shop\\compose.yaml', 'compose.yaml'],
])('on Windows, from %s to %s', (folder, place, way) => {
  expect(pathBelow(folder, place, path.win32)).toBe(way);
});

test.each([
  ['/home/shop', '/home/shop/deploy/compose.yaml', 'deploy/compose.yaml'],
  ['/home/shop', '/home/shop/..web', '..web'],
  ['/home/shop', '/home/shop/a\\b', 'a\\b'],
  ['/home/shop', '/home', undefined],
  ['/home/shop', '/home/shop-2', undefined],
])('elsewhere, from %s to %s', (folder, place, way) => {
  expect(pathBelow(folder, place, path.posix)).toBe(way);
});
