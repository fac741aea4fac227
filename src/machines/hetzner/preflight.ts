import { ActionError } from '../../base/errors.ts';
import { portRanges } from '../cloud/network/port-ranges.ts';
import { knownNames } from '../cloud/options/known-names.ts';
import { choosePlaces, firstFor, notOffered, type Offer } from '../cloud/places/choose-places.ts';
import { machinesLine, type Prices } from '../cloud/places/machines-line.ts';
import type { Place, PublishedPort } from '../driver.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { Location, ServerType } from './api/objects.ts';
import { VENDOR, type Work } from './api/work.ts';
import { MOST_RULES } from './firewall.ts';
import { checkImage } from './image.ts';
import { type HetznerOptions, PLACE_WORDS } from './options.ts';

export interface Planned {
  readonly machines: number;
  readonly ports: readonly PublishedPort[];
  readonly ttlMs: number | undefined;
  /** Whether the runner reaches addresses of IPv6 beyond its own network. */
  readonly hasIpv6: boolean;
}

export interface Preflight {
  /** What will be made and what it costs, a line each. */
  readonly facts: readonly string[];
  /** Where a server may be asked for, the preferred one first; at least one. */
  readonly places: readonly Place[];
  /** Of all the places. */
  readonly zone: string;
  /** Of every server type, those of the options or not. */
  readonly prices: Prices;
}

/**
 * Asks whether the token is known, and whether Hetzner has the locations, server types and image of
 * the options, with room for them. Makes nothing. Throws `ActionError` that says what to change.
 * Whether the token may write, and the limits of the project, only the first order tells.
 */
export async function preflight(
  work: Work,
  options: HetznerOptions,
  planned: Planned,
): Promise<Preflight> {
  portRanges(planned.ports, { vendor: VENDOR, most: MOST_RULES });
  if (!options.ipv4 && !planned.hasIpv6) throw unreachable();
  try {
    const zone = zoneOf(options.location, await work.api.locations());
    const allTypes = await work.api.serverTypes();
    const types = known('server-type', options['server-type'], allTypes);
    await checkImage(work, options.image, types);
    const offers = offersOf(types, options.location, new Date());
    const { places, skipped } = choosePlaces(PLACE_WORDS, offers);
    const prices = pricesOf(allTypes, planned.ttlMs);
    const cost = costsOf(firstFor(places, planned.machines), prices, options);
    return { places, zone, prices, facts: [cost, ...skipped] };
  } catch (error) {
    throw hetznerRefusal(error, 'Hetzner could not be asked what it has');
  }
}

/** The one network zone of the locations in the options. Throws `ActionError` if there are several. */
export async function askZone(work: Work, { location }: HetznerOptions): Promise<string> {
  const known = await work.api.locations().catch((error: unknown) => {
    throw hetznerRefusal(error, 'Hetzner could not be asked for its locations');
  });
  return zoneOf(location, known);
}

/** The one network zone of all these locations. */
function zoneOf(wanted: readonly string[], all: readonly Location[]): string {
  const locations = known('location', wanted, all);
  const [zone = ''] = locations.map(({ network_zone }) => network_zone);
  if (locations.every(({ network_zone }) => network_zone === zone)) return zone;
  throw new ActionError('driver-options: `location`: these lie in several network zones.', {
    details: locations.map(({ name, network_zone }) => `${name}: ${network_zone}`).join('\n'),
    hint: 'The private network of a cluster cannot span zones. Give locations of one zone.',
  });
}

/** What an option names, of what Hetzner has. */
function known<T extends { readonly name: string }>(
  option: string,
  wanted: readonly string[],
  all: readonly T[],
): T[] {
  return knownNames({ vendor: VENDOR, option }, wanted, all, ({ name }) => name);
}

/** Each type in each location that has it; at least one. */
function offersOf(
  types: readonly ServerType[],
  locations: readonly string[],
  now: Date,
): readonly Offer[] {
  const offers = types.flatMap((type) =>
    locations.flatMap((location) => {
      const found = type.locations.find(({ name }) => name === location);
      const until = found?.deprecation?.unavailable_after;
      if (!found || (until !== undefined && Date.parse(until) <= now.getTime())) return [];
      return [{ place: { type: type.name, location }, hasRoom: found.available }];
    }),
  );
  if (offers.length > 0) return offers;
  const wares = types.map(({ name, locations: has }) => ({
    ...{ type: name, locations: has.map((one) => one.name) },
  }));
  throw notOffered(PLACE_WORDS, wares, locations);
}

/**
 * What machines are and cost; their addresses of IPv4 are charged apart, and Hetzner tells no price
 * of them here.
 */
export function costsOf(
  places: readonly Place[],
  prices: Prices,
  { ipv4 }: Pick<HetznerOptions, 'ipv4'>,
): string {
  return `${machinesLine(places, prices)}${ipv4 ? ' IPv4 addresses cost extra.' : ''}`;
}

function pricesOf(types: readonly ServerType[], ttlMs: number | undefined): Prices {
  const hourlyOf = (place: Place) => {
    const type = types.find(({ name }) => name === place.type);
    const price = type?.prices.find(({ location }) => location === place.location);
    return price && Number(price.price_hourly.gross);
  };
  return { currency: '€', hourlyOf, ttlMs };
}

function unreachable(): ActionError {
  return new ActionError(
    'driver-options: `ipv4: false`: the runner has no IPv6, so it could not reach the machines.',
    { hint: 'Leave `ipv4` out, or use a runner with IPv6. Those of GitHub have none.' },
  );
}
