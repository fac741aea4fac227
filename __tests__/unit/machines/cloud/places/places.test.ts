import { expect, test } from '@jest/globals';
import { Places, type PlaceWords } from '../../../../../src/machines/cloud/places/places.ts';
import { tryPlaces } from '../../../../../src/machines/cloud/places/try-places.ts';
import { recordedLog } from '../../../../support/recorded-log.ts';

const WORDS: PlaceWords = { vendor: 'Hetzner', type: 'server-type', location: 'location' };
const NBG1 = { type: 'cx23', location: 'nbg1' };
const HEL1 = { type: 'cx23', location: 'hel1' };

function trial(signal = new AbortController().signal) {
  const { log, lines } = recordedLog();
  return { places: new Places(WORDS, [NBG1, HEL1]), how: { log, signal }, lines };
}

test('a place without room is asked for once, whoever asks', async () => {
  const { places, how, lines } = trial();
  const asked: string[] = [];
  const makeAt = async (place: { location: string }) => {
    asked.push(place.location);
    return place.location === 'hel1' ? asked.length : undefined;
  };
  expect(await tryPlaces(places, 'shop-1', how, makeAt)).toBe(2);
  expect(await tryPlaces(places, 'shop-2', how, makeAt)).toBe(3);
  expect(asked).toEqual(['nbg1', 'hel1', 'hel1']);
  expect(lines).toEqual(['Hetzner has no room for shop-1 as cx23 in nbg1.']);
});

test('of several that are refused at the same time, one is told', async () => {
  const { places, how, lines } = trial();
  const makeAt = async ({ location }: { location: string }) => {
    await Promise.resolve();
    return location === 'hel1' ? location : undefined;
  };
  const made = ['shop-1', 'shop-2'].map((machine) => tryPlaces(places, machine, how, makeAt));
  expect(await Promise.all(made)).toEqual(['hel1', 'hel1']);
  expect(lines).toEqual(['Hetzner has no room for shop-1 as cx23 in nbg1.']);
  expect([NBG1, HEL1].map((place) => places.isLeft(place))).toEqual([false, true]);
});

test('if no place has room, the error says what was tried and what to change', async () => {
  const { places, how } = trial();
  await expect(tryPlaces(places, 'shop-1', how, async () => undefined)).rejects.toMatchObject({
    message: 'Hetzner has no room for shop-1 at this moment.',
    details: 'Tried: cx23 in nbg1, cx23 in hel1',
    hint: 'Add a location to `location` or a type to `server-type` in `driver-options`, or run this again later.',
  });
});

test('once the cluster has a home, no other location is tried', async () => {
  const { places, how } = trial();
  places.settle({ location: 'hel1', network: undefined });
  places.settle({ location: 'nbg1', network: undefined });
  expect(places.current('shop-2')).toEqual(HEL1);
  await expect(tryPlaces(places, 'shop-2', how, async () => undefined)).rejects.toMatchObject({
    details: 'Tried: cx23 in hel1\nThe machines of the cluster are in hel1.',
    hint: expect.stringContaining('that hel1 has (`location` has to name it)'),
  });
});

test('after an abort nothing more is asked for', async () => {
  const abort = new AbortController();
  const { places, how } = trial(abort.signal);
  let asked = 0;
  const made = tryPlaces(places, 'shop-1', how, async () => {
    asked += 1;
    abort.abort(new Error('cancelled'));
    return undefined;
  });
  await expect(made).rejects.toThrow('cancelled');
  expect(asked).toBe(1);
});
