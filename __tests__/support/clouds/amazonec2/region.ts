import { Account } from './account.ts';
import { filtered, page } from './filters.ts';
import { Groups } from './groups.ts';
import { type FakeInstance, Instances, type RegionOptions } from './instances.ts';
import { groupIn, list, type Parameters, specified, tagsIn } from './parameters.ts';
import { Permissions } from './permissions.ts';
import { Refusal } from './refusal.ts';
import * as wares from './wares.ts';

/** An account of AWS in one region: what exists in it, and what its calls do. */
export class Region {
  readonly #machines: Instances;
  readonly #securityGroups = new Groups();
  hasDefaultVpc = true;
  readonly permissions = new Permissions();
  /** What Service Quotas and the Price List say. */
  readonly account: Account;

  constructor(options: RegionOptions) {
    this.#machines = new Instances(options, this.groups);
    this.account = new Account(options);
  }

  get instances(): Map<string, FakeInstance> {
    return this.#machines.all;
  }

  get groups(): Groups['all'] {
    return this.#securityGroups.all;
  }

  /** `t3.small in eu-central-1a`: no room, said in the answer of the order. */
  get full(): Set<string> {
    return this.#machines.full;
  }

  /** The same, found out only once the instance is being started. */
  get fullLater(): Set<string> {
    return this.#machines.fullLater;
  }

  /** Whether it is not told how many processors an instance has. */
  set hidesCpuOptions(isHidden: boolean) {
    this.#machines.hidesCpuOptions = isHidden;
  }

  /** What exists, for expectations: `instance su-42-shop-1`. */
  get all(): string[] {
    return [
      ...this.present.map(({ tags }) => `instance ${tags.Name}`),
      ...[...this.groups.values()].map(({ name }) => `security group ${name}`),
    ].sort();
  }

  /** The instances that are not gone. */
  get present(): FakeInstance[] {
    return this.#machines.present;
  }

  call(action: string, given: Parameters): object {
    this.#machines.settle();
    this.#admit(action, given);
    return this.#route(action, given);
  }

  #admit(action: string, given: Parameters): void {
    const kind = action === 'CreateSecurityGroup' ? 'security-group' : 'instance';
    const id = groupIn(given);
    const group = id === undefined ? undefined : { id, tags: this.groups.get(id)?.tags };
    const asked = { action, given, tags: specified(given, kind), group };
    const message = this.permissions.against(asked);
    if (message !== undefined) throw new Refusal('UnauthorizedOperation', message, 403);
  }

  #route(action: string, given: Parameters): object {
    if (given.DryRun === 'true')
      throw new Refusal(
        'DryRunOperation',
        'Request would have succeeded, but DryRun flag is set.',
        412,
      );
    switch (action) {
      case 'DescribeVpcs':
        return page('vpcSet', filtered(this.#vpcs(), given), given);
      case 'DescribeSubnets':
        return page('subnetSet', filtered(wares.SUBNETS, given), given);
      case 'DescribeImages':
        return { imagesSet: this.#images(given) };
      case 'DescribeInstanceTypes':
        return page('instanceTypeSet', filtered(wares.INSTANCE_TYPES, given), given);
      case 'DescribeInstanceTypeOfferings':
        return page('instanceTypeOfferingSet', filtered(offerings(given), given), given);
      case 'DescribeInstances':
        return page('reservationSet', this.#machines.reservations(given), given);
      case 'DescribeSecurityGroups':
        return page('securityGroupInfo', filtered(this.#securityGroups.items(), given), given);
      case 'RunInstances':
        return this.#machines.run(given);
      case 'TerminateInstances':
        return this.#machines.terminate(list(given.InstanceId));
      case 'CreateSecurityGroup':
        return this.#securityGroups.create(given);
      case 'DeleteSecurityGroup':
        return this.#deleteGroup(String(given.GroupId));
      case 'AuthorizeSecurityGroupIngress':
        return this.#securityGroups.authorize(given);
      case 'RevokeSecurityGroupIngress':
        return this.#securityGroups.revoke(given);
      case 'CreateTags':
        return this.#createTags(given);
      default:
        throw new Refusal('InvalidAction', `The stand-in does not know ${action}`);
    }
  }

  #vpcs() {
    return wares.VPCS.filter(({ isDefault }) => this.hasDefaultVpc || !isDefault);
  }

  #images(given: Parameters): object[] {
    const ids = given.ImageId ? list(given.ImageId) : undefined;
    const all = wares.IMAGES.filter(({ imageId }) => ids?.includes(imageId) ?? true);
    if (ids && all.length === 0)
      throw new Refusal('InvalidAMIID.NotFound', `The image id '[${ids}]' does not exist`);
    const owners = given.Owner ? list(given.Owner) : undefined;
    const owned = all.filter(({ imageOwnerId }) => owners?.includes(imageOwnerId) ?? true);
    return filtered(owned, given);
  }

  #deleteGroup(id: string): object {
    const orders = this.present.map(({ parameters }) => parameters);
    return this.#securityGroups.delete(id, orders);
  }

  #createTags(given: Parameters): object {
    const tags = tagsIn(given.Tag);
    for (const id of list(given.ResourceId)) {
      const found = this.instances.get(id) ?? this.groups.get(id);
      if (!found) throw new Refusal('InvalidID', `The ID '${id}' is not valid`);
      Object.assign(found.tags, tags);
    }
    return { return: true };
  }
}

function offerings({ LocationType }: Parameters) {
  return wares.OFFERINGS.filter(({ locationType }) => locationType === LocationType);
}
