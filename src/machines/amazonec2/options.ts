import * as z from 'zod';
import { nearest } from '../../base/nearest.ts';
import { endpoint } from '../cloud/options/endpoint.ts';
import { sourceList } from '../cloud/options/source-list.ts';
import { isReserved } from '../ownership.ts';
import { IMAGE_NAMES } from './image-names.ts';

const REGION = 'give a region as AWS has it, for example `eu-central-1`';
const ZONE =
  'give availability zones as AWS has them, for example `[eu-central-1a, eu-central-1b]`';
const TYPE = 'give types of instances as AWS has them, for example `[t3.small, t3a.small]`';
const IMAGE = `give one of ${IMAGE_NAMES.join(', ')}, or the id of an AMI of the region`;
const VPC = 'give the id of a VPC, for example `vpc-0a1b2c3d`';
const SUBNET = 'give ids of subnets, for example `[subnet-0a1b2c3d, subnet-4e5f6a7b]`';
const SIZE = 'give a whole number of GB, from 8 to 16384';
const PROFILE = 'give the name or the ARN of an instance profile';
const TAGS = 'give a map of at most 30 tags, for example `{team: web}`';
const RESERVED = 'tags that begin with `swarm-up.` or `aws:`, and `Name`, are not yours to give';
const YES_OR_NO = 'give `true` or `false`';

/** A list of names that AWS knows, or only one; each of them is kept once. */
const list = (form: RegExp, message: string) =>
  z
    .union([z.string(), z.array(z.string()).nonempty(message)], message)
    .transform((given) => [...new Set([given].flat())])
    .refine((given) => given.every((name) => form.test(name)), message);

const image = z.string(IMAGE).superRefine((name, context) => {
  if (IMAGE_NAMES.includes(name) || /^ami-[0-9a-f]{8,17}$/.test(name)) return;
  const meant = nearest(name, IMAGE_NAMES);
  const message = meant === undefined ? IMAGE : `${IMAGE}. Is ${meant} meant?`;
  context.addIssue({ code: 'custom', message });
});

const isOwnTag = (key: string) => isReserved(key) || /^aws:/i.test(key) || key === 'Name';

const tags = z
  .record(z.string().min(1, TAGS).max(127, TAGS), z.string(TAGS).max(255, TAGS), TAGS)
  .refine((given) => Object.keys(given).length <= 30, TAGS)
  .refine((given) => !Object.keys(given).some(isOwnTag), RESERVED);

/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
export const placeOptions = z.object({
  /** Without it, that of the variables `AWS_REGION` or `AWS_DEFAULT_REGION`. */
  region: z
    .string(REGION)
    .regex(/^[a-z]{2,}(?:-[a-z]+)+-\d+$/, REGION)
    .optional(),
  /** Where the API answers; without it, where AWS has it for the region. */
  endpoint: endpoint.optional(),
});

/** `driver-options` of the `amazonec2` driver. */
export const amazonec2Options = z.strictObject({
  ...placeOptions.shape,
  /** Tried in turn, the first one first; without it, all that the subnets are in. */
  zone: list(/^[a-z]{2,}(?:-[a-z0-9]+)+[a-z]$/, ZONE).optional(),
  /** Tried in turn, the first one in every zone first. */
  'instance-type': list(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, TYPE).default(['t3.small', 't3a.small']),
  image: image.default('ubuntu-24.04'),
  /** Without it and `subnet-id`, the default VPC of the region. */
  'vpc-id': z
    .string(VPC)
    .regex(/^vpc-[0-9a-f]{8,17}$/, VPC)
    .optional(),
  'subnet-id': list(/^subnet-[0-9a-f]{8,17}$/, SUBNET).optional(),
  'root-size': z.int(SIZE).min(8, SIZE).max(16_384, SIZE).optional(),
  'request-spot-instance': z.boolean(YES_OR_NO).default(false),
  /** Whether machines have no public address, and the runner reaches their private ones. */
  'use-private-address': z.boolean(YES_OR_NO).default(false),
  'iam-instance-profile': z.string(PROFILE).min(1, PROFILE).optional(),
  /** Beside those of the driver, for example for a bill. */
  tags: tags.default({}),
  /** From where SSH and the published ports are reached. */
  'firewall-sources': sourceList,
});

export type Amazonec2Options = z.infer<typeof amazonec2Options>;
