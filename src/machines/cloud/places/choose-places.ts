import { ActionError } from '../../../base/errors.ts';
import type { Place } from '../../driver.ts';
import { noRoom, type PlaceWords, placeText } from './places.ts';

/** A type in a location that the vendor offers. */
export interface Offer {
  readonly place: Place;
  /** Whether the vendor says that a machine can be made there at this moment. */
  readonly hasRoom: boolean;
}

/** Places to ask for, the preferred one first; at least one. */
export interface Choice {
  readonly places: readonly Place[];
  /** What is left out for now, a line each for people. */
  readonly skipped: readonly string[];
}

/** The offers with room. Throws `ActionError` if there is none. */
export function choosePlaces(words: PlaceWords, offers: readonly Offer[]): Choice {
  const places = offers.flatMap(({ place, hasRoom }) => (hasRoom ? [place] : []));
  const full = offers.flatMap(({ place, hasRoom }) => (hasRoom ? [] : [place]));
  if (places.length === 0) throw noRoom(words, 'any machine', full);
  return {
    places,
    skipped: full.map((place) => `No room for ${placeText(place)} at this moment.`),
  };
}

/** The preferred place for so many machines: where they will be if there is room for all. */
export function firstFor(places: readonly Place[], machines: number): readonly Place[] {
  return Array.from({ length: machines }).flatMap(() => places[0] ?? []);
}

/** A type, and the locations that have it. */
export interface Ware {
  readonly type: string;
  readonly locations: readonly string[];
}

/** The error if none of the types is offered in any of the locations. */
export function notOffered(
  { vendor, type, location }: PlaceWords,
  wares: readonly Ware[],
  locations: readonly string[],
): ActionError {
  const wanted = wares.map((one) => one.type).join(', ');
  return new ActionError(`${vendor} does not offer ${wanted} in ${locations.join(', ')}.`, {
    details: wares.map((one) => `${one.type}: ${one.locations.join(', ') || 'nowhere'}`).join('\n'),
    hint: `Change \`${location}\` or \`${type}\` in \`driver-options\`.`,
  });
}
