import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import { notOffered } from '../cloud/places/choose-places.ts';
import type { Prices } from '../cloud/places/machines-line.ts';
import { placeText } from '../cloud/places/places.ts';
import type { WantedMachines } from '../driver.ts';
import { ec2Refusal } from './api/ec2-refusal.ts';
import type { Image, InstanceType } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { findImages } from './images.ts';
import { findNetwork, type Network } from './network/networks.ts';
import type { Amazonec2Options } from './options.ts';
import { type Ec2Place, PLACE_WORDS } from './places.ts';
import { tryOrders } from './try-orders.ts';

/** That takes another API, another right, and answers of some megabytes. */
export const NO_PRICES: Prices = { currency: 'USD', hourlyOf: () => undefined, ttlMs: undefined };
export const PRICE_NOT_ASKED =
  'The price is not asked; see https://aws.amazon.com/ec2/pricing/on-demand/';

export interface Preflight {
  /** What will be made and what it costs, a line each. */
  readonly facts: readonly string[];
  /** Where an instance may be asked for, the preferred one first; at least one. */
  readonly places: readonly Ec2Place[];
  readonly network: Network;
}

/**
 * Asks whether AWS knows the credentials, has the network, types and image of the options, and would
 * take the first orders. Makes nothing. Throws `ActionError` that says what to change. The quotas,
 * and the room that there is, only the first order tells.
 */
export async function preflight(
  work: Work,
  options: Amazonec2Options,
  wanted: Pick<WantedMachines, 'cluster' | 'machines'>,
): Promise<Preflight> {
  try {
    const network = await findNetwork(work, options);
    const types = await knownTypes(work, options['instance-type']);
    const images = await findImages(work, options.image, types);
    const places = await placesOf(work, network, types, images);
    const [place] = places;
    if (place) await tryOrders(work, options, wanted.cluster, { place, vpc: network.vpc });
    return { network, places, facts: facts(options, wanted, places, types) };
  } catch (error) {
    throw ec2Refusal(error, 'AWS could not be asked what it has');
  }
}

/** In the order of the options. */
async function knownTypes(work: Work, wanted: readonly string[]): Promise<InstanceType[]> {
  const found = await work.api.instanceTypes(wanted);
  const types: InstanceType[] = [];
  for (const name of wanted) {
    const type = found.find(({ instanceType }) => instanceType === name);
    if (!type) throw await unknownType(work, name);
    types.push(type);
  }
  return types;
}

/** Each type in each subnet whose zone offers it; at least one. */
async function placesOf(
  work: Work,
  { subnets }: Network,
  types: readonly InstanceType[],
  images: ReadonlyMap<string, Image>,
): Promise<readonly Ec2Place[]> {
  const names = types.map(({ instanceType }) => instanceType);
  const offerings = await work.api.offerings('availability-zone', { 'instance-type': names });
  const wares = names.map((type) => {
    const own = offerings.filter(({ instanceType }) => instanceType === type);
    return { type, locations: own.map(({ location }) => location).sort() };
  });
  const places = wares.flatMap(({ type, locations }) =>
    subnets.flatMap(({ subnetId: subnet, availabilityZone: location }) => {
      const image = images.get(type);
      return image && locations.includes(location) ? [{ type, location, subnet, image }] : [];
    }),
  );
  if (places.length > 0) return places;
  const zones = subnets.map(({ availabilityZone }) => availabilityZone);
  throw notOffered(PLACE_WORDS, wares, [...new Set(zones)]);
}

function facts(
  { image, 'request-spot-instance': isSpot }: Amazonec2Options,
  { machines }: Pick<WantedMachines, 'machines'>,
  places: readonly Ec2Place[],
  types: readonly InstanceType[],
): string[] {
  const [first] = places;
  const type = types.find(({ instanceType }) => instanceType === first?.type);
  if (!first || !type) return [];
  const id = first.image.imageId === image ? image : `${image}, ${first.image.imageId}`;
  const what = `${machines} × ${placeText(first)}${isSpot ? ' as spot' : ''} (${id})`;
  return [`${what}: ${type.vCpuInfo * machines} vCPUs together. ${PRICE_NOT_ASKED}`];
}

async function unknownType(work: Work, name: string): Promise<ActionError> {
  const all = (await work.api.offerings('region', {})).map(({ instanceType }) => instanceType);
  const meant = nearest(name, all);
  const family = all.filter((one) => one.startsWith(`${name.split('.')[0]}.`)).sort();
  return new ActionError(
    `driver-options: \`instance-type\`: the region ${work.region} has no ${name}.`,
    {
      details: `It has ${listed(family.length > 0 ? family : [...all].sort(), 40)}`,
      hint: `${meant === undefined ? '' : `Is ${meant} meant? `}Not every region has every type.`,
    },
  );
}
