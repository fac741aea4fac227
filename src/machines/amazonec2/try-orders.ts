import { CloudError } from '../cloud/cloud-error.ts';
import { objectName } from '../cloud/object-name.ts';
import { type Labels, type Owner, ownerLabels, REPOSITORY_LABEL } from '../ownership.ts';
import { denialIn } from './api/denial.ts';
import { ec2Refusal, isForbidden } from './api/ec2-refusal.ts';
import type { Vpc } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { newInstance } from './create-instance.ts';
import type { Amazonec2Options } from './options.ts';
import { isGroupOf, NAME_TAG } from './owned.ts';
import type { Ec2Place } from './places.ts';
import { encodeTags } from './tag-codec.ts';

/**
 * Gives the first orders of a cluster as dry runs of AWS, which make nothing: its security group,
 * unless it has one, and an instance. Throws `ActionError` if the credentials may not give them.
 * Whatever else AWS answers, only the real orders tell.
 */
export async function tryOrders(
  work: Work,
  options: Amazonec2Options,
  owner: Owner,
  { place, vpc }: { readonly place: Ec2Place; readonly vpc: Vpc },
): Promise<void> {
  const { api } = work;
  const groups = await api.securityGroups({
    ...{ [`tag:${REPOSITORY_LABEL}`]: [owner.repository], 'vpc-id': [vpc.vpcId] },
  });
  const own = groups.find((group) => isGroupOf(group, owner));
  const { groupId: securityGroup } = own ?? groups[0] ?? {};
  // No policy can be about the rest: user data, host key.
  const about = { labels: labelsOf(owner, 1), userData: '#cloud-config\n', securityGroup };
  const counts = (refusal: CloudError) => own !== undefined || isOfNoGroup(refusal);
  try {
    if (!own)
      await attempt(
        () => trySecurityGroup(work, owner, vpc),
        () => true,
      );
    await attempt(() => api.tryInstance(newInstance(options, place, about)), counts);
  } catch (error) {
    throw ec2Refusal(error, `The machines of ${owner.cluster} cannot be made`);
  }
}

async function trySecurityGroup({ api }: Work, owner: Owner, { vpcId }: Vpc): Promise<void> {
  await api.trySecurityGroup(objectName(owner), vpcId, encodeTags(labelsOf(owner)));
}

/** Of what AWS refuses, only a missing right is sure to meet the real order, too. */
async function attempt(
  order: () => Promise<void>,
  counts: (refusal: CloudError) => boolean,
): Promise<void> {
  try {
    await order();
  } catch (error) {
    const isOfRight = isForbidden(error) && counts(error);
    if (isOfRight || !(error instanceof CloudError)) throw error;
  }
}

/**
 * The real order names the security group of the cluster, which does not exist yet, and which a
 * policy admits by its tags. That another one is not admitted says nothing.
 */
function isOfNoGroup(refusal: CloudError): boolean {
  const { resource } = denialIn(refusal);
  return resource !== undefined && !resource.includes(':security-group/');
}

function labelsOf(owner: Owner, index?: number): Labels {
  return { ...ownerLabels(owner), [NAME_TAG]: objectName(owner, index) };
}
