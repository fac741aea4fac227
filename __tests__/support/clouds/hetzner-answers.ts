// What Hetzner's API answers about things, in the form of its description.

export interface Server {
  readonly id: number;
  readonly name: string;
  status: string;
  readonly created: string;
  labels: Record<string, string>;
  readonly type: string;
  readonly location: string;
  readonly image: string;
  readonly networks: readonly number[];
  readonly firewalls: readonly number[];
  readonly placementGroup: number | undefined;
  readonly ipv4: number | undefined;
  readonly userData: string;
  privateIp: string;
}

export interface PrimaryIp {
  readonly id: number;
  readonly created: string;
  ip: string;
  assignee: number | null;
  autoDelete: boolean;
}

export interface Rule {
  readonly direction: string;
  readonly protocol: string;
  readonly port?: string;
  readonly source_ips?: readonly string[];
}

export interface Shared {
  readonly id: number;
  readonly name: string;
  readonly created: string;
  labels: Record<string, string>;
}

export interface Firewall extends Shared {
  rules: readonly Rule[];
}

export interface Network extends Shared {
  readonly range: string;
  readonly zone: string;
}

export interface Action {
  readonly id: number;
  readonly command: string;
  readonly resources: readonly { readonly id: number; readonly type: string }[];
  readonly started: string;
  status: 'running' | 'success' | 'error';
  error: { readonly code: string; readonly message: string } | null;
}

const PLACES = [
  ['nbg1', 'DE', 'Nuremberg', 'eu-central'],
  ['fsn1', 'DE', 'Falkenstein', 'eu-central'],
  ['hel1', 'FI', 'Helsinki', 'eu-central'],
  ['ash', 'US', 'Ashburn', 'us-east'],
] as const;

export const locations = PLACES.map(([name, country, city, network_zone], at) => ({
  ...{ id: at + 1, name, description: `${city} 1`, country, city, network_zone },
  ...{ latitude: 50.1, longitude: 10.1 },
}));

export function locationOf(name: string): (typeof locations)[number] | undefined {
  return locations.find((location) => location.name === name);
}

const TYPES = [
  ['cx23', 'x86', '0.0060', ['nbg1', 'fsn1', 'hel1']],
  ['cpx22', 'x86', '0.0120', ['nbg1', 'fsn1', 'hel1', 'ash']],
  ['cax11', 'arm', '0.0065', ['fsn1', 'hel1']],
  ['cx11', 'x86', '0.0050', ['nbg1']],
] as const;

/** `unavailable`: `cx23 in nbg1`, for which the list of types says that there is no room. */
export function serverTypes(unavailable: ReadonlySet<string>): object[] {
  return TYPES.map(([name, architecture, price, places], at) => ({
    ...{ id: at + 1, name, description: name.toUpperCase(), cores: 2, memory: 4, disk: 40 },
    ...{ deprecated: name === 'cx11', storage_type: 'local', cpu_type: 'shared', architecture },
    ...{ category: 'Cost-Optimized', deprecation: deprecationOf(name) },
    prices: places.map((location) => ({
      location,
      price_hourly: { net: price, gross: price },
      price_monthly: { net: '3.4900', gross: '4.1531' },
      included_traffic: 21_990_232_555_520,
      price_per_tb_traffic: { net: '1.0000', gross: '1.1900' },
    })),
    locations: places.map((location) => ({
      id: locationOf(location)?.id ?? 0,
      name: location,
      deprecation: deprecationOf(name),
      recommended: true,
      available: !unavailable.has(`${name} in ${location}`),
    })),
  }));
}

function deprecationOf(type: string): object | null {
  return type === 'cx11'
    ? { announced: '2024-06-01T00:00:00Z', unavailable_after: '2024-09-01T00:00:00Z' }
    : null;
}

export function typeIsIn(type: string, location: string): boolean {
  return TYPES.some(
    ([name, , , places]) => name === type && (places as readonly string[]).includes(location),
  );
}

