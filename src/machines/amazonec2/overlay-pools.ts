import { networksMeet } from '../addresses.ts';

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 2048. */
const POOLS = ['10.128.0.0/9', '10.0.0.0/9', '172.24.0.0/13', '172.16.0.0/13'];

/**
 * The address pool of Swarm's overlay networks beside the network of the VPC, which it must not
 * meet: by default it is all of 10.0.0.0/8.
 */
export function overlayPools(vpc: string): readonly string[] {
  const pool = POOLS.find((one) => !networksMeet(one, vpc));
  return pool === undefined ? [] : [pool];
}
