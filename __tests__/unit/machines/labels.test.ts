import { expect, test } from '@jest/globals';
import { ownerLabels, ownerOf } from '../../../src/machines/labels.ts';

test.each([
  [{ cluster: 'shop', repository: '42', run: '7/test/up' }],
  [{ cluster: 'shop', repository: '42', run: '7/test/up', expires: '2026-11-24T00:00:00Z' }],
  [{ cluster: 'shop-pr-3', repository: '42', run: '7/test/up', pullRequest: '3' }],
])('labels of %j name that owner again', (owner) => {
  expect(ownerOf(ownerLabels(owner))).toEqual(owner);
});

test('what has no label of ours is not owned', () => {
  expect(ownerOf({ 'com.docker.compose.project': 'shop' })).toBeUndefined();
});
