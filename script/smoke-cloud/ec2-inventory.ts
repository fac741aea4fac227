import { groupText, instanceText, NAME_TAG } from '../../src/machines/amazonec2/owned.ts';
import type { CloudAccess } from './cloud.ts';
import { ec2WorkOf } from './ec2-work.ts';

/**
 * All instances and security groups of the region, whatever tags they have. Disks, network
 * interfaces and addresses go with their instance. What is terminated costs nothing, and is listed
 * for an hour more. Throws if EC2 refuses.
 */
export async function ec2Inventory(access: CloudAccess): Promise<ReadonlySet<string>> {
  const { api } = ec2WorkOf(access);
  const instances = await api.instances({});
  const groups = await api.securityGroups({});
  return new Set([
    ...instances
      .filter(({ instanceState }) => instanceState !== 'terminated')
      .map(({ instanceId: id, tagSet }) =>
        instanceText({ id, name: tagSet[NAME_TAG] ?? 'without a name' }),
      ),
    ...groups.map(({ groupId: id, groupName: name }) => groupText({ id, name })),
  ]);
}
