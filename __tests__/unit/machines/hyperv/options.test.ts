import { expect, test } from '@jest/globals';
import { hypervOptions } from '../../../../src/machines/hyperv/options.ts';

test('the words of docker-machine, whose plain numbers are megabytes', () => {
  expect(
    hypervOptions.parse({
      ...{ 'cpu-count': '1', memory: 1024, 'disk-size': '20000' },
      ...{ 'virtual-switch': 'Default Switch', generation: '1' },
    }),
  ).toEqual({
    ...{ 'cpu-count': 1, memory: 2 ** 30, 'disk-size': 20_000 * 2 ** 20 },
    ...{ 'virtual-switch': 'Default Switch', generation: 1 },
  });
  expect(hypervOptions.parse({})).toEqual({});
});

test.each([
  ['cpu-count', 0],
  ['memory', 100],
  ['disk-size', '1m'],
  ['virtual-switch', ''],
  ['generation', 3],
  ['image', 'https://example.org/a.vhdx'],
  ['cpus', 2],
])('%s: %s is refused', (key, value) => {
  expect(hypervOptions.safeParse({ [key]: value }).success).toBe(false);
});
