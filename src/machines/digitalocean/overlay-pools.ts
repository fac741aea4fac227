import { networksMeet } from '../addresses.ts';

/**
 * In their order of preference; each holds 2048 networks of Swarm's size. DigitalOcean gives every
 * machine an address of 10.10.0.0 to 10.63.255.255 of its own, and takes most default networks of
 * regions from 10.100.0.0 on.
 */
const POOLS = ['10.0.0.0/13', '10.192.0.0/13', '10.224.0.0/13', '10.240.0.0/13'];

/**
 * The address pool of Swarm's overlay networks beside the networks of the machines, which it must
 * not meet: by default it is all of 10.0.0.0/8. Empty if there is none.
 */
export function overlayPools(machines: readonly string[]): readonly string[] {
  const pool = POOLS.find((one) => !machines.some((network) => networksMeet(one, network)));
  return pool === undefined ? [] : [pool];
}
