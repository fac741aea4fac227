import type { Findings } from '../../compose/findings.ts';
import type { KeyPath } from '../../compose/location.ts';
import type { Present } from '../../stack/present.ts';
import { nameInSwarm, type WantedService, type WantedStack } from '../wanted.ts';

// What Swarm itself bears, as docs/limits.md tells it with its sources.

/** Prefix of a network that is given no subnet, unless the swarm was initialised with another. */
const USUAL_PREFIX = 24;
/** Of each subnet: its own address, that of broadcasts, that of the gateway. */
const TAKEN = 3;
/** A bridge of Linux has 1024 ports, and each task with a network is at `docker_gwbridge`. */
const TASKS_PER_NODE = 1_000;

/**
 * Warns where the file needs more than the swarm can give: addresses of a network, and of the
 * routing mesh; tasks of a node. Swarm leaves such tasks in the state `new` or `rejected` for good,
 * and says why nowhere but in the logs of its daemons.
 */
export function checkSwarmLimits(
  wanted: WantedStack,
  present: Pick<Present, 'networks'>,
  { stack, nodes }: { readonly stack: string; readonly nodes: number },
  warn: Findings['warn'],
): void {
  const services = Object.values(wanted.services);
  for (const [key, network] of Object.entries(wanted.networks)) {
    const name = nameInSwarm(stack, key, network);
    const there = present.networks.find(({ Name }) => Name === name);
    const subnets = there
      ? (there.IPAM?.Config ?? []).map(({ Subnet }) => Subnet)
      : (network.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
    const own = services.filter((service) => key in service.networks);
    warnOfAddresses(['networks', key], `network ${key}`, subnets, need(own, nodes), warn);
  }
  const published = services.filter(({ ports }) => ports?.some(({ mode }) => mode !== 'host'));
  const mesh = present.networks.find(({ Name, Scope }) => Name === 'ingress' && Scope === 'swarm');
  const subnets = (mesh?.IPAM?.Config ?? []).map(({ Subnet }) => Subnet);
  if (published.length > 0) {
    const what = 'the routing mesh (network ingress)';
    warnOfAddresses(['services'], what, subnets, need(published, nodes), warn);
  }
  const tasks = services.reduce((sum, service) => sum + tasksOf(service, nodes), 0);
  if (nodes > 0 && tasks / nodes > TASKS_PER_NODE) {
    warn(
      ['services'],
      `The file has ${tasks} tasks for ${nodes === 1 ? 'one node' : `${nodes} nodes`}. A node takes about ${TASKS_PER_NODE}, since its bridge docker_gwbridge has 1024 ports. Add nodes, or lower \`replicas\`.`,
    );
  }
}

/** Each task and each virtual IP takes an address, and so does each node, which hands them on. */
function need(services: readonly WantedService[], nodes: number): number {
  const tasks = services.reduce((sum, service) => sum + tasksOf(service, nodes), 0);
  // A node on which no task of the network runs has no part in it.
  return tasks + services.length + Math.min(nodes, tasks);
}

function tasksOf({ deploy }: WantedService, nodes: number): number {
  return deploy?.mode?.startsWith('global') ? nodes : (deploy?.replicas ?? 1);
}

function warnOfAddresses(
  at: KeyPath,
  what: string,
  subnets: readonly string[],
  needed: number,
  warn: Findings['warn'],
): void {
  const prefixes = subnets.flatMap((subnet) => /^[\d.]+\/(\d+)$/.exec(subnet)?.[1] ?? []);
  const prefix = Math.min(...prefixes.map(Number), prefixes.length > 0 ? 32 : USUAL_PREFIX);
  const has = 2 ** (32 - prefix) - TAKEN;
  if (needed <= has) return;
  const remedy =
    at[0] === 'networks'
      ? `Give it a larger one: \`ipam: {config: [{subnet: 10.64.0.0/16}]}\``
      : 'Make that network anew with a larger one (docker network rm ingress, docker network create --driver overlay --ingress --subnet 10.64.0.0/16 ingress), or publish ports with `mode: host`';
  warn(
    at,
    `${what}: its subnet /${prefix} has ${has} addresses, and tasks, services and nodes need ${needed}. Swarm starts no task without one. ${remedy}.`,
  );
}
