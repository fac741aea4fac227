import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { objectName } from '../../../../src/machines/cloud/object-name.ts';

test.each([
  ['42', 'shop', undefined, 'su-42-shop'],
  ['42', 'shop', 3, 'su-42-shop-3'],
  ['1234567890', 'a'.repeat(40), 50, `su-1234567890-${'a'.repeat(40)}-50`],
])('repository %s, cluster %s, index %s: %s', (repository, cluster, index, name) => {
  expect(objectName({ repository, cluster }, index)).toBe(name);
});

test.each([
  ['unknown-0f8fad5b-d9cb-469f-a165-70867728950e', 'shop'],
  ['42', 'Shop.Ünder_score'],
  ['12345678901234567890', 'a'.repeat(40)],
  ['42', '---'],
])('repository %s, cluster %s: a hash and what can be shown', (repository, cluster) => {
  expect(objectName({ repository, cluster })).toMatch(/^su-h[0-9a-f]{16}(-[a-z0-9-]+)?$/);
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.stringMatching(/^[a-z0-9-]{1,45}$/),
  fc.nat().map(String),
);
const whose = fc.record({ repository: text, cluster: text });
const index = fc.option(fc.integer({ min: 1, max: 99_999 }), { nil: undefined });

test('every name is a label of a host name', async () => {
  await fc.assert(
    fc.property(whose, index, (cluster, at) => {
      expect(objectName(cluster, at)).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
    }),
  );
});

test('two clusters never have the same name', async () => {
  await fc.assert(
    fc.property(whose, whose, (a, b) => {
      const isSame = a.repository === b.repository && a.cluster === b.cluster;
      expect(objectName(a) === objectName(b)).toBe(isSame);
    }),
  );
  expect(objectName({ repository: '1-a', cluster: 'b' })).not.toBe(
    objectName({ repository: '1', cluster: 'a-b' }),
  );
});
