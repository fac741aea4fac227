import { isIPv4 } from 'node:net';

/**
 * A network as EC2 keeps it: the bits behind the prefix are 0, and IPv6 is as short as it can be.
 * `text` is a network (`203.0.113.7/24`).
 */
export function canonicalNetwork(text: string): string {
  const [address = '', length = ''] = text.split('/');
  const size = isIPv4(address) ? 32 : 128;
  const rest = BigInt(size - Number(length));
  const first = (numberOf(address) >> rest) << rest;
  return `${isIPv4(address) ? v4Text(first) : v6Text(first)}/${Number(length)}`;
}

function numberOf(address: string): bigint {
  if (isIPv4(address))
    return address.split('.').reduce((all, part) => (all << 8n) | BigInt(part), 0n);
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [before = [], after = []] = groups.map((half) => half.split(':').filter(Boolean));
  const middle = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...middle, ...after].reduce(
    (all, part) => (all << 16n) | BigInt(`0x${part}`),
    0n,
  );
}

function v4Text(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
}

function v6Text(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
