// What DigitalOcean's API answers about things, in the form of its description.

export interface Droplet {
  readonly id: number;
  readonly name: string;
  readonly created: string;
  /** Since when it is listed by its tags, in ms. */
  readonly listedFrom: number;
  readonly region: string;
  readonly size: string;
  readonly image: string | number;
  readonly vpc: string;
  readonly userData: string;
  readonly ipv6: boolean;
  readonly monitoring: boolean;
  status: 'new' | 'active' | 'off';
  tags: string[];
  /** Its removal was answered as done. */
  isLeaving: boolean;
  publicIp: string;
  privateIp: string;
}

export interface Rule {
  readonly protocol: string;
  readonly ports: string;
  readonly sources?: { readonly addresses?: string[]; readonly tags?: string[] };
  readonly destinations?: { readonly addresses?: string[]; readonly tags?: string[] };
}

export interface Firewall {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  /** Until when its rules are not everywhere, in ms. */
  waitsUntil: number;
  tags: string[];
  inbound: readonly Rule[];
  outbound: readonly Rule[];
}

const REGIONS = ['fra1', 'ams3', 'lon1', 'nyc3'];
const SIZES = [
  ['s-1vcpu-1gb', 0.00893, 25, REGIONS],
  ['s-1vcpu-2gb', 0.01786, 50, REGIONS],
  ['s-2vcpu-2gb', 0.02679, 60, REGIONS],
  ['s-2vcpu-4gb', 0.03571, 80, ['fra1', 'nyc3']],
] as const;
const IMAGES = [
  [1, 'debian-13-x64', '13 x64', 'base', 'distribution', REGIONS, 10],
  [2, 'ubuntu-24-04-x64', '24.04 x64', 'base', 'distribution', ['nyc3'], 10],
  [3, 'docker-20-04', 'Docker', 'snapshot', 'application', REGIONS, 25],
  [4, null, 'my snapshot', 'snapshot', 'private', ['fra1'], 55],
] as const;

/** `full`: `s-1vcpu-2gb in fra1`, for which the lists say that there is no room. */
export function regions(full: ReadonlySet<string>): object[] {
  return REGIONS.map((slug) => ({
    ...{ slug, name: slug.toUpperCase(), features: ['metadata'], available: true },
    sizes: SIZES.flatMap(([size, , , where]) =>
      (where as readonly string[]).includes(slug) && !full.has(`${size} in ${slug}`) ? size : [],
    ),
  }));
}

export function sizes(): object[] {
  return SIZES.map(([slug, price_hourly, disk, where]) => ({
    ...{ slug, memory: 2048, vcpus: 1, disk, transfer: 2, price_monthly: 12, price_hourly },
    ...{ regions: where, available: true, description: 'Basic' },
  }));
}

export function images(kind: string): object[] {
  return IMAGES.flatMap(([id, slug, name, type, of, where, min_disk_size]) =>
    of === kind
      ? {
          ...{ id, slug, name, type, regions: where, min_disk_size, size_gigabytes: 2.3 },
          ...{ distribution: 'Debian', public: slug !== null, status: 'available' },
          ...{ created_at: '2026-01-01T00:00:00Z', description: name, tags: [] },
        }
      : [],
  );
}

export const vpcs = REGIONS.map((region, at) => ({
  ...{ id: vpcOf(region), urn: `do:vpc:${vpcOf(region)}`, name: `default-${region}`, region },
  ...{ ip_range: `10.${114 + at}.0.0/20`, default: true, created_at: '2026-01-01T00:00:00Z' },
  description: '',
}));

export function vpcOf(region: string): string {
  return `5a4981aa-9653-4bd1-bef5-d6bff520420${REGIONS.indexOf(region)}`;
}

export function isSizeIn(size: string, region: string): boolean {
  return SIZES.some(
    ([slug, , , where]) => slug === size && (where as readonly string[]).includes(region),
  );
}

export function isImageIn(image: string | number, region: string): boolean {
  return IMAGES.some(
    ([id, slug, , , , where]) =>
      (id === image || slug === image) && (where as readonly string[]).includes(region),
  );
}

export function dropletAnswer(droplet: Droplet): object {
  const { id, name, status, created, size, region, tags, vpc, publicIp, privateIp } = droplet;
  const v4 = (ip_address: string, type: string) =>
    ip_address === '' ? [] : [{ ip_address, netmask: '255.255.240.0', gateway: '10.0.0.1', type }];
  return {
    ...{ id, name, status, tags, created_at: created, size_slug: size, vpc_uuid: vpc },
    ...{
      memory: 2048,
      vcpus: 1,
      disk: 50,
      locked: status === 'new',
      features: ['private_networking'],
    },
    ...{ backup_ids: [], next_backup_window: null, snapshot_ids: [], volume_ids: [] },
    image: images('distribution')[0],
    size: sizes().find((one) => Reflect.get(one, 'slug') === size),
    region: regions(new Set()).find((one) => Reflect.get(one, 'slug') === region),
    networks: { v4: [...v4(privateIp, 'private'), ...v4(publicIp, 'public')], v6: [] },
  };
}

export function firewallAnswer(firewall: Firewall, now: number): object {
  const { id, name, created, tags, inbound, outbound, waitsUntil } = firewall;
  return {
    ...{ id, name, tags, created_at: created, droplet_ids: [], pending_changes: [] },
    status: now < waitsUntil ? 'waiting' : 'succeeded',
    ...{ inbound_rules: inbound, outbound_rules: outbound },
  };
}

export function tagAnswer(name: string, droplets: number): object {
  const none = { count: 0 };
  return {
    name,
    resources: {
      ...{ count: droplets, droplets: { count: droplets }, imgages: none, volumes: none },
      ...{ volume_snapshots: none, databases: none },
    },
  };
}
