import { networksMeet } from '../../addresses.ts';

/**
 * The address pool of Swarm's overlay networks: the first of `pools` that meets none of the networks
 * in which the machines are. By default Swarm takes all of 10.0.0.0/8, which would meet them. Empty
 * if every pool meets one.
 */
export function overlayPools(
  pools: readonly string[],
  networks: readonly string[],
): readonly string[] {
  const pool = pools.find((one) => !networks.some((network) => networksMeet(one, network)));
  return pool === undefined ? [] : [pool];
}
