import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import { costLine } from '../cloud/cost-line.ts';
import { portRanges } from '../cloud/port-ranges.ts';
import type { PublishedPort } from '../driver.ts';
import { hetznerRefusal } from './api/hetzner-refusal.ts';
import type { Location, ServerType } from './api/objects.ts';
import { VENDOR, type Work } from './api/work.ts';
import { MOST_RULES } from './firewall.ts';
import { checkImage } from './image.ts';
import type { HetznerOptions } from './options.ts';
import { noRoom, type Place, placeText } from './places.ts';

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
    const types = knownTypes(options['server-type'], await work.api.serverTypes());
    await checkImage(work, options.image, types);
    const { places, skipped } = placesOf(types, options.location, new Date());
    return { places, zone, facts: [...facts(options, planned, places, types), ...skipped] };
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
function zoneOf(wanted: readonly string[], known: readonly Location[]): string {
  const names = known.map(({ name }) => name);
  const zones = wanted.map((name) => {
    const found = known.find((location) => location.name === name);
    if (!found) throw unknown('location', name, names);
    return found.network_zone;
  });
  const [zone = ''] = zones;
  if (zones.every((one) => one === zone)) return zone;
  throw new ActionError('driver-options: `location`: these lie in several network zones.', {
    details: wanted.map((name, at) => `${name}: ${zones[at]}`).join('\n'),
    hint: 'The private network of a cluster cannot span zones. Give locations of one zone.',
  });
}

function knownTypes(wanted: readonly string[], known: readonly ServerType[]): ServerType[] {
  return wanted.map((name) => {
    const found = known.find((type) => type.name === name);
    if (!found)
      throw unknown(
        'server-type',
        name,
        known.map((type) => type.name),
      );
    return found;
  });
}

interface Choice {
  readonly places: readonly Place[];
  /** What is left out for now, a line each. */
  readonly skipped: readonly string[];
}

/** Each type in each location that offers it, as far as there is room. */
function placesOf(types: readonly ServerType[], locations: readonly string[], now: Date): Choice {
  const offered = types.flatMap((type) =>
    locations.flatMap((location) => {
      const found = type.locations.find(({ name }) => name === location);
      const until = found?.deprecation?.unavailable_after;
      if (!found || (until !== undefined && Date.parse(until) <= now.getTime())) return [];
      return [{ place: { serverType: type.name, location }, hasRoom: found.available }];
    }),
  );
  if (offered.length === 0) throw notOffered(types, locations);
  const places = offered.flatMap(({ place, hasRoom }) => (hasRoom ? [place] : []));
  const full = offered.flatMap(({ place, hasRoom }) => (hasRoom ? [] : [place]));
  if (places.length === 0) throw noRoom('any machine', full);
  return { places, skipped: full.map((place) => `no room for ${placeText(place)} at this moment`) };
}

function facts(
  options: HetznerOptions,
  { machines, ttlMs }: Planned,
  places: readonly Place[],
  types: readonly ServerType[],
): string[] {
  const [first] = places;
  if (!first) return [];
  const price = types
    .find(({ name }) => name === first.serverType)
    ?.prices.find(({ location }) => location === first.location);
  const what = `${machines} × ${placeText(first)}`;
  if (!price) return [what];
  const hourly = Number(price.price_hourly.gross);
  const cost = costLine({ currency: '€', hourly, machines, ttlMs });
  return [`${what}: ${cost}.${options.ipv4 ? ' IPv4 addresses cost extra.' : ''}`];
}

function unknown(option: string, name: string, known: readonly string[]): ActionError {
  const meant = nearest(name, known);
  return new ActionError(`driver-options: \`${option}\`: Hetzner has no ${name}.`, {
    details: `It has ${listed([...known].sort(), 60)}`,
    ...(meant !== undefined && { hint: `Is ${meant} meant?` }),
  });
}

function notOffered(types: readonly ServerType[], locations: readonly string[]): ActionError {
  const wanted = types.map(({ name }) => name).join(', ');
  const where = types.map(
    ({ name, locations: has }) => `${name}: ${has.map((one) => one.name).join(', ') || 'nowhere'}`,
  );
  return new ActionError(`Hetzner does not offer ${wanted} in ${locations.join(', ')}.`, {
    details: where.join('\n'),
    hint: 'Change `location` or `server-type` in `driver-options`.',
  });
}

function unreachable(): ActionError {
  return new ActionError(
    'driver-options: `ipv4: false`: the runner has no IPv6, so it could not reach the machines.',
    { hint: 'Leave `ipv4` out, or use a runner with IPv6. Those of GitHub have none.' },
  );
}
