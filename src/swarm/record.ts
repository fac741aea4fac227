import {
  type ClusterId,
  isReserved,
  type Labels,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../machines/labels.ts';
import type { Node } from './objects.ts';

/** On a node that this action let join; what is not there was a member before. */
const JOINED = 'swarm-up.joined';
/** The keys of the labels that `hosts` gave the node, so that they can be taken off again. */
const LABEL_KEYS = 'swarm-up.labels';
/** Its joining made the bridge of the overlay networks, which `docker swarm leave` forgets. */
const GATEWAY = 'swarm-up.gateway-made';

/** What this action has changed of a host, as it stands on the host's node. That it initialised the swarm stands on the swarm itself. */
export interface NodeRecord {
  readonly owner: Owner;
  readonly joined: boolean;
  readonly gatewayMade: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether labels, of a swarm or a node, say that it is of this cluster of this repository. */
export function isOwnedBy(labels: Labels, { cluster, repository }: ClusterId): boolean {
  const found = ownerOf(labels);
  return found?.cluster === cluster && found.repository === repository;
}

/** Labels of a swarm that is initialised: whose it is, and that this made the bridge of overlay networks on its first host. */
export function swarmLabels(owner: Owner, gatewayMade: boolean): Labels {
  return { ...ownerLabels(owner), ...(gatewayMade && { [GATEWAY]: 'true' }) };
}

/** Whether initialising a swarm with these labels made the bridge of overlay networks on its first host. */
export function isGatewayMade(labels: Labels): boolean {
  return labels[GATEWAY] === 'true';
}

/** The labels that a record is made of, those of the user among them. */
export function recordLabels(record: NodeRecord): Record<string, string> {
  const keys = Object.keys(record.labels);
  return {
    ...record.labels,
    ...ownerLabels(record.owner),
    ...(record.joined && { [JOINED]: 'true' }),
    ...(record.gatewayMade && { [GATEWAY]: 'true' }),
    ...(keys.length > 0 && { [LABEL_KEYS]: keys.join(',') }),
  };
}

/**
 * What stands on a node; undefined where nothing of ours does, or what does has not the form of `recordLabels`: a node that was neither joined nor
 * given labels has no record.
 */
export function recordOf(node: Node): NodeRecord | undefined {
  const labels = node.Spec.Labels ?? {};
  const owner = ownerOf(labels);
  if (!owner?.run) return undefined;
  const keys = (labels[LABEL_KEYS] ?? '').split(',').filter(Boolean);
  const joined = labels[JOINED] === 'true';
  if (!joined && keys.length === 0) return undefined;
  // One of ours among them would be taken off, or back, as if it were the user's.
  if (keys.some(isReserved)) return undefined;
  return {
    owner,
    joined,
    gatewayMade: isGatewayMade(labels),
    labels: Object.fromEntries(keys.map((key) => [key, labels[key] ?? ''])),
  };
}

/** Tells of each node that has labels of ours, and no record. */
export function nameForged(nodes: readonly Node[], ignored: (message: string) => void): void {
  for (const node of nodes) {
    const keys = Object.keys(node.Spec.Labels ?? {}).filter(isReserved);
    if (keys.length === 0 || recordOf(node)) continue;
    const { Hostname } = node.Description;
    ignored(
      `Node ${Hostname} has labels of Swarm Up (${keys.join(', ')}), and not in the form that says what was changed of it: they are ignored. If nothing needs them, take them off on a manager: docker node update ${keys.map((key) => `--label-rm ${key}`).join(' ')} ${node.ID}`,
    );
  }
}
