import { BlockList, isIP } from 'node:net';
import type { Findings } from '../findings.ts';

/** A subnet of a network, as it is written. */
interface Subnet {
  readonly text: string;
  readonly network: string;
}

/** Whether a text is an address with the length of its prefix, for example `10.91.0.0/24`. */
export function isSubnet(text: string): boolean {
  return parts(text) !== undefined;
}

function parts(text: string) {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const family = isIP(address);
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(length <= (family === 4 ? 32 : 128))) return undefined;
  return { address, length, family: family === 4 ? ('ipv4' as const) : ('ipv6' as const) };
}

/**
 * Whether two subnets have addresses in common. Of two that do, one has the first address of the
 * other.
 */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [parts(one), parts(other)];
  if (!a || !b || a.family !== b.family) return false;
  const has = (outer: typeof a, inner: typeof a) => {
    const list = new BlockList();
    list.addSubnet(outer.address, outer.length, outer.family);
    return list.check(inner.address, inner.family);
  };
  return has(a, b) || has(b, a);
}

/** Longer prefixes leave no address for a task beside the network's own. */
const LONGEST_PREFIX = 29;

/**
 * What is wrong with a subnet that is one, seen on Docker 26.1: networks of a stack have IPv4
 * alone.
 */
function subnetFault(text: string, others: readonly string[]): string | undefined {
  const found = parts(text);
  if (found?.family === 'ipv6') {
    const hasOther = others.some((one) => parts(one)?.family === 'ipv4');
    return hasOther
      ? undefined
      : 'and a network of a stack has IPv4 addresses. Write an IPv4 subnet, or leave it out.';
  }
  if (!found) return undefined;
  if (found.length > LONGEST_PREFIX) {
    return `which has too few addresses for a task. Write /${LONGEST_PREFIX} or a shorter prefix, for example /24.`;
  }
  const first = firstAddress(found.address, found.length);
  return first === found.address
    ? undefined
    : `and the first address of that subnet is another. Write \`${first}/${found.length}\`.`;
}

function firstAddress(address: string, length: number): string {
  const bits = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - length);
  const first = Math.floor(bits / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}

/**
 * Refuses subnets of the file that are none, and two that overlap: the tasks of the second network
 * would never get an address.
 */
export function checkOwnSubnets(
  networks: Readonly<Record<string, { readonly subnets: readonly string[] }>>,
  refuse: Findings['refuse'],
): void {
  const seen: Subnet[] = [];
  for (const [network, { subnets }] of Object.entries(networks)) {
    for (const text of subnets) {
      const path = ['networks', network, 'ipam', 'config'];
      const other = seen.find((one) => overlap(one.text, text));
      if (!isSubnet(text)) {
        refuse(
          path,
          `network ${network}: \`subnet\` is ${text}. Write an address and the length of its prefix, for example \`10.91.0.0/24\`.`,
        );
      } else if (other) {
        refuse(
          path,
          `network ${network}: its subnet ${text} overlaps with ${other.text} of network ${other.network}. Choose another.`,
        );
      }
      const fault = isSubnet(text) ? subnetFault(text, subnets) : undefined;
      if (fault) refuse(path, `network ${network}: \`subnet\` is ${text}, ${fault}`);
      seen.push({ text, network });
    }
  }
}
