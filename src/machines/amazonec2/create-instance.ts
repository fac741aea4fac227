import { randomUUID } from 'node:crypto';
import type { LimitFunction } from 'p-limit';
import { ActionError } from '../../base/errors.ts';
import { isUnclear } from '../cloud/cloud-error.ts';
import { removedMeanwhile } from '../cloud/found/removed-meanwhile.ts';
import { objectName } from '../cloud/object-name.ts';
import type { Places } from '../cloud/places/places.ts';
import { tryPlaces } from '../cloud/places/try-places.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { type Labels, type Owner, ownerLabels } from '../ownership.ts';
import { ec2Refusal, isNoCapacity, isUnknownId, NO_ROOM } from './api/ec2-refusal.ts';
import type { NewInstance } from './api/run-parameters.ts';
import { consoleOf, type Work } from './api/work.ts';
import { addressOf, type FoundMachine, machineOf, type Reached } from './find.ts';
import type { Amazonec2Options } from './options.ts';
import { instanceText, NAME_TAG, type OwnedInstance } from './owned.ts';
import type { Ec2Place } from './places.ts';
import { encodeTags } from './tag-codec.ts';

export const POLL_MS = 2_000;
/** How long a new instance may be missing in the lists, in ms: they lag behind. */
const LAG_MS = 60_000;

/** What AWS says of an instance that it has ended because the machine asked for it. */
const POWERED_OFF = 'Client.InstanceInitiatedShutdown';
const ENDED: readonly string[] = ['shutting-down', 'terminated'];

