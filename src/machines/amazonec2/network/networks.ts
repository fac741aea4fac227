import { ActionError } from '../../../base/errors.ts';
import type { Subnet, Vpc } from '../api/objects.ts';
import { consoleOf, type Work } from '../api/work.ts';
import type { Amazonec2Options } from '../options.ts';

/** Where the machines of a cluster are: subnets of one VPC. */
export interface Network {
  readonly vpc: Vpc;
  /** One or more; of several in one zone the first counts. */
  readonly subnets: readonly Subnet[];
}

type NetworkOptions = Pick<Amazonec2Options, 'vpc-id' | 'subnet-id' | 'zone'>;

/**
 * The subnets of the options: those of `subnet-id`, or those of the VPC, in the zones of `zone` and
 * in their order. Throws `ActionError` that says which option to change.
 */
export async function findNetwork(work: Work, options: NetworkOptions): Promise<Network> {
  const ids = options['subnet-id'];
  const { vpc, subnets } = ids ? await bySubnets(work, ids) : await byVpc(work, options['vpc-id']);
  const wanted = options['vpc-id'];
  if (wanted !== undefined && vpc.vpcId !== wanted) throw otherVpc(wanted, vpc);
  return { vpc, subnets: inZones(subnets, options.zone) };
}

async function bySubnets(work: Work, ids: readonly string[]): Promise<Network> {
  const found = await work.api.subnets({ 'subnet-id': ids });
  const subnets = ids.map((id) => {
    const subnet = found.find(({ subnetId }) => subnetId === id);
    if (!subnet) throw notThere(work, 'subnet-id', `subnet ${id}`);
    return subnet;
  });
  const vpcs = new Set(subnets.map(({ vpcId }) => vpcId));
  if (vpcs.size > 1) throw severalVpcs(subnets);
  const [vpc] = await work.api.vpcs({ 'vpc-id': [...vpcs] });
  if (!vpc) throw notThere(work, 'subnet-id', `VPC ${[...vpcs]}`);
  return { vpc, subnets };
}

async function byVpc(work: Work, id: string | undefined): Promise<Network> {
  const filters = id === undefined ? { 'is-default': ['true'] } : { 'vpc-id': [id] };
  const [vpc] = await work.api.vpcs(filters);
  if (!vpc) throw id === undefined ? noDefaultVpc(work) : notThere(work, 'vpc-id', `VPC ${id}`);
  const all = await work.api.subnets({ 'vpc-id': [vpc.vpcId] });
  const byDefault = all.filter(({ defaultForAz }) => defaultForAz);
  const subnets = byDefault.length > 0 ? byDefault : all;
  if (subnets.length === 0) throw withoutSubnets(vpc);
  const inOrder = [...subnets].sort((a, b) => (a.availabilityZone < b.availabilityZone ? -1 : 1));
  return { vpc, subnets: inOrder };
}

function inZones(all: readonly Subnet[], zones: readonly string[] | undefined): readonly Subnet[] {
  if (!zones) return all;
  return zones.flatMap((zone) => {
    const found = all.filter(({ availabilityZone }) => availabilityZone === zone);
    if (found.length === 0) throw notInZone(zone, all);
    return found;
  });
}

function noDefaultVpc({ region }: Work): ActionError {
  return new ActionError(`The region ${region} has no default VPC.`, {
    hint: 'Give `vpc-id` or `subnet-id` in `driver-options`, or make a default VPC: `aws ec2 create-default-vpc`.',
  });
}

function notThere({ region }: Work, option: string, what: string): ActionError {
  return new ActionError(
    `driver-options: \`${option}\`: the account has no ${what} in ${region}.`,
    {
      hint: `See what there is: ${consoleOf(region, 'subnets')}`,
    },
  );
}

function otherVpc(wanted: string, { vpcId }: Vpc): ActionError {
  return new ActionError(
    `driver-options: \`subnet-id\`: the subnet is in ${vpcId}, not ${wanted}.`,
    {
      hint: 'Leave `vpc-id` out, or give subnets of it.',
    },
  );
}

function severalVpcs(subnets: readonly Subnet[]): ActionError {
  return new ActionError('driver-options: `subnet-id`: these are in several VPCs.', {
    details: subnets.map(({ subnetId, vpcId }) => `${subnetId}: ${vpcId}`).join('\n'),
    hint: 'The machines of a cluster reach each other within one VPC. Give subnets of one.',
  });
}

function withoutSubnets({ vpcId }: Vpc): ActionError {
  return new ActionError(`The VPC ${vpcId} has no subnet.`, {
    hint: 'Make a subnet in it, or give another `vpc-id` in `driver-options`.',
  });
}

function notInZone(zone: string, all: readonly Subnet[]): ActionError {
  const zones = [...new Set(all.map(({ availabilityZone }) => availabilityZone))];
  return new ActionError(`driver-options: \`zone\`: no subnet is in ${zone}.`, {
    details: `There are some in ${zones.join(', ')}`,
    hint: 'Give one of these zones, or a subnet of that zone as `subnet-id`.',
  });
}
