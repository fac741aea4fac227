import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../src/base/clock.ts';
import type { Given } from './form.ts';
import { Permissions } from './permissions.ts';
import * as wares from './wares.ts';

export interface FakeInstance {
  readonly id: string;
  readonly parameters: Readonly<Record<string, Given>>;
  readonly launchTime: string;
  readonly listedFrom: number;
  readonly userData: string;
  tags: Record<string, string>;
  state: 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopped';
  stateReason: { code: string; message: string } | undefined;
  publicIp: string;
  privateIp: string;
  /** Whether its protection keeps it from being terminated. */
  isProtected: boolean;
}

export interface FakeGroup {
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
  tags: Record<string, string>;
  /** `tcp 22-22 0.0.0.0/0`. */
  rules: Set<string>;
}

/** Addresses of what stands for an instance, in place of made-up ones. */
export interface RealAddresses {
  readonly publicIp?: string;
  readonly privateIp?: string;
}

export interface RegionOptions {
  readonly clock: Clock;
  /** How long an instance is `pending`, in ms. */
  readonly bootMs: number;
  /** How long an instance is `shutting-down`, in ms. */
  readonly lingerMs: number;
  /** How long a new instance is not yet listed, in ms. */
  readonly lagMs: number;
  /** How many vCPUs the account may have. */
  readonly vcpuLimit: number;
  /** Starts what stands for an instance; it runs once this has settled. */
  readonly onInstance?: (instance: FakeInstance) => Promise<RealAddresses | undefined>;
  /** Ends that; the instance is gone once this has settled. */
  readonly onInstanceGone?: (instance: FakeInstance) => Promise<void>;
}

export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

type Parameters = Readonly<Record<string, Given>>;
type Tags = Record<string, string>;

/** An account of AWS in one region: what exists in it, and what its calls do. */
export class Region {
  readonly instances = new Map<string, FakeInstance>();
  readonly groups = new Map<string, FakeGroup>();
  /** `t3.small in eu-central-1a`: no room, said in the answer of the order. */
  readonly full = new Set<string>();
  /** The same, found out only once the instance is being started. */
  readonly fullLater = new Set<string>();
  hasDefaultVpc = true;
  readonly permissions = new Permissions();
  readonly #options: RegionOptions;
  readonly #byToken = new Map<string, FakeInstance>();
  readonly #later: { readonly at: number; readonly end: () => void }[] = [];
  #made = 0;

  constructor(options: RegionOptions) {
    this.#options = options;
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
    return [...this.instances.values()].filter(({ state }) => state !== 'terminated');
  }

