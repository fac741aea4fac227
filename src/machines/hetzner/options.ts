import { isIPv4 } from 'node:net';
import * as z from 'zod';
import { endpoint } from '../cloud/options/endpoint.ts';
import { nameList } from '../cloud/options/name-list.ts';
import { sourceList } from '../cloud/options/source-list.ts';
import type { PlaceWords } from '../cloud/places/places.ts';
import { VENDOR } from './api/work.ts';

const ENDPOINT = 'https://api.hetzner.cloud/v1';

const LOCATION = 'give names of locations as Hetzner has them, for example `[nbg1, hel1]`';
const TYPE = 'give names of server types as Hetzner has them, for example `[cx23, cpx22]`';
const IMAGE = 'give the name of an image, for example `docker-ce`, or the id of a snapshot';
const RANGE =
  'give a private IPv4 network that begins at its first address and has /8 to /24, for example `10.64.0.0/16`';
const NETWORK = 'give the id of a network of the project, a number';

/** The options that list places. */
export const PLACE_WORDS: PlaceWords = {
  ...{ vendor: VENDOR, type: 'server-type', location: 'location' },
};

/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
export const placeOptions = z.object({
  /** Where the API answers. */
  endpoint: endpoint.default(ENDPOINT),
});

/** `driver-options` of the `hetzner` driver. */
export const hetznerOptions = z.strictObject({
  /** Tried in turn, the first one first. */
  location: nameList(LOCATION).default(['nbg1', 'hel1', 'fsn1']),
  /** Tried in turn, the first one in every location first. */
  'server-type': nameList(TYPE).default(['cx23', 'cpx22']),
  image: z
    .union([z.string().min(1, IMAGE), z.int().positive(IMAGE)], IMAGE)
    .transform(String)
    .default('docker-ce'),
  /** Of the private network of a cluster. */
  'network-range': z.string(RANGE).refine(isPrivateNetwork, RANGE).default('10.64.0.0/16'),
  /** A network that is there already, in place of one of the cluster's own. */
  network: z
    .union([z.int(), z.string()], NETWORK)
    .transform(Number)
    .refine((id) => Number.isSafeInteger(id) && id > 0, NETWORK)
    .optional(),
  /** From where SSH and the published ports are reached. */
  'firewall-sources': sourceList,
  /** Whether machines have a public IPv4 address, which costs extra. */
  ipv4: z.boolean('give `true` or `false`').default(true),
  /** Whether Hetzner puts the machines on different hosts. */
  'placement-group': z.enum(['spread', 'none'], 'give `spread` or `none`').default('spread'),
  ...placeOptions.shape,
});

export type HetznerOptions = z.infer<typeof hetznerOptions>;

function isPrivateNetwork(text: string): boolean {
  const [address = '', bits = ''] = text.split('/');
  if (!isIPv4(address) || !/^(?:[89]|1\d|2[0-4])$/.test(bits)) return false;
  const number = numberOf(address);
  const isFirst = number % 2 ** (32 - Number(bits)) === 0;
  return isFirst && PRIVATE.some((outer) => isWithin(number, Number(bits), outer));
}

/** RFC 1918. */
const PRIVATE = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const;

function isWithin(first: number, bits: number, [outer, outerBits]: (typeof PRIVATE)[number]) {
  const size = 2 ** (32 - outerBits);
  return bits >= outerBits && Math.floor(first / size) === Math.floor(numberOf(outer) / size);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
