import { expect, test } from '@jest/globals';
import { isReserved, ownerLabels, ownerOf } from '../../../src/machines/ownership.ts';

test.each([
  [{ cluster: 'shop', repository: '42', run: '7/test/up' }],
  [{ cluster: 'shop', repository: '42', run: '7/test/up', expires: '2026-11-24T00:00:00Z' }],
  [{ cluster: 'shop-pr-3', repository: '42', run: '7/test/up', pullRequest: '3' }],
])('labels of %j name that owner again', (owner) => {
  expect(ownerOf(ownerLabels(owner))).toEqual(owner);
});

test.each([
  [{ 'com.docker.compose.project': 'shop' }],
  [{ 'swarm-up.cluster': 'shop' }],
  [{ 'swarm-up.cluster': 'shop', 'swarm-up.repository': '' }],
  [{ 'swarm-up.cluster': '', 'swarm-up.repository': '42' }],
])('labels %j name no owner', (labels) => {
  expect(ownerOf(labels)).toBeUndefined();
});

test.each([
  ['swarm-up.stack', true],
  [' Swarm-Up.Lock ', true],
  ['swarm-up.', true],
  ['swarm-up', false],
  ['swarm-upper.a', false],
  ['com.example.swarm-up.stack', false],
])('whether the label %j is ours alone to give: %j', (key, expected) => {
  expect(isReserved(key)).toBe(expected);
});
