import type { LimitFunction } from 'p-limit';
import { ActionError } from '../../base/errors.ts';
import { isUnclear } from '../cloud/cloud-error.ts';
import { removedMeanwhile } from '../cloud/found/removed-meanwhile.ts';
import { objectName } from '../cloud/object-name.ts';
import type { Places } from '../cloud/places/places.ts';
import { tryPlaces } from '../cloud/places/try-places.ts';
import type { Place } from '../driver.ts';
import type { ClusterId, Owner } from '../ownership.ts';
import { digitaloceanRefusal, isNoCapacity } from './api/digitalocean-refusal.ts';
import type { Droplet } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { addressOf, type FoundMachine, machineOf } from './find.ts';
import { dropletText, listDroplets, type OwnedDroplet } from './owned.ts';
import { encodeTags } from './tag-codec.ts';

export const POLL_MS = 2_000;
/** How often an order is repeated of which nobody knows whether it was taken. */
const ORDERS = 3;
/** Looks in a row that have to find nothing before an order counts as lost. */
const LOOKS = 3;

/** What the droplets of a cluster have in common. */
export interface Ground {
  readonly places: Places;
  readonly image: string;
  readonly vpc: string | undefined;
  readonly ipv6: boolean;
  readonly monitoring: boolean;
  /** The droplets of the cluster as they were at most `POLL_MS` ago: one call for all machines. */
  readonly droplets: (work: Work) => Promise<readonly OwnedDroplet[]>;
  /** Until there is a droplet, one is ordered after the other, as the first decides the region. */
  readonly first: LimitFunction;
  /** Bounds how many are ordered at the same time. */
  readonly orders: LimitFunction;
}

/** One machine. */
export interface MachineOrder {
  readonly owner: Owner;
  readonly index: number;
  /** The public one, as a line. */
  readonly hostKey: string;
  readonly userData: string;
}

/**
 * Makes one droplet, at the first place that has room, and waits until it runs and has its
 * addresses; a droplet of this cluster and index is adopted. Names are not unique, so of several of
 * one index all but the eldest are removed. After an abort nothing more is asked for, and what
 * exists has its tags. Throws `ActionError` if no place has room, or if DigitalOcean refuses.
 */
export async function createDroplet(
  work: Work,
  ground: Ground,
  order: MachineOrder,
): Promise<FoundMachine> {
  const machine = `${order.owner.cluster}-${order.index}`;
  try {
    const found = await present(work, ofIndex(await ground.droplets(work), order.index));
    const id = found?.id ?? (await ask(work, ground, order, machine));
    return machineOf(await running(work, ground, order, id));
  } catch (error) {
    throw digitaloceanRefusal(error, `The droplet of ${machine} could not be created`);
  }
}

/** The id of the droplet. */
async function ask(
  work: Work,
  ground: Ground,
  order: MachineOrder,
  machine: string,
): Promise<number> {
  const { places, first, orders } = ground;
  const { log, bounds } = work;
  const attempt = async (): Promise<number> => {
    const made = await tryPlaces(
      places,
      machine,
      { log, signal: bounds.signal },
      async (place) => await askAt(work, ground, order, place),
    );
    places.settle({ location: made.region.slug, network: made.vpc_uuid });
    return made.id;
  };
  const decided = places.home
    ? undefined
    : await first(async () => (places.home ? undefined : await attempt()));
  return decided ?? (await orders(attempt));
}

/** Undefined if the place has no room. */
async function askAt(
  work: Work,
  { image, ipv6, monitoring, places, vpc }: Ground,
  { owner, index, hostKey, userData }: MachineOrder,
  { location: region, type: size }: Place,
): Promise<Droplet | undefined> {
  const wanted = {
    ...{ region, size, image, ipv6, monitoring, userData, vpc: places.home?.network ?? vpc },
    ...{ name: objectName(owner, index), tags: encodeTags(owner, { index, hostKey }) },
  };
  for (let orders = 1; ; orders += 1) {
    try {
      return await work.api.createDroplet(wanted);
    } catch (error) {
      if (isNoCapacity(error)) return undefined;
      if (!isUnclear(error)) throw error;
      const found = await orderedAllTheSame(work, owner, index);
      if (found) return found;
      if (orders === ORDERS || work.clock.now() + POLL_MS > work.bounds.deadline) throw error;
    }
  }
}

/** Looks whether an order without an answer was taken. */
async function orderedAllTheSame(
  work: Work,
  cluster: ClusterId,
  index: number,
): Promise<Droplet | undefined> {
  const { clock, bounds } = work;
  for (let looks = 1; ; looks += 1) {
    const found = await present(work, ofIndex(await listDroplets(work, cluster), index));
    if (found || looks === LOOKS) return found?.droplet;
    await clock.sleep(POLL_MS, bounds.signal);
  }
}

/** Waits until the droplet of an index runs and has its addresses. */
async function running(
  work: Work,
  ground: Ground,
  { owner, index }: MachineOrder,
  id: number,
): Promise<OwnedDroplet> {
  const { api, clock, bounds } = work;
  for (;;) {
    const all = ofIndex(await ground.droplets(work), index);
    // A list may still name a droplet that was removed.
    const isSure = all.length === 1 && all[0]?.id === id;
    const eldest = isSure ? all[0] : await withoutYounger(work, all);
    const isLast = clock.now() + POLL_MS > bounds.deadline;
    if (eldest && (isReady(eldest.droplet) || isLast)) return eldest;
    if (!eldest && !(await api.droplet(id)))
      throw removedMeanwhile(`droplet ${objectName(owner, index)}`);
    if (isLast) throw tooLate(objectName(owner, index));
    await clock.sleep(POLL_MS, bounds.signal);
  }
}

/** Removes all but the eldest of those that exist, and returns that one. */
async function withoutYounger(
  work: Work,
  all: readonly OwnedDroplet[],
): Promise<OwnedDroplet | undefined> {
  const eldest = await present(work, all);
  for (const one of all) {
    if (!eldest || one.id <= eldest.id) continue;
    await work.api.deleteDroplet(one.id);
    work.log.info(
      `Two droplets were made for one machine; the younger is removed: ${dropletText(one)}`,
    );
  }
  return eldest;
}

/** The first that exists: what was removed may still be listed. */
async function present(
  { api }: Work,
  all: readonly OwnedDroplet[],
): Promise<OwnedDroplet | undefined> {
  for (const one of all) if (await api.droplet(one.id)) return one;
  return undefined;
}

/** The eldest first. */
function ofIndex(droplets: readonly OwnedDroplet[], index: number): OwnedDroplet[] {
  return droplets.filter(({ machine }) => machine.index === index);
}

function isReady(droplet: Droplet): boolean {
  if (droplet.status === 'off') return true;
  const addresses = [addressOf(droplet, 'public'), addressOf(droplet, 'private')];
  return droplet.status === 'active' && !addresses.includes(undefined);
}

function tooLate(name: string): ActionError {
  return new ActionError(`The droplet ${name} was ordered and is not listed in time.`, {
    hint: 'See what became of it: https://cloud.digitalocean.com/droplets. Then run this again.',
  });
}
