import { ActionError } from '../../base/errors.ts';

/** Where a server can be made, and what kind of server. */
export interface Place {
  readonly serverType: string;
  readonly location: string;
}

/**
 * The places of a cluster, the preferred one first. All servers that are made at the same time
 * share them, so that a place without room is asked for once.
 */
export class Places {
  readonly #left: Place[];
  readonly #full: Place[] = [];

  constructor(places: readonly Place[]) {
    this.#left = [...places];
  }

  /** The place to ask for. Throws `ActionError` if none has room. */
  current(machine: string): Place {
    const [place] = this.#left;
    if (place) return place;
    throw noRoom(machine, this.#full);
  }

  /** Says that a place has no room. */
  isFull(place: Place): void {
    const at = this.#left.indexOf(place);
    if (at < 0) return;
    this.#left.splice(at, 1);
    this.#full.push(place);
  }
}

/** `cx23 in nbg1`. */
export function placeText({ serverType, location }: Place): string {
  return `${serverType} in ${location}`;
}

/** The error of a machine for which no place has room. */
export function noRoom(machine: string, tried: readonly Place[]): ActionError {
  return new ActionError(`Hetzner has no room for ${machine} at this moment.`, {
    details: `Tried: ${tried.map(placeText).join(', ')}`,
    hint: 'Add a location to `location` or a type to `server-type` in `driver-options`, or run this again later.',
  });
}
