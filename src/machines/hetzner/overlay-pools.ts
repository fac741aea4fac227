import { BlockList } from 'node:net';

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 256. */
const POOLS = [
  ['10.128.0.0', 9],
  ['10.0.0.0', 9],
  ['172.16.0.0', 12],
] as const;

/**
 * The address pool of Swarm's overlay networks beside the network of the machines, which it must not
 * meet: by default it is all of 10.0.0.0/8.
 */
export function overlayPools(machines: string): readonly string[] {
  const pool = POOLS.find(([address, bits]) => !meet(`${address}/${bits}`, machines));
  return pool ? [`${pool[0]}/${pool[1]}`] : [];
}

/** Two networks meet if one holds the first address of the other. */
function meet(one: string, other: string): boolean {
  return holds(one, other) || holds(other, one);
}

function holds(outer: string, inner: string): boolean {
  const [address = '', bits = ''] = outer.split('/');
  const [first = ''] = inner.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(bits));
  return list.check(first);
}
