import { isIPv6 } from 'node:net';
import type { Argv } from '../exec/argv.ts';
import { MANAGEMENT_PORT } from '../machines/swarm-ports.ts';

/**
 * Where a node listens for the others: at all its addresses. dockerd's own default is IPv4 only.
 */
export function listenAddress(address: string): string {
  return `${isIPv6(address) ? '[::]' : '0.0.0.0'}:${MANAGEMENT_PORT}`;
}

/**
 * Makes a swarm that lost its majority work again, with this manager as its only one; services and
 * networks stay.
 */
export function forceNewCluster(address: string): Argv {
  return ['docker', 'swarm', 'init', '--force-new-cluster', '--advertise-addr', address];
}

/** `--force` lets the last manager go, too. */
export function leave(): Argv {
  return ['docker', 'swarm', 'leave', '--force'];
}

/** Containers of tasks that the engine ran as that node of a swarm; the engine sets the label. */
export function containersOfNode(node: string): Argv {
  return ['docker', 'ps', '--all', '--quiet', `--filter=label=com.docker.swarm.node.id=${node}`];
}

/** Those of them that have not ended. */
export function runningContainersOfNode(node: string): Argv {
  return ['docker', 'ps', '--quiet', `--filter=label=com.docker.swarm.node.id=${node}`];
}

/** With the anonymous volumes of each. */
export function removeContainers(ids: readonly string[]): Argv {
  return ['docker', 'rm', '--force', '--volumes', ...ids];
}

export function promote(nodes: readonly string[]): Argv {
  return ['docker', 'node', 'promote', ...nodes];
}

export function demote(nodes: readonly string[]): Argv {
  return ['docker', 'node', 'demote', ...nodes];
}

/** `active`, `pause` or `drain`. */
export function setAvailability(node: string, availability: string): Argv {
  return ['docker', 'node', 'update', '--availability', availability, node];
}

/** `--force` because a node that left on its own, or died, may not be seen as down yet. */
export function removeNode(node: string): Argv {
  return ['docker', 'node', 'rm', '--force', node];
}

/** Adds labels of a node. */
export function labelNode(node: string, labels: Readonly<Record<string, string>>): Argv {
  const options = Object.entries(labels).map(([key, value]) => `--label-add=${key}=${value}`);
  return ['docker', 'node', 'update', ...options, node];
}

/**
 * The bridge by which containers of overlay networks reach the outside; made by the first join, and
 * left behind by `docker swarm leave`.
 */
const GATEWAY_NETWORK = 'docker_gwbridge';

export function inspectGateway(): Argv {
  return ['docker', 'network', 'inspect', GATEWAY_NETWORK];
}

/**
 * The end that an engine has at the bridge for the routing mesh (moby libnetwork: `gateway_` and
 * the name of the sandbox).
 */
export const INGRESS_END = 'gateway_ingress-sbox';

/**
 * Prints what is attached to the bridge, a line for each end: the id of its container, or the name
 * of a sandbox of the engine's own, and the name of the end. Fails where there is no bridge.
 */
export function listGatewayEnds(): Argv {
  const ends = '{{range $id, $end := .Containers}}{{println $id $end.Name}}{{end}}';
  return ['docker', 'network', 'inspect', '--format', ends, GATEWAY_NETWORK];
}

/** Prints the whole ids and the names of all containers. */
export function listContainers(): Argv {
  return ['docker', 'ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}}'];
}

export function removeGateway(): Argv {
  return ['docker', 'network', 'rm', GATEWAY_NETWORK];
}

/** Makes a volume that only carries labels; one that is there stays as it is. */
export function createMark(name: string, labels: Readonly<Record<string, string>>): Argv {
  const options = Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`);
  return ['docker', 'volume', 'create', ...options, name];
}

/**
 * Prints the names of the volumes with a label (`key=value`), each followed by what `names`, keys
 * of labels, say of it, one a line.
 */
export function listMarks(label: string, names: readonly string[]): Argv {
  const format = ['{{.Name}}', ...names.map((name) => `{{.Label "${name}"}}`)].join('\t');
  return ['docker', 'volume', 'ls', `--filter=label=${label}`, `--format=${format}`];
}

export function removeMarks(names: readonly string[]): Argv {
  return ['docker', 'volume', 'rm', '--force', ...names];
}

/**
 * Whether the kernel of a machine can do IPVS, which the routing mesh and virtual IPs rest on:
 * /proc/net/ip_vs is there once the module is loaded or built in. A user who may not load it is
 * told whether dockerd can.
 */
export function probeIpvs(): Argv {
  return [
    'sh',
    '-c',
    'PATH=$PATH:/usr/sbin:/sbin; [ -e /proc/net/ip_vs ] || modprobe ip_vs 2>/dev/null; [ -e /proc/net/ip_vs ] || { [ "$(id -u)" != 0 ] && modprobe -n -q ip_vs; }',
  ];
}

/** Ends with exit code 0 where the kernel does IPVS at this moment. Loads nothing. */
export function hasIpvs(): Argv {
  return ['test', '-e', '/proc/net/ip_vs'];
}
