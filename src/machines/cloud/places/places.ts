import { ActionError } from '../../../base/errors.ts';
import type { Place } from '../../driver.ts';

/** Where the machines of a cluster have to be, because some of them are there already. */
export interface Home {
  readonly location: string;
  /** Id of the private network there, if the vendor chose one. */
  readonly network: string | undefined;
}

/** How messages name a vendor, and its options that list places. */
export interface PlaceWords {
  /** `Hetzner`. */
  readonly vendor: string;
  /** The option with the types: `server-type`. */
  readonly type: string;
  /** The option with the locations: `location`. */
  readonly location: string;
}

/**
 * The places of a cluster, the preferred one first. All machines that are made at the same time
 * share them, so that a place without room is asked for once.
 */
export class Places<P extends Place = Place> {
  readonly words: PlaceWords;
  readonly #left: P[];
  readonly #full: P[] = [];
  #home: Home | undefined;

  constructor(words: PlaceWords, places: readonly P[]) {
    this.words = words;
    this.#left = [...places];
  }

  /** Undefined if the machines may be in any location, or while there is none. */
  get home(): Home | undefined {
    return this.#home;
  }

  /** The place to ask for. Throws `ActionError` if none has room. */
  current(machine: string): P {
    const place = this.#left.find(
      ({ location }) => location === (this.#home?.location ?? location),
    );
    if (place) return place;
    throw noRoom(this.words, machine, this.#full, this.#home?.location);
  }

  /** Whether nobody was told yet that the place has no room. */
  isLeft(place: P): boolean {
    return this.#left.includes(place);
  }

  /** Says that a place has no room. Gives whether that is new. */
  isFull(place: P): boolean {
    const at = this.#left.indexOf(place);
    if (at < 0) return false;
    this.#left.splice(at, 1);
    this.#full.push(place);
    return true;
  }

  /**
   * Says where a machine of the cluster is, if its private network cannot leave the location: all
   * others have to be there, too. The first call decides.
   */
  settle(home: Home): void {
    this.#home ??= home;
  }
}

/** `cx23 in nbg1`. */
export function placeText({ type, location }: Place): string {
  return `${type} in ${location}`;
}

/**
 * The error of a machine for which no place has room. `home` is the location of the others, if it
 * has to be there.
 */
export function noRoom(
  { vendor, type, location }: PlaceWords,
  machine: string,
  tried: readonly Place[],
  home?: string,
): ActionError {
  const where = home === undefined ? [] : [`The machines of the cluster are in ${home}.`];
  const typeNoun = nounOf(type);
  return new ActionError(`${vendor} has no room for ${machine} at this moment.`, {
    details: [`Tried: ${tried.map(placeText).join(', ') || 'nothing'}`, ...where].join('\n'),
    hint:
      home === undefined
        ? `Add a ${nounOf(location)} to \`${location}\` or a ${typeNoun} to \`${type}\` in \`driver-options\`, or run this again later.`
        : `Add a ${typeNoun} to \`${type}\` in \`driver-options\` that ${home} has (\`${location}\` has to name it), run this again later, or remove the cluster first (\`command: down\`).`,
  });
}

/** `type` of `server-type`. */
function nounOf(option: string): string {
  return option.slice(option.lastIndexOf('-') + 1);
}
