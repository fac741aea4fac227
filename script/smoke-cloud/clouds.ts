/** What the smoke test has to know of a cloud. */
export interface Cloud {
  /** The variable with the token. */
  readonly token: string;
  /** Where its API answers. */
  readonly endpoint: string;
  /** What a cluster may have there: the kind for people, and the list of the API. */
  readonly lists: readonly (readonly [kind: string, list: string])[];
  /** What is charged, as the vendor says. */
  readonly charges: string;
}

const CLOUDS: Readonly<Record<string, Cloud>> = {
  hetzner: {
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
    charges: 'Hetzner charges an hour that has begun: of each server, and of its IPv4 address.',
  },
  digitalocean: {
    token: 'DIGITALOCEAN_ACCESS_TOKEN',
    endpoint: 'https://api.digitalocean.com/v2',
    // Of the whole account, or of the team of the token.
    lists: [
      ['droplet', 'droplets'],
      ['firewall', 'firewalls'],
      ['tag', 'tags'],
    ],
    charges: 'DigitalOcean charges each droplet until it is destroyed; all else costs nothing.',
  },
};

/** The names of the clouds that can be tried. */
export const CLOUD_NAMES = Object.keys(CLOUDS);

/** The cloud of this driver; undefined if there is none. */
export function cloudOf(driver: string): Cloud | undefined {
  return Object.hasOwn(CLOUDS, driver) ? CLOUDS[driver] : undefined;
}
