import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';

/**
 * The network behind a machine's second interface, where QEMU itself is the router; each machine
 * has one to itself. Of the range for tests of network gear (RFC 2544), which no overlay network of
 * a swarm is made in: those begin at 10.0.0.0.
 */
export const WAN = {
  network: '198.18.0.0/24',
  gateway: '198.18.0.2',
  resolver: '198.18.0.3',
  guest: '198.18.0.15',
} as const;

/** Addresses below are the runner's. */
const FIRST_GUEST = 10;
/** The most machines that a cluster has addresses for. */
export const MOST_MACHINES = 240;
const CANDIDATES_PER_RANGE = 64;

/** Where the runner is in the network of a cluster; `subnet` is the first three numbers. */
export function runnerAddress(subnet: string): string {
  return `${subnet}.1`;
}

export function guestAddress(subnet: string, index: number): string {
  return `${subnet}.${FIRST_GUEST + index}`;
}

/**
 * The networks to try for a cluster, the same ones each time, spread so that two clusters seldom
 * begin with the same.
 */
export function candidates(cluster: string): string[] {
  const hash = createHash('sha256').update(cluster).digest().readUInt32BE(0);
  const at = (range: number, step: number): number => (hash + step * 7_919) % range;
  const steps = Array.from({ length: CANDIDATES_PER_RANGE }, (_, step) => step);
  return [
    // The upper half of 10/8: the overlay networks of a swarm grow from the lower end.
    ...steps.map((step) => at(128 * 256, step)).map((n) => `10.${128 + (n >> 8)}.${n & 255}`),
    ...steps.map((step) => `192.168.${64 + at(192, step)}`),
  ];
}

const routes = z.array(z.object({ dst: z.string(), type: z.string().optional() }));

/**
 * The networks that the runner has routes to, in the JSON of `ip -json route show table all`.
 * Throws where it is of another form.
 */
export function routedNetworks(json: string): string[] {
  return routes
    .parse(JSON.parse(json || '[]'))
    .filter(({ dst, type }) => dst !== 'default' && type !== 'multicast' && !dst.includes(':'))
    .map(({ dst }) => dst);
}

/** The same of the main table alone, in the text of /proc/net/route. */
export function mainNetworks(text: string): string[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .flatMap(([, to = '', , , , , , mask = '']) =>
      mask === '' || Number.parseInt(mask, 16) === 0 ? [] : `${dotted(to)}/${bits(mask)}`,
    );
}

/**
 * An address as the kernel prints it there: as a number of the processor's, the last byte first.
 */
function dotted(hex: string): string {
  return (hex.match(/../g) ?? [])
    .map((byte) => Number.parseInt(byte, 16))
    .reverse()
    .join('.');
}

function bits(mask: string): number {
  return Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
}

/** The networks that the runner is in: machines reach them by way of it. */
export function ownNetworks(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .flatMap(({ family, cidr }) => (family === 'IPv4' && cidr !== null ? [cidr] : []));
}

/**
 * The first network that overlaps with none that the runner has a route to.
 * Throws `ActionError` that lists the routes where every one does.
 */
export function freeSubnet(cluster: string, routed: readonly string[]): string {
  const taken = routed.flatMap((network) => rangeOf(network) ?? []);
  const free = candidates(cluster).find((subnet) => {
    const range = rangeOf(`${subnet}.0/24`);
    return range && !taken.some((one) => one.first <= range.last && range.first <= one.last);
  });
  if (free !== undefined) return free;
  throw new ActionError(`No network is free on the runner for the machines of ${cluster}.`, {
    details: `Routes: ${routed.join(', ')}`,
    hint: 'Networks of 256 addresses were tried in 10.128.0.0/9 and 192.168.64.0/18 to 192.168.255.0. Narrow a route that covers both (that of a VPN, for example), or use another runner.',
  });
}

function rangeOf(network: string): { first: number; last: number } | undefined {
  const [, a, b, c, d, length = '32'] =
    /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(network) ?? [];
  if (d === undefined) return undefined;
  const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}

/**
 * The MAC addresses of a machine, of the range that anybody may use, the same for both ends of a
 * run.
 */
export function macAddresses(linkPrefix: string, index: number): { lan: string; wan: string } {
  const hash = createHash('sha256').update(`${linkPrefix}${index}`).digest('hex');
  const tail = (hash.slice(0, 8).match(/../g) ?? []).join(':');
  return { lan: `52:54:${tail}`, wan: `56:54:${tail}` };
}