/** What the instances of a cluster have in common. */
export interface Ground {
  readonly places: Places<Ec2Place>;
  /** Id. */
  readonly securityGroup: string;
  readonly options: Amazonec2Options;
  readonly reached: Reached;
  /** Bounds how many are ordered at the same time. */
  readonly orders: LimitFunction;
  /** What an order waits for, so that it does not come too early. */
  readonly turn: (signal?: AbortSignal) => Promise<void>;
  /**
   * The instances of the cluster, those that are gone, too, as they were at most `POLL_MS` ago: one
   * call for all machines.
   */
  readonly instances: (work: Work) => Promise<readonly OwnedInstance[]>;
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
 * Makes one instance, at the first place that has room, and waits until it runs and has its
 * addresses; an instance of this cluster and index is adopted. Names are not unique, so of several
 * of one index all but the eldest are removed. After an abort nothing more is asked for, and what
 * exists has its tags. Throws `ActionError` if no place has room, or if AWS refuses.
 */
export async function createInstance(
  work: Work,
  ground: Ground,
  order: MachineOrder,
): Promise<FoundMachine> {
  const machine = `${order.owner.cluster}-${order.index}`;
  try {
    const [present] = ofIndex(await ground.instances(work), order.index);
    const found = present && (await running(work, ground, order, present.id));
    return machineOf(found ?? (await make(work, ground, order, machine)), ground.reached);
  } catch (error) {
    throw ec2Refusal(error, `The instance of ${machine} could not be created`);
  }
}

async function make(
  work: Work,
  ground: Ground,
  order: MachineOrder,
  machine: string,
): Promise<OwnedInstance> {
  const bounds = { log: work.log, signal: work.bounds.signal };
  return await tryPlaces(ground.places, machine, bounds, async (place) => {
    const { orders, places, turn } = ground;
    const id = await orders(async () => {
      if (!places.isLeft(place)) return undefined;
      await turn(bounds.signal);
      return await orderAt(work, ground, order, place);
    });
    return id === undefined ? undefined : await running(work, ground, order, id);
  });
}

/** The id of the instance; undefined if the place has no room. */
async function orderAt(
  work: Work,
  { securityGroup, options }: Ground,
  { owner, index, hostKey, userData }: MachineOrder,
  place: Ec2Place,
): Promise<string | undefined> {
  const labels = {
    ...ownerLabels(owner),
    ...{ [INDEX_LABEL]: String(index), [HOST_KEY_LABEL]: hostKey },
    [NAME_TAG]: objectName(owner, index),
  };
  const wanted = newInstance(options, place, { labels, securityGroup, userData });
  return await untilKnown(work, async () => {
    try {
      return (await work.api.runInstance(wanted))?.instanceId;
    } catch (error) {
      if (isNoCapacity(error)) return undefined;
      throw error;
    }
  });
}

/** The order of an instance at a place, as the options want it. */
export function newInstance(
  options: Amazonec2Options,
  { type: instanceType, subnet, image }: Ec2Place,
  about: Pick<NewInstance, 'securityGroup' | 'userData'> & { readonly labels: Labels },
): NewInstance {
  const { securityGroup, userData, labels } = about;
  return {
    // AWS remembers an order by it, so that one without an answer is simply given again.
    ...{ clientToken: randomUUID(), tags: { ...options.tags, ...encodeTags(labels) } },
    ...{ instanceType, subnet, image, securityGroup, userData },
    hasPublicAddress: !options['use-private-address'],
    isSpot: options['request-spot-instance'],
    ...{ rootSize: options['root-size'], instanceProfile: options['iam-instance-profile'] },
  };
}

/** A security group that was made just now is not known everywhere at once. */
async function untilKnown<T>({ clock, bounds }: Work, order: () => Promise<T>): Promise<T> {
  const until = Math.min(clock.now() + LAG_MS, bounds.deadline);
  for (;;) {
    try {
      return await order();
    } catch (error) {
      const mayPass = isUnknownId(error) && error.code === 'InvalidGroup.NotFound';
      if (!mayPass || clock.now() + POLL_MS > until) throw error;
      await clock.sleep(POLL_MS, bounds.signal);
    }
  }
}

/**
 * Waits until the instance of an index runs and has its address. Undefined if AWS ended it itself,
 * as there was no room after all.
 */
async function running(
  work: Work,
  ground: Ground,
  { owner, index }: MachineOrder,
  id: string,
): Promise<OwnedInstance | undefined> {
  const { clock, bounds } = work;
  const name = objectName(owner, index);
  const lagEnds = clock.now() + LAG_MS;
  for (;;) {
    const all = await ground.instances(work);
    const [eldest, ...younger] = ofIndex(all, index);
    await remove(work, younger);
    const isLast = clock.now() + POLL_MS > bounds.deadline;
    if (eldest && (isReady(eldest, ground.reached) || isLast)) return eldest;
    const own = all.find((one) => one.id === id);
    if (!eldest && own && hasNoRoom(work, own)) return undefined;
    if (!eldest && (isLast || clock.now() > lagEnds)) throw removedMeanwhile(`instance ${name}`);
    await clock.sleep(POLL_MS, bounds.signal);
  }
}

/** Throws `ActionError` if AWS ended the instance for another reason. */
function hasNoRoom({ region }: Work, { id, name, instance }: OwnedInstance): boolean {
  const { code = '', message } = instance.stateReason ?? {};
  if (NO_ROOM.includes(code)) return true;
  // Somebody has asked for it, or it has powered itself off.
  if (code === '' || code.startsWith('Client.UserInitiated') || code === POWERED_OFF)
    throw removedMeanwhile(`instance ${name}`);
  throw new ActionError(`AWS has ended the instance ${id} that it was starting: ${code}.`, {
    ...(message !== undefined && { details: message }),
    hint: `See ${consoleOf(region)}`,
  });
}

/** Two runs at once may have made a machine twice. */
async function remove(work: Work, younger: readonly OwnedInstance[]): Promise<void> {
  for (const one of younger) {
    await work.api.terminateInstances([one.id]).catch((error: unknown) => {
      if (!isUnknownId(error) && !isUnclear(error)) throw error;
    });
    work.log.info(
      `Two instances were made for one machine; the younger is removed: ${instanceText(one)}`,
    );
  }
}

/** The eldest first; what is gone, or on its way out, is none. */
function ofIndex(instances: readonly OwnedInstance[], index: number): OwnedInstance[] {
  return instances.filter(
    (one) => one.index === index && !ENDED.includes(one.instance.instanceState),
  );
}

function isReady({ instance }: OwnedInstance, reached: Reached): boolean {
  if (instance.instanceState === 'stopped') return true;
  return instance.instanceState === 'running' && addressOf(instance, reached) !== undefined;
}
