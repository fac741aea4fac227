import { objectName } from '../cloud/object-name.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { type ClusterId, isSameCluster, type Labels, type Owner, ownerOf } from '../ownership.ts';
import type { Filters } from './api/ec2-api.ts';
import type { Instance, SecurityGroup } from './api/objects.ts';
import { consoleOf, type Work } from './api/work.ts';
import { decodeTags, filtersOf } from './tag-codec.ts';

/** The tag that the console shows as the name of a thing. */
export const NAME_TAG = 'Name';

/** An instance that the driver has made. */
export interface OwnedInstance {
  readonly id: string;
  readonly name: string;
  readonly index: number;
  readonly owner: Owner;
  readonly labels: Labels;
  readonly instance: Instance;
}

/** A security group that the driver has made. */
export interface OwnedGroup {
  readonly id: string;
  readonly name: string;
  readonly owner: Owner;
  readonly group: SecurityGroup;
}

/** For about an hour, EC2 still lists what is `terminated`. */
const THERE: Filters = {
  'instance-state-name': ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
};

/** The instances of a cluster and its repository, the eldest first. One list. */
export async function listInstances(work: Work, cluster: ClusterId): Promise<OwnedInstance[]> {
  return ownedInstances(work, await work.api.instances({ ...filtersOf(cluster), ...THERE }));
}

/** As `listInstances`, with those that are gone, for as long as AWS tells of them. */
export async function listWithGone(work: Work, cluster: ClusterId): Promise<OwnedInstance[]> {
  return ownedInstances(work, await work.api.instances(filtersOf(cluster)));
}

/** As `listInstances`, by another filter. */
export async function instancesBy(work: Work, filters: Filters): Promise<OwnedInstance[]> {
  return ownedInstances(work, await work.api.instances({ ...filters, ...THERE }));
}

/** The security groups that filters find, one to a VPC. One list. */
export async function groupsBy(work: Work, filters: Filters): Promise<OwnedGroup[]> {
  return (await work.api.securityGroups(filters)).flatMap((group) => ownedGroup(work, group));
}

/** Whether a security group was made for this cluster. */
export function isGroupOf(group: SecurityGroup, cluster: ClusterId): boolean {
  const owner = ownerOf(decodeTags(group.tagSet));
  return owner !== undefined && isSameCluster(owner, cluster);
}

/** `instance su-42-shop-1 (i-0a1b…)`. */
export function instanceText({ id, name }: Pick<OwnedInstance, 'id' | 'name'>): string {
  return `instance ${name} (${id})`;
}

/** `security group su-42-shop (sg-0a1b…)`. */
export function groupText({ id, name }: Pick<OwnedGroup, 'id' | 'name'>): string {
  return `security group ${name} (${id})`;
}

/** Those that the driver has made: their tags say so, and they have the name that it gives. */
function ownedInstances(work: Work, instances: readonly Instance[]): OwnedInstance[] {
  const byAge = (a: OwnedInstance, b: OwnedInstance) =>
    ageOf(a) < ageOf(b) || (ageOf(a) === ageOf(b) && a.id < b.id) ? -1 : 1;
  return instances.flatMap((instance) => ownedInstance(work, instance)).sort(byAge);
}

function ownedInstance(work: Work, instance: Instance): OwnedInstance[] {
  const { instanceId: id, tagSet } = instance;
  const labels = decodeTags(tagSet);
  const owner = ownerOf(labels);
  if (!owner) return [];
  const index = Number(labels[INDEX_LABEL]);
  const name = tagSet[NAME_TAG] ?? '';
  const isOurs = index > 0 && labels[HOST_KEY_LABEL] && name === objectName(owner, index);
  if (isOurs) return [{ id, name, index, owner, labels, instance }];
  work.ignored(
    `The instance ${id} at AWS has tags of Swarm Up, but another name or other tags than Swarm Up gives: it is ignored, and stays. See ${consoleOf(work.region)}`,
  );
  return [];
}

function ownedGroup(work: Work, group: SecurityGroup): OwnedGroup[] {
  const { groupId: id, groupName: name, tagSet } = group;
  const owner = ownerOf(decodeTags(tagSet));
  if (!owner) return [];
  if (name === objectName(owner)) return [{ id, name, owner, group }];
  work.ignored(
    `The security group ${name} (${id}) at AWS has tags of Swarm Up, but another name than Swarm Up gives: it is ignored, and stays.`,
  );
  return [];
}

function ageOf({ instance }: OwnedInstance): number {
  return Date.parse(instance.launchTime);
}
