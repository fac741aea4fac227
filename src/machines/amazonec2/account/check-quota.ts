import { ActionError } from '../../../base/errors.ts';
import { type ClusterId, isSameCluster, ownerOf } from '../../ownership.ts';
import { higherQuota } from '../api/ec2-refusal.ts';
import type { Instance, InstanceType } from '../api/objects.ts';
import type { Work } from '../api/work.ts';
import { decodeTags } from '../tag-codec.ts';
import { askIfAllowed } from './ask-if-allowed.ts';
import { quotaCodeOf } from './quota-code.ts';

/** Machines that a cluster is to have, those that it has included. */
interface WantedInstances {
  readonly cluster: ClusterId;
  readonly machines: number;
  readonly type: InstanceType;
  readonly isSpot: boolean;
}

/** EC2 counts these for a quota of vCPUs, and none that is stopped. */
const COUNTED = { 'instance-state-name': ['pending', 'running'] };

/**
 * Asks whether the account may have so many vCPUs more. Gives what is to be told of them, as a
 * sentence. Credentials that may not ask end nothing: the first order tells then. Throws
 * `ActionError` with the numbers if the quota is too small.
 */
export async function checkQuota(work: Work, wanted: WantedInstances): Promise<string> {
  const { cluster, machines, type, isSpot } = wanted;
  const together = `${machines * type.vCpuInfo} vCPUs together`;
  const code = quotaCodeOf(type.instanceType, isSpot);
  if (code === undefined) return `${together}.`;
  const asked = await askIfAllowed(work, 'servicequotas:GetServiceQuota', (bounds) =>
    work.account.quota(code, bounds),
  );
  if ('reason' in asked)
    return `${together}. Whether the quota allows them is not known: ${asked.reason}.`;
  const { value: limit, name } = asked.value;
  const instances = await work.api.instances(COUNTED);
  const used = await vCpusOf(work, instances.filter(countsFor(code)));
  const own = instances.filter((one) => isOf(cluster, one)).length;
  const missing = Math.max(0, machines - own);
  const more = missing * type.vCpuInfo;
  if (more === 0 || used + more <= limit)
    return `${together}; the quota is ${limit}, of which ${used} are used.`;
  throw new ActionError(
    `The account at AWS may not have so many vCPUs in ${work.region} at the same time.`,
    {
      details: `Limit ${limit}, ${used} used, ${more} more wanted (${missing} × ${type.instanceType})\nQuota: ${name} (${code})`,
      hint: higherQuota(work.region, code),
    },
  );
}

/** Spot instances have quotas of their own, and what is on a dedicated host has none. */
function countsFor(code: string): (instance: Instance) => boolean {
  return ({ instanceType, instanceLifecycle: lifecycle, placement }) => {
    const isSpot = lifecycle === 'spot';
    const isCounted = (isSpot || lifecycle === undefined) && placement?.tenancy !== 'host';
    return isCounted && quotaCodeOf(instanceType, isSpot) === code;
  };
}

/** Of each as many as it has, or else as its type has. */
async function vCpusOf(work: Work, instances: readonly Instance[]): Promise<number> {
  const unknown = instances.filter(({ cpuOptions }) => cpuOptions === undefined);
  const names = [...new Set(unknown.map(({ instanceType }) => instanceType))];
  const types = names.length > 0 ? await work.api.instanceTypes(names) : [];
  const ofType = new Map(types.map(({ instanceType, vCpuInfo }) => [instanceType, vCpuInfo]));
  return instances
    .map(({ cpuOptions: cpus, instanceType }) =>
      cpus ? cpus.coreCount * cpus.threadsPerCore : (ofType.get(instanceType) ?? 0),
    )
    .reduce((sum, count) => sum + count, 0);
}

function isOf(cluster: ClusterId, { tagSet }: Instance): boolean {
  const owner = ownerOf(decodeTags(tagSet));
  return owner !== undefined && isSameCluster(owner, cluster);
}
