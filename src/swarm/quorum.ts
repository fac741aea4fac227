import { isManager } from './nodes.ts';
import type { Node } from './objects.ts';

/**
 * Whether most managers of a swarm can be reached once the nodes with these ids are managers no
 * more.
 */
export function keepsMajority(nodes: readonly Node[], demoted: ReadonlySet<string>): boolean {
  const left = nodes.filter((node) => isManager(node) && !demoted.has(node.ID));
  return left.filter(isReachable).length * 2 > left.length;
}

export function isReachable({ ManagerStatus }: Node): boolean {
  return ManagerStatus?.Reachability === 'reachable';
}
