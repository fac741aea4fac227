import { MTU_OPTION } from '../../swarm/mtu.ts';
import type { Findings } from '../findings.ts';
import { checkOwnSubnets } from '../limits/subnets.ts';
import type { ComposeProject } from '../load.ts';
import type { ComposeNetwork } from '../model.ts';
import type { ComposeAttachment } from '../service-model.ts';
import { type Draft, refuse, warn } from './draft.ts';
import { checkNetworkName } from './names.ts';
import type { StackAttachment, StackObject } from './stack-file.ts';
import { isEmpty, withoutUnset } from './unset.ts';

/** The networks that a service is on, with its aliases there. */
export function renderAttachments(
  networks: Readonly<Record<string, ComposeAttachment | null>>,
  draft: Draft,
): void {
  for (const [key, attachment] of Object.entries(networks)) {
    draft.out.networks[key] = attachment ? renderAttachment(attachment, draft, key) : {};
  }
}

const FIXED = ['ipv4_address', 'ipv6_address', 'link_local_ips', 'mac_address'] as const;
const ORDER = ['priority', 'gw_priority'] as const;

function renderAttachment(
  attachment: ComposeAttachment,
  draft: Draft,
  key: string,
): StackAttachment {
  for (const name of FIXED) {
    if (isEmpty(attachment[name])) continue;
    refuse(
      draft,
      ['networks', key, name],
      `is ${attachment[name]}. Swarm gives each task its own address. Reach the service by its name, \`${draft.name}\`.`,
    );
  }
  if (attachment.interface_name) {
    refuse(
      draft,
      ['networks', key, 'interface_name'],
      `is ${attachment.interface_name}. Swarm names interfaces itself. Have the program listen on all of them, or find its own by the address.`,
    );
  }
  for (const name of ORDER) {
    if (isEmpty(attachment[name])) continue;
    warn(draft, ['networks', key, name], 'is left out: Swarm orders interfaces itself.');
  }
  const { aliases, driver_opts } = attachment;
  if (!isEmpty(driver_opts)) {
    draft.needs('3.13');
    warn(
      draft,
      ['networks', key, 'driver_opts'],
      'is read by Docker 28 and later only; older managers refuse the stack file.',
    );
  }
  return (withoutUnset({ aliases, driver_opts }) as StackAttachment | undefined) ?? {};
}

/** `network_mode`: `host` and `bridge` are networks of that name in Swarm. */
export function renderNetworkMode(mode: string, draft: Draft): void {
  if (mode === 'default') return;
  if (mode !== 'host' && mode !== 'bridge') {
    refuse(
      draft,
      ['network_mode'],
      `is ${mode}. Swarm has only \`host\` and \`bridge\`. Put services that talk to each other on one network: \`networks:\`.`,
    );
    return;
  }
  draft.predefined.add(mode);
  if (mode === 'host' && !isEmpty(draft.service.ports)) {
    warn(
      draft,
      ['ports'],
      'are left out, as Compose does with `network_mode: host`: the service listens on the ports of its node itself.',
    );
  }
}

/**
 * The key under which Docker's own network stands at the top of the stack file: its name, unless a
 * network of the user has that key.
 */
export function predefinedKey(project: ComposeProject, name: 'host' | 'bridge'): string {
  return name in project.model.networks ? `predefined-${name}` : name;
}

interface NetworkOptions {
  readonly stack: string;
  /** Of networks that say none themselves; undefined for Docker's own choice. */
  readonly mtu: number | undefined;
  readonly findings: Findings;
}

/**
 * The networks of the file that a service is on. Others are left out, as Compose and `docker stack
 * deploy` do not make them either.
 */
export function renderNetworks(
  project: ComposeProject,
  used: ReadonlySet<string>,
  options: NetworkOptions,
): Record<string, StackObject> {
  const own = Object.entries(project.model.networks).filter(([key]) => used.has(key));
  const subnets = own
    .filter(([, network]) => !network?.external)
    .map(([key, network]): [string, { subnets: string[] }] => [
      key,
      { subnets: (network?.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []) },
    ]);
  checkOwnSubnets(Object.fromEntries(subnets), options.findings.refuse);
  return Object.fromEntries(
    own.map(([key, network]) => [key, renderNetwork(key, network ?? {}, project, options)]),
  );
}

