import { expect, test } from '@jest/globals';
import { knownNames } from '../../../../../src/machines/cloud/options/known-names.ts';

const KNOWN = [{ slug: 'fra1' }, { slug: 'ams3' }];
const find = (wanted: readonly string[]) =>
  knownNames({ vendor: 'DigitalOcean', option: 'region' }, wanted, KNOWN, ({ slug }) => slug);

test('what is named comes in the order of the option', () => {
  expect(find(['ams3', 'fra1'])).toEqual([{ slug: 'ams3' }, { slug: 'fra1' }]);
});

test('of an unknown name the nearest is proposed', () => {
  expect(() => find(['ams3', 'fra2'])).toThrow(
    expect.objectContaining({
      message: 'driver-options: `region`: DigitalOcean has no fra2.',
      details: 'It has ams3, fra1',
      hint: 'Is fra1 meant?',
    }),
  );
});