  call(action: string, given: Parameters): object {
    for (const done of this.#later.filter(({ at }) => at <= this.#options.clock.now())) {
      this.#later.splice(this.#later.indexOf(done), 1);
      done.end();
    }
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
        return page('reservationSet', this.#reservations(given), given);
      case 'DescribeSecurityGroups':
        return page('securityGroupInfo', filtered(this.#groupItems(), given), given);
      case 'RunInstances':
        return this.#run(given);
      case 'TerminateInstances':
        return this.#terminate(list(given.InstanceId));
      case 'CreateSecurityGroup':
        return this.#createGroup(given);
      case 'DeleteSecurityGroup':
        return this.#deleteGroup(String(given.GroupId));
      case 'AuthorizeSecurityGroupIngress':
        return this.#authorize(given);
      case 'RevokeSecurityGroupIngress':
        return this.#revoke(given);
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

  #reservations(given: Parameters): object[] {
    const now = this.#options.clock.now();
    const listed = [...this.instances.values()].filter(({ listedFrom }) => listedFrom <= now);
    return filtered(
      listed.map((one) => this.#instanceItem(one)),
      given,
    ).map((item) => ({
      ...{ reservationId: `r-${item.instanceId}`, ownerId: '123456789012', instancesSet: [item] },
    }));
  }

  #run(given: Parameters): object {
    const token = String(given.ClientToken);
    const known = this.#byToken.get(token);
    if (known) return this.#runAnswer(known);
    const subnet = this.#checked(given);
    const instance: FakeInstance = {
      ...{ id: `i-${randomBytes(8).toString('hex')}`, parameters: given },
      launchTime: new Date(Date.UTC(2026, 10, 30) + this.#made * 1_000).toISOString(),
      ...{ listedFrom: this.#options.clock.now() + this.#options.lagMs, isProtected: false },
      userData: Buffer.from(String(given.UserData ?? ''), 'base64').toString(),
      ...{ tags: specified(given, 'instance'), state: 'pending', stateReason: undefined },
      ...{ publicIp: '', privateIp: '' },
    };
    this.#made += 1;
    this.instances.set(instance.id, instance);
    this.#byToken.set(token, instance);
    if (this.fullLater.has(`${given.InstanceType} in ${subnet.availabilityZone}`))
      this.#fail(instance);
    else this.#boot(instance, this.#made);
    return this.#runAnswer(instance);
  }

  #checked(given: Parameters) {
    const [wanted] = list(given.NetworkInterface as Given) as unknown as Parameters[];
    const subnet = wares.SUBNETS.find(({ subnetId }) => subnetId === wanted?.SubnetId);
    if (!subnet) throw new Refusal('InvalidSubnetID.NotFound', 'The subnet ID does not exist');
    const group = this.groups.get(groupIn(given) ?? '');
    if (!group) throw new Refusal('InvalidGroup.NotFound', 'The security group does not exist');
    if (group.vpc !== subnet.vpcId)
      throw new Refusal(
        'InvalidParameter',
        'Security group and subnet belong to different networks.',
      );
    if (!wares.IMAGES.some(({ imageId }) => imageId === given.ImageId))
      throw new Refusal('InvalidAMIID.NotFound', 'The image id does not exist');
    if ((this.present.length + 1) * 2 > this.#options.vcpuLimit)
      throw new Refusal(
        'VcpuLimitExceeded',
        'You have requested more vCPU capacity than your current vCPU limit allows',
      );
    if (this.full.has(`${given.InstanceType} in ${subnet.availabilityZone}`))
      throw new Refusal(
        'InsufficientInstanceCapacity',
        'We currently do not have sufficient capacity',
        500,
      );
    return subnet;
  }

  #fail(instance: FakeInstance): void {
    instance.state = 'terminated';
    instance.stateReason = {
      ...{ code: 'Server.InsufficientInstanceCapacity', message: 'Insufficient capacity' },
    };
  }

  #boot(instance: FakeInstance, number: number): void {
    const end = (real?: RealAddresses) =>
      this.#after(this.#options.bootMs, () => {
        if (instance.state !== 'pending') return;
        instance.publicIp = real?.publicIp ?? `198.51.100.${number % 250}`;
        instance.privateIp = real?.privateIp ?? `172.31.0.${(number % 250) + 4}`;
        instance.state = 'running';
      });
    const started = this.#options.onInstance?.(instance);
    if (!started) end();
    // What could not be started stays pending.
    else started.then(end, (error: unknown) => console.error(error));
  }

  #runAnswer(instance: FakeInstance): object {
    return {
      ...{ reservationId: `r-${instance.id}`, ownerId: '123456789012', groupSet: [] },
      instancesSet: [this.#instanceItem(instance)],
    };
  }

  #terminate(ids: readonly string[]): object {
    const all = ids.map((id) => {
      const found = this.instances.get(id);
      if (!found)
        throw new Refusal('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
      return found;
    });
    const kept = all.find(({ isProtected }) => isProtected);
    if (kept)
      throw new Refusal(
        'OperationNotPermitted',
        `The instance '${kept.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    for (const one of all) this.#end(one);
    return {
      instancesSet: all.map(({ id, state }) => ({
        ...{ instanceId: id, currentState: stateOf(state), previousState: stateOf('running') },
      })),
    };
  }

  #end(instance: FakeInstance): void {
    if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
    instance.state = 'shutting-down';
    const end = () => {
      const gone = () => {
        instance.state = 'terminated';
      };
      if (this.#options.lingerMs === 0) gone();
      else this.#after(this.#options.lingerMs, gone);
    };
    const ended = this.#options.onInstanceGone?.(instance);
    if (!ended) end();
    else ended.then(end, (error: unknown) => console.error(error));
  }

  #instanceItem(one: FakeInstance) {
    const { parameters, state } = one;
    const [wanted] = list(parameters.NetworkInterface as Given) as unknown as Parameters[];
    const subnet = wares.SUBNETS.find(({ subnetId }) => subnetId === wanted?.SubnetId);
    const isThere = state !== 'terminated';
    const isPublic = wanted?.AssociatePublicIpAddress === 'true' && isThere;
    return {
      ...{ instanceId: one.id, instanceType: String(parameters.InstanceType) },
      ...{ imageId: String(parameters.ImageId), instanceState: stateOf(state) },
      ...{ launchTime: one.launchTime, clientToken: String(parameters.ClientToken) },
      placement: { availabilityZone: subnet?.availabilityZone, tenancy: 'default' },
      reason: '',
      stateReason: one.stateReason,
      ipAddress: isPublic && one.publicIp ? one.publicIp : undefined,
      privateIpAddress: (isThere && one.privateIp) || undefined,
      ...{ subnetId: subnet?.subnetId, vpcId: subnet?.vpcId, tagSet: tagItems(one.tags) },
    };
  }

  #groupItems() {
    return [...this.groups.values()].map((group) => ({
      ...{ groupId: group.id, groupName: group.name, vpcId: group.vpc, ownerId: '123456789012' },
      ...{ groupDescription: 'Made by Swarm Up', tagSet: tagItems(group.tags) },
      ipPermissions: [...group.rules].map(permissionItem),
      ipPermissionsEgress: [],
    }));
  }

  #createGroup(given: Parameters): object {
    const [name, vpc] = [String(given.GroupName), String(given.VpcId)];
    const isTaken = [...this.groups.values()].some((one) => one.name === name && one.vpc === vpc);
    if (isTaken)
      throw new Refusal(
        'InvalidGroup.Duplicate',
        `The security group '${name}' already exists for VPC '${vpc}'`,
      );
    const id = `sg-${randomBytes(8).toString('hex')}`;
    this.groups.set(id, {
      id,
      name,
      vpc,
      tags: specified(given, 'security-group'),
      rules: new Set(),
    });
    return { groupId: id };
  }

  #deleteGroup(id: string): object {
    const group = this.#group(id);
    const isUsed = this.present.some(({ parameters }) => {
      const [wanted] = list(parameters.NetworkInterface as Given) as unknown as Parameters[];
      return list(wanted?.SecurityGroupId ?? []).includes(id);
    });
    if (isUsed) throw new Refusal('DependencyViolation', `resource ${id} has a dependent object`);
    this.groups.delete(group.id);
    return { return: true };
  }

  #authorize(given: Parameters): object {
    const group = this.#group(String(given.GroupId));
    const rules = rulesIn(given);
    const known = rules.find((rule) => group.rules.has(rule));
    if (known)
      throw new Refusal(
        'InvalidPermission.Duplicate',
        `the specified rule "${known}" already exists`,
      );
    for (const rule of rules) group.rules.add(rule);
    if (group.rules.size > 120)
      throw new Refusal(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    return { return: true };
  }

  #revoke(given: Parameters): object {
    const group = this.#group(String(given.GroupId));
    for (const rule of rulesIn(given)) group.rules.delete(rule);
    return { return: true };
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

  #group(id: string): FakeGroup {
    const found = this.groups.get(id);
    if (!found)
      throw new Refusal('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    return found;
  }

  #after(ms: number, end: () => void): void {
    this.#later.push({ at: this.#options.clock.now() + ms, end });
  }
}

function list(given: Given | undefined): string[] {
  return (Array.isArray(given) ? given : []) as string[];
}

/** The security group that an order names. */
function groupIn({ NetworkInterface }: Parameters): string | undefined {
  const [wanted] = list(NetworkInterface) as unknown as Parameters[];
  return list(wanted?.SecurityGroupId)[0];
}

function tagsIn(given: Given | undefined): Tags {
  const all = (Array.isArray(given) ? given : []) as { Key: string; Value: string }[];
  return Object.fromEntries(all.map(({ Key, Value }) => [Key, Value]));
}

function specified({ TagSpecification }: Parameters, kind: string): Tags {
  const all = (TagSpecification ?? []) as { ResourceType: string; Tag: Given }[];
  return tagsIn(all.find(({ ResourceType }) => ResourceType === kind)?.Tag);
}

function tagItems(tags: Tags) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}

const CODES = {
  ...{ pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 },
} as const;

function stateOf(name: keyof typeof CODES) {
  return { code: CODES[name], name };
}

function rulesIn({ IpPermissions }: Parameters): string[] {
  const all = (IpPermissions ?? []) as unknown as Record<string, Given>[];
  return all.flatMap((one) => {
    const sources = ['IpRanges', 'Ipv6Ranges', 'Groups'].flatMap((kind) =>
      ((one[kind] ?? []) as unknown as Record<string, string>[]).flatMap(Object.values),
    );
    const hasPorts = one.IpProtocol === 'tcp' || one.IpProtocol === 'udp';
    const ports = hasPorts ? `${one.FromPort}-${one.ToPort} ` : '';
    return sources.map((source) => `${one.IpProtocol} ${ports}${source}`);
  });
}

function permissionItem(rule: string) {
  const [ipProtocol = '', ports = '', source = ports] = rule.split(' ');
  const [fromPort, toPort] = source === ports ? [] : ports.split('-');
  return {
    ...{ ipProtocol, fromPort, toPort },
    groups: source.startsWith('sg-') ? [{ groupId: source, userId: '123456789012' }] : [],
    ipRanges: /^[\d.]+\//.test(source) ? [{ cidrIp: source }] : [],
    ipv6Ranges: source.includes(':') ? [{ cidrIpv6: source }] : [],
    prefixListIds: [],
  };
}

function offerings({ LocationType }: Parameters) {
  return wares.OFFERINGS.filter(({ locationType }) => locationType === LocationType);
}

/** Which member of an answer a filter is about. */
const MEMBERS: Readonly<Record<string, string>> = {
  ...{ 'vpc-id': 'vpcId', 'is-default': 'isDefault', 'subnet-id': 'subnetId' },
  ...{ 'group-id': 'groupId', 'group-name': 'groupName', 'instance-id': 'instanceId' },
  ...{ 'instance-type': 'instanceType', architecture: 'architecture', name: 'name' },
  state: 'imageState',
};

type Item = Record<string, unknown> & { tagSet?: { key: string; value: string }[] };

function filtered<T extends object>(items: readonly T[], given: Parameters): T[] {
  const filters = (given.Filter ?? []) as unknown as { Name: string; Value: string[] }[];
  return items.filter((item) => filters.every((one) => fits(item as Item, one)));
}

function fits(item: Item, { Name, Value }: { Name: string; Value: string[] }): boolean {
  const tags = item.tagSet ?? [];
  const [, key] = /^tag:(.+)$/.exec(Name) ?? [];
  if (key !== undefined) return tags.some((tag) => tag.key === key && Value.includes(tag.value));
  if (Name === 'tag-key') return tags.some((tag) => Value.includes(tag.key));
  if (Name === 'instance-state-name')
    return Value.includes((item.instanceState as { name: string }).name);
  const member = MEMBERS[Name];
  if (!member) throw new Refusal('InvalidParameterValue', `The filter '${Name}' is invalid`);
  return Value.some((value) => isLike(String(item[member]), value));
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** As many as are asked for; the token is where the next page begins. */
function page(key: string, all: readonly object[], given: Parameters): object {
  const from = Number(given.NextToken ?? 0);
  const to = from + Number(given.MaxResults ?? 1_000);
  return { [key]: all.slice(from, to), nextToken: to < all.length ? String(to) : undefined };
}
