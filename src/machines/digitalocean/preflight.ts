import { ActionError } from '../../base/errors.ts';
import { knownNames } from '../cloud/options/known-names.ts';
import { choosePlaces, firstFor, notOffered, type Offer } from '../cloud/places/choose-places.ts';
import { machinesLine, type Prices } from '../cloud/places/machines-line.ts';
import type { Place, WantedMachines } from '../driver.ts';
import { digitaloceanRefusal, LIMIT } from './api/digitalocean-refusal.ts';
import type { Account, Image, Region, Size } from './api/objects.ts';
import { CONSOLE, VENDOR, type Work } from './api/work.ts';
import { findImage } from './image.ts';
import { type DigitaloceanOptions, PLACE_WORDS } from './options.ts';
import { listDroplets } from './owned.ts';

export interface Preflight {
  /** What will be made and what it costs, a line each. */
  readonly facts: readonly string[];
  /** Where a droplet may be asked for, the preferred one first; at least one. */
  readonly places: readonly Place[];
  /** Of every size, those of the options or not. */
  readonly prices: Prices;
}

/**
 * Asks whether the token is known, whether the account may have so many droplets more, and whether
 * DigitalOcean has the regions, sizes and image of the options, with room for them. Makes nothing.
 * Throws `ActionError` that says what to change. Whether the token may write, only the first order
 * tells.
 */
export async function preflight(
  work: Work,
  options: DigitaloceanOptions,
  wanted: WantedMachines,
): Promise<Preflight> {
  try {
    const account = await work.api.account();
    refuseLocked(account);
    await refuseOverLimit(work, account, wanted);
    const regions = knownOf('region', options.region, await work.api.regions());
    const allSizes = await work.api.sizes();
    const sizes = knownOf('size', options.size, allSizes);
    const image = await findImage(work, options.image);
    const offers = await offersOf(work, options, { regions, sizes, image });
    const { places, skipped } = choosePlaces(PLACE_WORDS, offers);
    const prices = pricesOf(allSizes, wanted.ttlMs);
    const cost = machinesLine(firstFor(places, wanted.machines), prices);
    return { places, prices, facts: [cost, ...skipped, ...warningOf(account)] };
  } catch (error) {
    throw digitaloceanRefusal(error, 'DigitalOcean could not be asked what it has');
  }
}

function refuseLocked({ status, status_message }: Account): void {
  if (status !== 'locked') return;
  throw new ActionError('The account at DigitalOcean is locked.', {
    ...(status_message && { details: status_message }),
    hint: `See what it says, and ask the support of DigitalOcean: ${CONSOLE}`,
  });
}

function warningOf({ status, status_message }: Account): string[] {
  return status === 'warning'
    ? [`The account at DigitalOcean has a warning: ${status_message || CONSOLE}`]
    : [];
}

async function refuseOverLimit(
  work: Work,
  { droplet_limit }: Account,
  { cluster, machines }: WantedMachines,
): Promise<void> {
  const used = await work.api.countDroplets();
  if (used + machines <= droplet_limit) return;
  const own = (await listDroplets(work, cluster)).length;
  const more = Math.max(0, machines - own);
  if (used + more <= droplet_limit) return;
  throw new ActionError('The account at DigitalOcean may not have so many droplets.', {
    details: `Limit ${droplet_limit}, ${used} used, ${more} more wanted`,
    hint: LIMIT,
  });
}

/** What the options name, of what there is. */
function knownOf<T extends { readonly slug: string }>(
  option: string,
  wanted: readonly string[],
  known: readonly T[],
): T[] {
  return knownNames({ vendor: VENDOR, option }, wanted, known, ({ slug }) => slug);
}

interface Wares {
  readonly regions: readonly Region[];
  readonly sizes: readonly Size[];
  readonly image: Image;
}

/** Each size in each region that has it, the image and the private network; at least one. */
async function offersOf(
  work: Work,
  options: DigitaloceanOptions,
  { regions, sizes, image }: Wares,
): Promise<readonly Offer[]> {
  const ofNetwork = await regionsOfNetwork(work, options);
  const withImage = ofNetwork.filter((slug) => image.regions.includes(slug));
  if (withImage.length === 0) throw notThere(options.image, ofNetwork, image);
  const offers = sizes.flatMap((size) =>
    regions
      .filter(({ slug }) => withImage.includes(slug) && size.regions.includes(slug))
      .map((region) => ({
        place: { type: size.slug, location: region.slug },
        hasRoom: region.available && size.available && region.sizes.includes(size.slug),
      })),
  );
  const small = sizes.filter(({ disk }) => disk < (image.min_disk_size ?? 0));
  if (small.length > 0) throw tooSmall(small, image);
  if (offers.length > 0) return offers;
  const wares = sizes.map(({ slug, regions: has }) => ({ type: slug, locations: has }));
  throw notOffered(PLACE_WORDS, wares, withImage);
}

/** The regions of the options, or of them that of the network. */
async function regionsOfNetwork(
  work: Work,
  { region, 'vpc-uuid': id }: DigitaloceanOptions,
): Promise<readonly string[]> {
  if (id === undefined) return region;
  const vpc = (await work.api.vpcs()).find((one) => one.id === id);
  if (!vpc) {
    throw new ActionError(`driver-options: \`vpc-uuid\`: the account has no VPC network ${id}.`, {
      hint: `Its id is in the address of its page (${CONSOLE}/networking/vpc).`,
    });
  }
  if (region.includes(vpc.region)) return [vpc.region];
  throw new ActionError(
    `driver-options: \`vpc-uuid\`: the network is in ${vpc.region}, and \`region\` is ${region.join(', ')}.`,
    { hint: `Write \`region: ${vpc.region}\`, or give a network of one of these regions.` },
  );
}

function pricesOf(sizes: readonly Size[], ttlMs: number | undefined): Prices {
  const hourlyOf = ({ type }: Place) => sizes.find(({ slug }) => slug === type)?.price_hourly;
  return { currency: 'USD', hourlyOf, ttlMs };
}

function notThere(image: string, regions: readonly string[], found: Image): ActionError {
  return new ActionError(`driver-options: \`image\`: ${image} is not in ${regions.join(', ')}.`, {
    details: `It is in ${found.regions.join(', ') || 'no region'}`,
    hint: `Change \`region\`, or transfer the image (${CONSOLE}/images).`,
  });
}

function tooSmall(small: readonly Size[], { name, min_disk_size }: Image): ActionError {
  const sizes = small.map(({ slug, disk }) => `${slug} has ${disk} GB`).join(', ');
  return new ActionError(
    `driver-options: \`size\`: the image ${name} needs a disk of ${min_disk_size} GB, and ${sizes}.`,
    { hint: 'Give larger sizes, or another image.' },
  );
}
