import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ActionError } from '../../../../src/base/errors.ts';
import { decodeTags, encodeTags } from '../../../../src/machines/amazonec2/tag-codec.ts';
import { OWNER_KEYS } from '../../../../src/machines/ownership.ts';

const text = fc.string({ maxLength: 1_200, unit: 'grapheme' });
const labels = fc.dictionary(fc.constantFrom(...OWNER_KEYS), text);

test('what tags say is what the labels said, and each fits into a tag', () => {
  fc.assert(
    fc.property(labels, (given) => {
      fc.pre(Object.values(given).every((value) => [...value].length <= 5 * 256));
      const tags = encodeTags(given);
      for (const [key, value] of Object.entries(tags)) {
        expect(key.length).toBeLessThanOrEqual(127);
        expect([...value].length).toBeLessThanOrEqual(256);
      }
      expect(decodeTags(tags)).toEqual(given);
    }),
  );
});

test('a label is the tag of its name, and a long one goes on in others', () => {
  expect(encodeTags({ 'swarm-up.cluster': 'shop' })).toEqual({ 'swarm-up.cluster': 'shop' });
  const tags = encodeTags({ 'swarm-up.run': 'r'.repeat(600) });
  expect(Object.entries(tags).map(([key, value]) => [key, value.length])).toEqual([
    ['swarm-up.run', 256],
    ['swarm-up.run.2', 256],
    ['swarm-up.run.3', 88],
  ]);
});

test('nothing is cut: what needs too many tags is refused', () => {
  const given = { 'swarm-up.run': 'r'.repeat(5 * 256 + 1) };
  expect(() => encodeTags(given)).toThrow(ActionError);
  expect(() => encodeTags(given)).toThrow('The tag swarm-up.run is too long for AWS');
});

test('tags of others are read as they are', () => {
  const tags = { team: 'web', 'version.2': 'b' };
  expect(decodeTags(tags)).toEqual(tags);
});
