import type { KeyPair } from '../../ssh/keys/generate.ts';
import { cloudConfig, firstLogin } from '../cloud/first-login.ts';
import { isoImage } from './iso.ts';
import { guestAddress, WAN } from './subnet.ts';

/** What a machine is told at its first boot. */
export interface SeedInput {
  readonly name: string;
  readonly index: number;
  /** First three numbers of the addresses of the cluster. */
  readonly subnet: string;
  readonly lanMac: string;
  readonly wanMac: string;
  /** Its host key, made here, so that it can be pinned from the first connection on. */
  readonly hostKey: KeyPair;
  /** The public key that may log in. */
  readonly authorizedKey: string;
  /** Whether it has a way out. */
  readonly internet: boolean;
}

/**
 * The seed of cloud-init's data source NoCloud: a disk with the label CIDATA. It holds the host's
 * private key.
 */
export function seedImage(input: SeedInput): Buffer {
  return isoImage('CIDATA', {
    'meta-data': metaData(input),
    'user-data': userData(input),
    'network-config': networkConfig(input),
  });
}

// JSON is YAML, and needs no thought about quotes and indentation.
export function metaData({ name }: Pick<SeedInput, 'name'>): string {
  return `${JSON.stringify({ 'instance-id': `swarm-up-${name}`, 'local-hostname': name })}\n`;
}

export function userData({
  hostKey,
  authorizedKey,
}: Pick<SeedInput, 'hostKey' | 'authorizedKey'>): string {
  return cloudConfig(firstLogin({ hostKey, authorizedKeys: [authorizedKey] }));
}

/** By MAC address: what an interface is called differs between images. */
export function networkConfig({
  index,
  subnet,
  lanMac,
  wanMac,
  internet,
}: Omit<SeedInput, 'name' | 'hostKey' | 'authorizedKey'>): string {
  const config = {
    version: 2,
    ethernets: {
      lan: {
        match: { macaddress: lanMac },
        addresses: [`${guestAddress(subnet, index)}/24`],
      },
      wan: {
        match: { macaddress: wanMac },
        addresses: [`${WAN.guest}/24`],
        ...(internet && {
          routes: [{ to: '0.0.0.0/0', via: WAN.gateway }],
          nameservers: { addresses: [WAN.resolver] },
        }),
      },
    },
  };
  return `${JSON.stringify(config, undefined, 1)}\n`;
}
