import { clustersOf, ownedCluster, type Part } from '../cloud/found/clusters-of.ts';
import type { OwnedCluster, Place } from '../driver.ts';
import type { ClusterId, Labels, Owner } from '../ownership.ts';
import { ec2Refusal } from './api/ec2-refusal.ts';
import type { Work } from './api/work.ts';
import { groupsBy, instancesBy, listInstances, type OwnedInstance } from './owned.ts';
import { EVERY_CLUSTER } from './tag-codec.ts';

/** An instance that is a machine of a cluster. */
export interface FoundMachine {
  /** EC2's. */
  readonly id: string;
  /** Its host name: `<cluster>-<index>`. */
  readonly name: string;
  readonly index: number;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly state: 'running' | 'stopped';
  /** Where the runner reaches it, of IPv4; empty while it has none or is stopped. */
  readonly address: string;
  /** In its VPC; undefined while it has none. */
  readonly privateAddress: string | undefined;
  readonly place: Place;
}

/** Which address of a machine the runner reaches. */
export type Reached = 'public' | 'private';

/** What leads to an end, or has come to one. */
const STOPPED: readonly string[] = ['stopping', 'stopped', 'shutting-down'];

/**
 * Every machine of a cluster and its repository, by index. Of two instances of one index, which
 * only a killed run leaves, the eldest that is not stopped counts. One list. Throws `ActionError`
 * if AWS refuses.
 */
export async function listMachines(
  work: Work,
  cluster: ClusterId,
  reached: Reached,
): Promise<FoundMachine[]> {
  const all = await listInstances(work, cluster).catch((error: unknown) => {
    throw ec2Refusal(error, `Cluster ${cluster.cluster} could not be looked for`);
  });
  // What is on its way out is nobody's machine any more.
  const present = all.filter(({ instance }) => instance.instanceState !== 'shutting-down');
  const machines = present.map((one) => machineOf(one, reached));
  return [...Map.groupBy(machines, ({ index }) => index).values()]
    .flatMap((same) => same.find(({ state }) => state === 'running') ?? same[0] ?? [])
    .sort((a, b) => a.index - b.index);
}

/**
 * Every cluster of whatever owner in the region, by name. Two lists, however many there are. Throws
 * `ActionError` if AWS refuses.
 */
export async function listClusters(work: Work): Promise<OwnedCluster[]> {
  const parts = await partsOf(work).catch((error: unknown) => {
    throw ec2Refusal(error, 'The clusters at AWS could not be listed');
  });
  return clustersOf(parts, (all) => {
    const expiries = all.map(({ cluster }) => cluster.expires);
    return ownedCluster(all[0].cluster, all, expiries);
  });
}

/** What an instance of a cluster is as a machine. */
export function machineOf(
  { id, index, owner, labels, instance }: OwnedInstance,
  reached: Reached,
): FoundMachine {
  const isStopped = STOPPED.includes(instance.instanceState);
  return {
    ...{ id, index, owner, labels, name: `${owner.cluster}-${index}` },
    state: isStopped ? 'stopped' : 'running',
    address: isStopped ? '' : (addressOf(instance, reached) ?? ''),
    privateAddress: instance.privateIpAddress,
    place: {
      type: instance.instanceType,
      location: instance.placement?.availabilityZone ?? 'an unknown zone',
    },
  };
}

/** Undefined while it has none. */
export function addressOf(
  { ipAddress, privateIpAddress }: OwnedInstance['instance'],
  reached: Reached,
): string | undefined {
  return reached === 'public' ? ipAddress : privateIpAddress;
}

/** Its cluster is all that its tags say of the owner. */
interface OwnedPart extends Part {
  readonly cluster: Owner;
}

async function partsOf(work: Work): Promise<readonly OwnedPart[]> {
  const instances = await instancesBy(work, EVERY_CLUSTER);
  const groups = await groupsBy(work, EVERY_CLUSTER);
  return [
    ...instances.map(({ owner: cluster, name, instance }) => ({
      ...{ cluster, kind: 'instance', name, created: instance.launchTime },
    })),
    // AWS does not say when it was made.
    ...groups.map(({ owner: cluster, name }) => ({
      ...{ cluster, kind: 'security group', name, created: undefined },
    })),
  ];
}
