import { networksMeet } from '../addresses.ts';

/** In their order of preference; each holds 32 768 networks of Swarm's size, or 4096. */
const POOLS = ['10.128.0.0/9', '10.0.0.0/9', '172.16.0.0/12'];
/** As large as networks of clouds mostly are: how large this one is nobody says. */
const NETWORK_BITS = 16;

/**
 * The address pool of Swarm's overlay networks beside the networks that machines with these
 * addresses are in, which it must not meet: by default it is all of 10.0.0.0/8. Undefined where
 * Docker's own choice meets none of them, or every pool does.
 */
export function overlayPools(addresses: readonly string[]): readonly string[] | undefined {
  const networks = addresses
    .filter((address) => /^10\.\d+\.\d+\.\d+$/.test(address))
    .map((address) => `${address.replace(/\.\d+\.\d+$/, '.0.0')}/${NETWORK_BITS}`);
  if (networks.length === 0) return undefined;
  const pool = POOLS.find((one) => !networks.some((network) => networksMeet(one, network)));
  return pool === undefined ? undefined : [pool];
}
