import type { Cloud } from './cloud.ts';
import { ec2Inventory } from './ec2-inventory.ts';
import { expireAtEc2 } from './expire-at-ec2.ts';
import { restInventory } from './rest-inventory.ts';

const CLOUDS: Readonly<Record<string, Cloud>> = {
  hetzner: {
    variables: ['HCLOUD_TOKEN'],
    optional: [],
    inventory: restInventory({
      token: 'HCLOUD_TOKEN',
      endpoint: 'https://api.hetzner.cloud/v1',
      lists: [
        ['server', 'servers'],
        ['firewall', 'firewalls'],
        ['network', 'networks'],
        ['placement group', 'placement_groups'],
        // Without labels, so every one of the project.
        ['primary IP', 'primary_ips'],
      ],
    }),
    ttl: '1s',
    charges: 'Hetzner charges an hour that has begun: of each server, and of its IPv4 address.',
  },
  digitalocean: {
    variables: ['DIGITALOCEAN_ACCESS_TOKEN'],
    optional: [],
    inventory: restInventory({
      token: 'DIGITALOCEAN_ACCESS_TOKEN',
      endpoint: 'https://api.digitalocean.com/v2',
      // Of the whole account, or of the team of the token.
      lists: [
        ['droplet', 'droplets'],
        ['firewall', 'firewalls'],
        ['tag', 'tags'],
      ],
    }),
    ttl: '1s',
    charges: 'DigitalOcean charges each droplet until it is destroyed; all else costs nothing.',
  },
  amazonec2: {
    variables: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'],
    // Of a role.
    optional: ['AWS_SESSION_TOKEN'],
    inventory: ec2Inventory,
    ttl: '1h',
    expire: expireAtEc2,
    charges:
      'AWS charges by the second, and at least a minute: each instance, its disk, and its public IPv4 address.',
  },
};

/** The names of the clouds that can be tried. */
export const CLOUD_NAMES = Object.keys(CLOUDS);

/** The cloud of this driver; undefined if there is none. */
export function cloudOf(driver: string): Cloud | undefined {
  return Object.hasOwn(CLOUDS, driver) ? CLOUDS[driver] : undefined;
}
