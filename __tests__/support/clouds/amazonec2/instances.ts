import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../../src/base/clock.ts';
import { filtered } from './filters.ts';
import type { Given } from './form.ts';
import type { FakeGroup } from './groups.ts';
import { groupIn, list, type Parameters, specified, tagItems } from './parameters.ts';
import { Refusal } from './refusal.ts';
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

/** Addresses of what stands for an instance, in place of made-up ones. */
export interface RealAddresses {
  readonly publicIp?: string;
  readonly privateIp?: string;
}

/** How a region behaves. */
export interface RegionOptions {
  readonly clock: Clock;
  /** How long an instance is `pending`, in ms. */
  readonly bootMs: number;
  /** How long an instance is `shutting-down`, in ms. */
  readonly lingerMs: number;
  /** How long a new instance is not yet listed, in ms. */
  readonly lagMs: number;
  /** How many vCPUs the account may have of each quota. */
  readonly vcpuLimit: number;
  /** Starts what stands for an instance; it runs once this has settled. */
  readonly onInstance?: (instance: FakeInstance) => Promise<RealAddresses | undefined>;
  /** Ends that; the instance is gone once this has settled. */
  readonly onInstanceGone?: (instance: FakeInstance) => Promise<void>;
}

/** The instances of a region: what is there, and what calls do to it. */
export class Instances {
  readonly all = new Map<string, FakeInstance>();
  /** `t3.small in eu-central-1a`: no room, said in the answer of the order. */
  readonly full = new Set<string>();
  /** The same, found out only once the instance is being started. */
  readonly fullLater = new Set<string>();
  /** Whether it is not told how many processors an instance has. */
  hidesCpuOptions = false;
  readonly #options: RegionOptions;
  readonly #groups: ReadonlyMap<string, FakeGroup>;
  readonly #byToken = new Map<string, FakeInstance>();
  readonly #later: { readonly at: number; readonly end: () => void }[] = [];
  #made = 0;

  constructor(options: RegionOptions, groups: ReadonlyMap<string, FakeGroup>) {
    this.#options = options;
    this.#groups = groups;
  }

  /** Those that are not gone. */
  get present(): FakeInstance[] {
    return [...this.all.values()].filter(({ state }) => state !== 'terminated');
  }

  /** Does what was to happen by now. */
  settle(): void {
    for (const done of this.#later.filter(({ at }) => at <= this.#options.clock.now())) {
      this.#later.splice(this.#later.indexOf(done), 1);
      done.end();
    }
  }

  /** What `DescribeInstances` lists. */
  reservations(given: Parameters): object[] {
    const now = this.#options.clock.now();
    const listed = [...this.all.values()].filter(({ listedFrom }) => listedFrom <= now);
    return filtered(
      listed.map((one) => this.#instanceItem(one)),
      given,
    ).map((item) => ({
      ...{ reservationId: `r-${item.instanceId}`, ownerId: '123456789012', instancesSet: [item] },
    }));
  }

  /** Orders one. */
  run(given: Parameters): object {
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
    this.all.set(instance.id, instance);
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
    const group = this.#groups.get(groupIn(given) ?? '');
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

  /** Ends these, or none if one of them is not there or protected. */
  terminate(ids: readonly string[]): object {
    const all = ids.map((id) => {
      const found = this.all.get(id);
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
      placement: { availabilityZone: subnet?.availabilityZone, tenancy: tenancyOf(parameters) },
      ...{
        instanceLifecycle: lifecycleOf(parameters),
        cpuOptions: this.hidesCpuOptions ? undefined : cpusOf(parameters),
      },
      reason: '',
      stateReason: one.stateReason,
      ipAddress: isPublic && one.publicIp ? one.publicIp : undefined,
      privateIpAddress: (isThere && one.privateIp) || undefined,
      ...{ subnetId: subnet?.subnetId, vpcId: subnet?.vpcId, tagSet: tagItems(one.tags) },
    };
  }

  #after(ms: number, end: () => void): void {
    this.#later.push({ at: this.#options.clock.now() + ms, end });
  }
}

/** Whether it is ordered as a spot instance, in the words of an answer. */
function lifecycleOf({ InstanceMarketOptions }: Parameters): string | undefined {
  const { MarketType } = (InstanceMarketOptions ?? {}) as { MarketType?: string };
  return MarketType;
}

function tenancyOf({ Placement }: Parameters): string {
  return ((Placement ?? {}) as { Tenancy?: string }).Tenancy ?? 'default';
}

function cpusOf({ InstanceType }: Parameters) {
  const type = wares.INSTANCE_TYPES.find(({ instanceType }) => instanceType === InstanceType);
  return { coreCount: (type?.vCpuInfo.defaultVCpus ?? 0) / 2, threadsPerCore: 2 };
}

const CODES = {
  ...{ pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 },
} as const;

function stateOf(name: keyof typeof CODES) {
  return { code: CODES[name], name };
}
