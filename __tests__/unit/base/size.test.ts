import { expect, test } from '@jest/globals';
import { formatSize } from '../../../src/base/size.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [999_960, '1.0 MB'],
  [2_021_376, '2.0 MB'],
  [1_440_000_000, '1.4 GB'],
  [2_500_000_000_000, '2500.0 GB'],
])('%s bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});
