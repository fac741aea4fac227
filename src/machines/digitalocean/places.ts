import { ActionError } from '../../base/errors.ts';

/** Where a droplet can be made, and how large. */
export interface Place {
  readonly size: string;
  readonly region: string;
}

/** Where the droplets of a cluster are: a private network does not leave its region. */
export interface Home {
  readonly region: string;
  readonly vpc: string | undefined;
}

/**
 * The places of a cluster, the preferred one first. All droplets that are made at the same time
 * share them, so that a place without room is asked for once. The first droplet decides the region.
 */
export class Places {
  readonly #left: Place[];
  readonly #full: Place[] = [];
  #home: Home | undefined;

  constructor(places: readonly Place[]) {
    this.#left = [...places];
  }

  /** Undefined before there is a droplet. */
  get home(): Home | undefined {
    return this.#home;
  }

  /** The place to ask for. Throws `ActionError` if none has room. */
  current(machine: string): Place {
    const place = this.#left.find(({ region }) => region === (this.#home?.region ?? region));
    if (place) return place;
    throw noRoom(machine, this.#full, this.#home?.region);
  }

  /** Says that a place has no room. */
  isFull(place: Place): void {
    const at = this.#left.indexOf(place);
    if (at < 0) return;
    this.#left.splice(at, 1);
    this.#full.push(place);
  }

  /** Says where a droplet of the cluster is. The first one decides. */
  settle(home: Home): void {
    this.#home ??= home;
  }
}

/** `s-1vcpu-2gb in fra1`. */
export function placeText({ size, region }: Place): string {
  return `${size} in ${region}`;
}

/** The error of a machine for which no place has room. `home` is the region of the others. */
export function noRoom(machine: string, tried: readonly Place[], home?: string): ActionError {
  const where = home === undefined ? [] : [`The machines of the cluster are in ${home}.`];
  return new ActionError(`DigitalOcean has no room for ${machine} at this moment.`, {
    details: [`Tried: ${tried.map(placeText).join(', ') || 'nothing'}`, ...where].join('\n'),
    hint:
      home === undefined
        ? 'Add a region to `region` or a size to `size` in `driver-options`, or run this again later.'
        : `Add a size to \`size\` in \`driver-options\` that ${home} has (\`region\` has to name it), run this again later, or remove the cluster first (\`command: down\`).`,
  });
}
