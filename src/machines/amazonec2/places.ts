import { ActionError } from '../../base/errors.ts';
import type { Image } from './api/objects.ts';

/** Where an instance can be made, and of what. */
export interface Place {
  readonly instanceType: string;
  /** Its availability zone: `eu-central-1a`. */
  readonly zone: string;
  /** Id. */
  readonly subnet: string;
  /** Of the architecture of the type. */
  readonly image: Image;
}

/**
 * The places of a cluster, the preferred one first. All instances that are made at the same time
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

/** `t3.small in eu-central-1a`. */
export function placeText({ instanceType, zone }: Pick<Place, 'instanceType' | 'zone'>): string {
  return `${instanceType} in ${zone}`;
}

function noRoom(machine: string, tried: readonly Place[]): ActionError {
  return new ActionError(`AWS has no room for ${machine} at this moment.`, {
    details: `Tried: ${tried.map(placeText).join(', ') || 'nothing'}`,
    hint: 'Add a type to `instance-type` or a zone to `zone` in `driver-options`, or run this again later.',
  });
}
