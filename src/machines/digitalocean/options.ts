import * as z from 'zod';
import { endpoint } from '../cloud/options/endpoint.ts';
import { nameList } from '../cloud/options/name-list.ts';
import { sourceList } from '../cloud/options/source-list.ts';
import type { PlaceWords } from '../cloud/places/places.ts';
import { VENDOR } from './api/work.ts';

const ENDPOINT = 'https://api.digitalocean.com/v2';

const REGION = 'give slugs of regions as DigitalOcean has them, for example `[fra1, ams3]`';
const SIZE =
  'give slugs of sizes as DigitalOcean has them, for example `[s-1vcpu-2gb, s-2vcpu-2gb]`';
const NO_GPU = 'sizes with a GPU are not possible: DigitalOcean lists their machines apart';
const IMAGE = 'give the slug of an image, for example `debian-13-x64`, or the id of a snapshot';
const VPC = 'give the id of a VPC network, for example `5a4981aa-9653-4bd1-bef5-d6bff52042e4`';
const YES_OR_NO = 'give `true` or `false`';

/** The options that list places. */
export const PLACE_WORDS: PlaceWords = { vendor: VENDOR, type: 'size', location: 'region' };

/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
export const placeOptions = z.object({
  /** Where the API answers. */
  endpoint: endpoint.default(ENDPOINT),
});

/** `driver-options` of the `digitalocean` driver. */
export const digitaloceanOptions = z.strictObject({
  /** Tried in turn, the first one first. All machines of a cluster are in one region. */
  region: nameList(REGION).default(['fra1', 'ams3', 'lon1']),
  /** Tried in turn, the first one in every region first. */
  size: nameList(SIZE)
    .refine((sizes) => !sizes.some((size) => size.startsWith('gpu-')), NO_GPU)
    .default(['s-1vcpu-2gb', 's-2vcpu-2gb']),
  image: z
    .union([z.string().min(1, IMAGE), z.int().positive(IMAGE)], IMAGE)
    .transform(String)
    .default('debian-13-x64'),
  /** The private network; without it, the default one of the region. */
  'vpc-uuid': z.uuid(VPC).optional(),
  /** Whether DigitalOcean installs its agent that measures the machines. */
  monitoring: z.boolean(YES_OR_NO).default(false),
  /** Whether machines have a public IPv6 address beside that of IPv4. */
  ipv6: z.boolean(YES_OR_NO).default(false),
  /** From where SSH and the published ports are reached. */
  'firewall-sources': sourceList,
  ...placeOptions.shape,
});

export type DigitaloceanOptions = z.infer<typeof digitaloceanOptions>;
