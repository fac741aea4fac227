import { expect, test } from '@jest/globals';
import {
  choosePlaces,
  notOffered,
} from '../../../../../src/machines/cloud/places/choose-places.ts';

const WORDS = { vendor: 'Hetzner', type: 'server-type', location: 'location' };
const NBG1 = { type: 'cx23', location: 'nbg1' };
const HEL1 = { type: 'cx23', location: 'hel1' };

test('offers without room are left out, and told', () => {
  const offers = [
    { place: NBG1, hasRoom: false },
    { place: HEL1, hasRoom: true },
  ];
  expect(choosePlaces(WORDS, offers)).toEqual({
    places: [HEL1],
    skipped: ['No room for cx23 in nbg1 at this moment.'],
  });
});

test('without room anywhere nothing is chosen', () => {
  expect(() => choosePlaces(WORDS, [{ place: NBG1, hasRoom: false }])).toThrow(
    'Hetzner has no room for any machine at this moment.',
  );
});

test('types that no location has are named with the locations that have them', () => {
  const wares = [
    { type: 'cx23', locations: ['fsn1', 'hel1'] },
    { type: 'old', locations: [] },
  ];
  expect(notOffered(WORDS, wares, ['ash'])).toMatchObject({
    message: 'Hetzner does not offer cx23, old in ash.',
    details: 'cx23: fsn1, hel1\nold: nowhere',
  });
});
