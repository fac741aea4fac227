import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decodeLabels,
  encodeLabels,
  selectorOf,
  withoutLabel,
} from '../../../../src/machines/hetzner/label-codec.ts';

const KEY_BYTES = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7));
const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
const HOST_KEY = `ssh-ed25519 ${Buffer.concat([KEY_START, KEY_BYTES]).toString('base64')}`;

test('labels as Hetzner has them', () => {
  const labels = {
    'swarm-up.cluster': 'shop-pr-3',
    'swarm-up.repository': '42',
    'swarm-up.run': '7/test/up',
    'swarm-up.expires': '2026-12-01T10:00:00Z',
    'swarm-up.pull-request': '3',
    'swarm-up.index': '1',
    'swarm-up.host-key': HOST_KEY,
  };
  const encoded = encodeLabels(labels);
  expect(encoded).toEqual({
    ...labels,
    'swarm-up.run': 'x_7_2ftest_2fup_x',
    'swarm-up.expires': '1796119200',
    'swarm-up.host-key': `k${KEY_BYTES.toString('base64url')}k`,
  });
  expect(decodeLabels(encoded)).toEqual(labels);
});

const KEYS = [
  'swarm-up.cluster',
  'swarm-up.repository',
  'swarm-up.run',
  'swarm-up.expires',
  'swarm-up.pull-request',
  'swarm-up.of-run',
  'swarm-up.index',
  'swarm-up.host-key',
];
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.stringMatching(/^[A-Za-z0-9._/-]{0,150}$/),
  // What looks like something that was encoded.
  fc.stringMatching(/^x_[a-z0-9_]{0,70}_x$/),
  fc.stringMatching(/^k[A-Za-z0-9_-]{43}k$/),
  fc.nat().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') })
    .map((date) => date.toISOString().replace(/\.\d+Z$/, 'Z')),
  fc.constant(HOST_KEY),
);
const labels = fc.dictionary(fc.constantFrom(...KEYS), value);

test('what comes out is what went in', async () => {
  await fc.assert(
    fc.property(labels, (given) => {
      expect(decodeLabels(encodeLabels(given))).toEqual({ ...given });
    }),
    { numRuns: 1_000 },
  );
});

test('every value has the alphabet and the length of Hetzner', async () => {
  await fc.assert(
    fc.property(labels, (given) => {
      for (const [key, encoded] of Object.entries(encodeLabels(given))) {
        expect(key).toMatch(/^[a-z][a-z0-9.-]{0,61}[a-z0-9]$/);
        expect(encoded).toMatch(/^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('different values never become the same', async () => {
  await fc.assert(
    fc.property(fc.constantFrom(...KEYS), value, value, (key, a, b) => {
      const isSame = selectorOf({ [key]: a }) === selectorOf({ [key]: b });
      expect(isSame).toBe(a === b);
    }),
    { numRuns: 1_000 },
  );
});

test('a value that is longer than any number of labels is refused by name', () => {
  expect(() => encodeLabels({ 'swarm-up.run': '/'.repeat(200) })).toThrow(
    'The label swarm-up.run is too long for Hetzner: 200 characters.',
  );
});

test('labels of others come back as they are', () => {
  const others = { team: 'x_shop', 'example.com/a.2': 'x_61_x', empty: '' };
  expect(decodeLabels(others)).toEqual(others);
});

test('a label is taken away with all its parts, and nothing else', () => {
  const encoded = encodeLabels({ 'swarm-up.run': '/'.repeat(50), 'swarm-up.index': '1' });
  expect(Object.keys(encoded)).toHaveLength(4);
  expect(withoutLabel(encoded, 'swarm-up.run')).toEqual({ 'swarm-up.index': '1' });
});

test('a selector finds by the values as Hetzner has them', () => {
  expect(selectorOf({ 'swarm-up.cluster': 'shop', 'swarm-up.repository': 'a/b' })).toBe(
    'swarm-up.cluster=shop,swarm-up.repository=x_a_2fb_x',
  );
});