function renderNetwork(
  key: string,
  network: ComposeNetwork,
  project: ComposeProject,
  { stack, mtu, findings }: NetworkOptions,
): StackObject {
  if (network.external) return { external: true, name: network.name ?? key };
  const explicit = network.name === `${project.model.name}_${key}` ? undefined : network.name;
  checkNetworkName(explicit ?? `${stack}_${key}`, key, findings);
  const bridge = network.driver === 'bridge';
  checkNetwork(key, network, findings);
  const driver = bridge ? 'overlay' : network.driver;
  const given = bridge ? undefined : network.driver_opts;
  const isOverlay = driver === undefined || driver === 'overlay';
  return (
    withoutUnset({
      name: explicit,
      driver,
      driver_opts: mtu !== undefined && isOverlay ? { [MTU_OPTION]: String(mtu), ...given } : given,
      internal: network.internal || undefined,
      attachable: network.attachable || undefined,
      ipam: {
        driver: network.ipam?.driver,
        config: network.ipam?.config?.flatMap(({ subnet }) => (subnet ? [{ subnet }] : [])),
      },
      labels: network.labels,
    }) ?? {}
  );
}

/**
 * Options of bridge networks that keep others out; without them everything would work, and be open.
 */
const GUARDS: Readonly<
  Record<string, { readonly harmless: readonly string[]; readonly else: string }>
> = {
  'com.docker.network.bridge.host_binding_ipv4': {
    harmless: ['', '0.0.0.0'],
    else: 'published ports would be open at every address of every node. Leave the ports out, or close them with a firewall, and remove the option.',
  },
  'com.docker.network.bridge.enable_icc': {
    harmless: ['', 'true', '1'],
    else: 'its services would reach each other. Give each a network of its own, and remove the option.',
  },
};

/** Drivers whose networks live on one node, so that no service can be on them. */
const LOCAL_DRIVERS = ['host', 'none', 'macvlan', 'ipvlan'];

function checkNetwork(key: string, network: ComposeNetwork, findings: Findings): void {
  const left = (path: readonly string[], why: string) =>
    findings.warn(['networks', key, ...path], `network ${key}: \`${path.join('.')}\` ${why}`);
  const { driver, ipam } = network;
  for (const [option, what] of Object.entries(GUARDS)) {
    const value = network.driver_opts?.[option];
    if (driver !== 'overlay' && value !== undefined && !what.harmless.includes(value)) {
      findings.refuse(
        ['networks', key, 'driver_opts', option],
        `network ${key}: \`driver_opts\` has ${option}: ${value}, which overlay networks do not have: ${what.else}`,
      );
    }
  }
  if (driver === 'bridge') {
    left(
      ['driver'],
      `is bridge, a network of one node; made as overlay${isEmpty(network.driver_opts) ? '' : ', without its driver_opts'}. Remove the key, or write \`overlay\`.`,
    );
  } else if (driver && LOCAL_DRIVERS.includes(driver)) {
    findings.refuse(
      ['networks', key, 'driver'],
      `network ${key}: \`driver\` is ${driver}, a network of one node, which services cannot use. Use \`overlay\`, or make it beforehand (docker network create --scope swarm) and write \`external: true\`.`,
    );
  }
  if (network.enable_ipv6) left(['enable_ipv6'], 'is left out: a stack file cannot ask for IPv6.');
  if (network.enable_ipv4 === false)
    left(['enable_ipv4'], 'is left out: overlay networks have IPv4.');
  if (!isEmpty(ipam?.options))
    left(['ipam', 'options'], 'is left out: a stack file has no such key.');
  for (const name of ['gateway', 'ip_range', 'aux_addresses'] as const) {
    if (ipam?.config?.some((config) => !isEmpty(config[name]))) {
      left(['ipam', 'config'], `has \`${name}\`, which a stack file cannot say: Swarm chooses.`);
    }
  }
}
