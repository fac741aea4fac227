import { isoImage } from '../virtual-machine/iso.ts';
import { metaData, type SeedInput, userData } from '../virtual-machine/seed.ts';
import { guestAddress, runnerAddress } from '../virtual-machine/subnet.ts';

interface HypervSeed
  extends Pick<SeedInput, 'name' | 'index' | 'hostKey' | 'authorizedKey' | 'subnet'> {
  /** With colons. */
  readonly mac: string;
  /** DNS servers of the runner. */
  readonly resolvers: readonly string[];
}

/** The seed of a machine: cloud-init's data source NoCloud. It holds the host's private key. */
export function hypervSeed(input: HypervSeed): Buffer {
  return isoImage('CIDATA', {
    'meta-data': metaData(input),
    'user-data': userData(input),
    'network-config': networkConfig(input),
  });
}

/**
 * One interface, known by its MAC address. Without a subnet the network that a switch of the user's
 * leads to gives the address.
 */
export function networkConfig({
  index,
  subnet,
  mac,
  resolvers,
}: Pick<HypervSeed, 'index' | 'subnet' | 'mac' | 'resolvers'>): string {
  const fixed = {
    addresses: [`${guestAddress(subnet, index)}/24`],
    routes: [{ to: '0.0.0.0/0', via: runnerAddress(subnet) }],
    ...(resolvers.length > 0 && { nameservers: { addresses: resolvers } }),
  };
  const config = {
    version: 2,
    ethernets: {
      lan: { match: { macaddress: mac }, ...(subnet === '' ? { dhcp4: true } : fixed) },
    },
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}
