import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import { nearest } from '../../base/nearest.ts';
import { notOffered } from '../cloud/places/choose-places.ts';
import { costLine } from '../cloud/places/cost-line.ts';
import { placeText } from '../cloud/places/places.ts';
import type { WantedMachines } from '../driver.ts';
import { checkQuota } from './account/check-quota.ts';
import { askPrices, type Ec2Prices } from './account/prices.ts';
import { ec2Refusal } from './api/ec2-refusal.ts';
import type { Image, InstanceType } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { findImages } from './images.ts';
import { findNetwork, type Network } from './network/networks.ts';
import type { Amazonec2Options } from './options.ts';
import { type Ec2Place, PLACE_WORDS } from './places.ts';
import { tryOrders } from './try-orders.ts';

export interface Preflight {
  /** What will be made and what it costs, a line each. */
  readonly facts: readonly string[];
  /** Where an instance may be asked for, the preferred one first; at least one. */
  readonly places: readonly Ec2Place[];
  readonly network: Network;
  /** Of the types of the options. */
  readonly prices: Ec2Prices;
}

/**
 * Asks whether AWS knows the credentials, has the network, types and image of the options, would
 * take the first orders, and lets the account have so many vCPUs; and what that costs. Makes nothing.
 * Throws `ActionError` that says what to change. The room that there is only the first order tells.
 */
export async function preflight(
  work: Work,
  options: Amazonec2Options,
  wanted: WantedMachines,
): Promise<Preflight> {
  try {
    const network = await findNetwork(work, options);
    const types = await knownTypes(work, options['instance-type']);
    const images = await findImages(work, options.image, types);
    const places = await placesOf(work, network, types, images);
    const [place] = places;
    const type = types.find(({ instanceType }) => instanceType === place?.type);
    if (!place || !type) throw new Error('Each place has a type of the options.');
    await tryOrders(work, options, wanted.cluster, { place, vpc: network.vpc });
    const { cluster, machines, ttlMs } = wanted;
    const isSpot = options['request-spot-instance'];
    const room = await checkQuota(work, { cluster, machines, type, isSpot });
    const prices = await askPrices(work, options['instance-type'], { options, ttlMs });
    return { network, places, prices, facts: [factOf(options, wanted, place, prices), room] };
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

function factOf(
  { image, 'request-spot-instance': isSpot }: Amazonec2Options,
  { machines, ttlMs }: WantedMachines,
  place: Ec2Place,
  { currency, hourlyOf, note }: Ec2Prices,
): string {
  const id = place.image.imageId === image ? image : `${image}, ${place.image.imageId}`;
  const what = `${machines} × ${placeText(place)}${isSpot ? ' as spot' : ''} (${id})`;
  const price = hourlyOf(place);
  const cost =
    price === undefined
      ? ''
      : `: ${costLine({ currency, hourly: price * machines, machines, ttlMs })}`;
  return `${what}${cost}. ${note([place])}`;
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
