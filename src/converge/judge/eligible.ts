import { BlockList, isIP } from 'node:net';
import type { Node, Service, Task } from '../../swarm/objects.ts';

/**
 * The nodes on which the swarm makes a task each for a global service: those that are up and
 * active, and satisfy its constraints (swarmkit manager/orchestrator/global/global.go and
 * manager/constraint/constraint.go).
 */
export function eligibleNodes({ Spec }: Service, nodes: readonly Node[]): readonly Node[] {
  const constraints = Spec.TaskTemplate.Placement?.Constraints ?? [];
  return nodes.filter(
    (node) =>
      node.Status.State !== 'down' &&
      node.Spec.Availability === 'active' &&
      constraints.every((constraint) => satisfies(node, constraint)),
  );
}

/**
 * How many tasks a global service is to have. An update makes them one after the other, and those
 * of the earlier spec are not among `current`: as long as it is not over the nodes are counted.
 */
export function globalTarget(
  service: Service,
  current: readonly Task[],
  nodes: readonly Node[],
): number {
  const state = service.UpdateStatus?.State ?? '';
  if (state === '' || state === 'completed') return current.length;
  return Math.max(current.length, eligibleNodes(service, nodes).length);
}

/** Letters of a value count alike in either case, those of a label's name do not. */
function satisfies(node: Node, constraint: string): boolean {
  const [, key = '', operator, value = ''] =
    /^\s*(\S+?)\s*(==|!=)\s*(.*?)\s*$/.exec(constraint) ?? [];
  const isSame =
    key.toLowerCase() === 'node.ip'
      ? isInside(node.Status.Addr ?? '', value)
      : fieldOf(node, key)?.toLowerCase() === value.toLowerCase();
  return operator === '!=' ? !isSame : isSame;
}

function fieldOf({ ID, Spec, Description }: Node, key: string): string | undefined {
  const label = /^(node|engine)\.labels\.(.+)$/i.exec(key);
  if (label) {
    const [, whose = '', name = ''] = label;
    const labels = whose.toLowerCase() === 'node' ? Spec.Labels : Description.Engine?.Labels;
    return labels?.[name] ?? '';
  }
  switch (key.toLowerCase()) {
    case 'node.id':
      return ID;
    case 'node.hostname':
      return Description.Hostname;
    case 'node.role':
      return Spec.Role;
    case 'node.platform.os':
      return Description.Platform?.OS ?? '';
    case 'node.platform.arch':
      return Description.Platform?.Architecture ?? '';
    default:
      return undefined;
  }
}

function isInside(address: string, network: string): boolean {
  const [base = '', prefix] = network.split('/');
  const family = isIP(base);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  const bits = Number(prefix ?? (family === 6 ? 128 : 32));
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32)) return false;
  list.addSubnet(base, bits, kind);
  return list.check(address, kind);
}
