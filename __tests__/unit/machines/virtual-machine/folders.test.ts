import { expect, test } from '@jest/globals';
import { isInside } from '../../../../src/machines/virtual-machine/folders.ts';

test.each([
  ['/s/shop', '/s/shop/1/disk.vdi', true],
  ['/s/shop', '/s/shop', true],
  ['/s/shop', '/s/shop-2/1/disk.vdi', false],
  ['/s/shop', '/s', false],
  ['/s/shop', '/s/shop/../other/disk.vdi', false],
  ['/s/shop', '/s/shop/..a', true],
])('in %s is %s: %s', (folder, path, isIn) => {
  expect(isInside(folder, path)).toBe(isIn);
});
