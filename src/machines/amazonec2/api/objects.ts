import * as z from 'zod';

// What is read of EC2's answers; all else may be there or not. In XML a list is a set of `item`
// elements, of which one alone looks like a thing, and none like an empty text.

const text = z.string();
const int = text.regex(/^-?\d+$/).transform(Number);
const bool = z.enum(['true', 'false']).transform((value) => value === 'true');
/** An element without content is one that says nothing. */
const optional = text.optional().transform((value) => value || undefined);

/** A list as it stands in XML. */
export function set<T>(item: z.ZodType<T>) {
  const items = z
    .object({ item: z.union([z.array(item), item.transform((one) => [one])]).optional() })
    .transform((found) => found.item ?? []);
  return z
    .union([text.transform((): T[] => []), items])
    .optional()
    .transform((all): readonly T[] => all ?? []);
}

/** An element that may be empty. */
function element<T>(content: z.ZodType<T>) {
  return z
    .union([z.literal('').transform(() => undefined), content])
    .optional()
    .transform((found) => found);
}

const tag = z.object({ key: text, value: text.optional().default('') });
const tags = set(tag).transform((all) =>
  Object.fromEntries(all.map(({ key, value }) => [key, value])),
);

export const instance = z.object({
  instanceId: text,
  instanceType: text,
  /** `pending`, `running`, `stopping`, `stopped`, `shutting-down` or `terminated`. */
  instanceState: z.object({ name: text }).transform(({ name }) => name),
  /** Why it is in this state, if EC2 itself ended it. */
  stateReason: element(z.object({ code: text, message: text })),
  launchTime: text,
  placement: z.object({ availabilityZone: optional, tenancy: optional }).optional(),
  /** `spot`, `scheduled` and others; undefined if it is paid for on demand. */
  instanceLifecycle: optional,
  cpuOptions: element(z.object({ coreCount: int, threadsPerCore: int })),
  /** Public, of IPv4. */
  ipAddress: optional,
  privateIpAddress: optional,
  tagSet: tags,
});
export type Instance = z.infer<typeof instance>;

export const reservation = z.object({ instancesSet: set(instance) });

const permission = z.object({
  /** `tcp`, `udp`, or a number of IP. */
  ipProtocol: text,
  fromPort: int.optional(),
  toPort: int.optional(),
  groups: set(z.object({ groupId: optional })),
  ipRanges: set(z.object({ cidrIp: text })),
  ipv6Ranges: set(z.object({ cidrIpv6: text })),
});

export const securityGroup = z.object({
  groupId: text,
  groupName: text,
  vpcId: optional,
  ipPermissions: set(permission),
  tagSet: tags,
});
export type SecurityGroup = z.infer<typeof securityGroup>;

export const vpc = z.object({ vpcId: text, cidrBlock: text, isDefault: bool });
export type Vpc = z.infer<typeof vpc>;

export const subnet = z.object({
  subnetId: text,
  vpcId: text,
  availabilityZone: text,
  defaultForAz: bool,
});
export type Subnet = z.infer<typeof subnet>;

export const image = z.object({
  imageId: text,
  name: optional,
  /** `available`, or what it is on its way to. */
  imageState: text,
  /** `x86_64` or `arm64`. */
  architecture: text,
  /** RFC 3339. */
  creationDate: text.optional().default(''),
  rootDeviceName: text.optional().default('/dev/xvda'),
  blockDeviceMapping: set(
    z.object({ deviceName: text, ebs: element(z.object({ volumeSize: int.optional() })) }),
  ),
});
export type Image = z.infer<typeof image>;

export const instanceType = z.object({
  instanceType: text,
  processorInfo: z
    .object({ supportedArchitectures: set(text) })
    .transform(({ supportedArchitectures }) => supportedArchitectures),
  vCpuInfo: z.object({ defaultVCpus: int }).transform(({ defaultVCpus }) => defaultVCpus),
});
export type InstanceType = z.infer<typeof instanceType>;

/** A type, and the zone or region that offers it. */
export const offering = z.object({ instanceType: text, location: text });