const IMAGES = [
  [1, 'docker-ce', 'app', 'x86'],
  [2, 'docker-ce', 'app', 'arm'],
  [3, 'debian-13', 'system', 'x86'],
  [4, 'debian-13', 'system', 'arm'],
  [5, null, 'snapshot', 'x86'],
] as const;

export const images = IMAGES.map(([id, name, type, architecture]) => ({
  ...{ id, name, type, architecture, status: 'available', description: name ?? 'my snapshot' },
  ...{ image_size: null, disk_size: 5, created: '2026-01-01T00:00:00Z', created_from: null },
  ...{ bound_to: null, os_flavor: 'ubuntu', os_version: '24.04', rapid_deploy: true },
  ...{ protection: { delete: false }, deprecated: null, deleted: null, labels: {} },
}));

export function serverAnswer(
  server: Server,
  about: { readonly address: PrimaryIp | undefined; readonly group: object | null },
): object {
  const { id, name, status, created, labels, networks, firewalls, privateIp } = server;
  const { address, group } = about;
  return {
    ...{ id, name, status, created, labels, locked: false, iso: null, rescue_enabled: false },
    ...{ backup_window: null, outgoing_traffic: 0, ingoing_traffic: 0, included_traffic: 1 },
    ...{ volumes: [], load_balancers: [], primary_disk_size: 40, placement_group: group },
    protection: { delete: false, rebuild: false },
    public_net: {
      ipv4: address
        ? { id: address.id, ip: address.ip, blocked: false, dns_ptr: 'static.example.com' }
        : null,
      ipv6: { ip: `2001:db8:${id.toString(16)}::/64`, blocked: false, dns_ptr: null },
      floating_ips: [],
      firewalls: firewalls.map((firewall) => ({ id: firewall, status: 'applied' })),
    },
    private_net:
      privateIp === ''
        ? []
        : networks.map((network) => ({
            ...{ network, ip: privateIp, alias_ips: [], mac_address: '86:00:ff:2a:7d:e1' },
          })),
    server_type: serverTypes(new Set()).find((type) => Reflect.get(type, 'name') === server.type),
    location: locationOf(server.location),
    image: images.find((image) => image.name === server.image) ?? images[4],
  };
}

export function firewallAnswer(firewall: Firewall, servers: readonly Server[]): object {
  const { id, name, created, labels, rules } = firewall;
  return {
    ...{ id, name, created, labels },
    rules: rules.map(({ direction, protocol, port, source_ips = [] }) => ({
      ...{ description: null, direction, protocol, source_ips, destination_ips: [] },
      port: port ?? null,
    })),
    applied_to: servers.map((server) => ({ type: 'server', server: { id: server.id } })),
  };
}

export function networkAnswer(network: Network, servers: readonly Server[]): object {
  const { id, name, created, labels, range, zone } = network;
  const gateway = range.replace(/\d+\/\d+$/, '1');
  return {
    ...{ id, name, created, labels, ip_range: range, routes: [], load_balancers: [] },
    subnets: [{ type: 'cloud', ip_range: range, network_zone: zone, gateway }],
    servers: servers.map((server) => server.id),
    ...{ protection: { delete: false }, expose_routes_to_vswitch: false },
  };
}

export function groupAnswer(group: Shared, servers: readonly Server[]): object {
  const { id, name, created, labels } = group;
  return { id, name, created, labels, type: 'spread', servers: servers.map((one) => one.id) };
}

export function primaryIpAnswer({ id, ip, created, assignee, autoDelete }: PrimaryIp): object {
  return {
    ...{ id, ip, created, name: `primary_ip-${id}`, labels: {}, blocked: false },
    ...{ location: locations[0], dns_ptr: [], protection: { delete: false }, type: 'ipv4' },
    ...{ auto_delete: autoDelete, assignee_type: 'server', assignee_id: assignee },
  };
}

export function actionAnswer(action: Action): object {
  const { id, command, resources, started, status, error } = action;
  const isOver = status !== 'running';
  return {
    ...{ id, command, resources, started, status, error },
    ...{ finished: isOver ? started : null, progress: isOver ? 100 : 0 },
  };
}
