import { networksMeet } from '../addresses.ts';

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
  const pool = POOLS.find(([address, bits]) => !networksMeet(`${address}/${bits}`, machines));
  return pool ? [`${pool[0]}/${pool[1]}`] : [];
}
