import { objectName } from '../cloud/object-name.ts';
import { INDEX_LABEL } from '../machine-labels.ts';
import {
  CLUSTER_LABEL,
  type ClusterId,
  type Labels,
  type Owner,
  ownerOf,
  REPOSITORY_LABEL,
} from '../ownership.ts';
import type { Server } from './api/objects.ts';
import type { Work } from './api/work.ts';
import { decodeLabels, selectorOf } from './label-codec.ts';

export type OwnedKind = 'server' | 'firewall' | 'network' | 'placement group';

/** Something at Hetzner that the driver has made. */
export interface OwnedObject {
  readonly kind: OwnedKind;
  readonly id: number;
  readonly name: string;
  /** RFC 3339. */
  readonly created: string;
  /** As Hetzner has them. */
  readonly rawLabels: Labels;
  readonly owner: Owner;
}

export interface OwnedServer extends OwnedObject {
  readonly server: Server;
}

/**
 * Everything of a cluster, or of every cluster of whatever owner: four lists, however many clusters
 * there are. What carries the labels and has another name is none of the driver's: `ignored` is told.
 */
export async function listOwned(work: Work, cluster?: ClusterId): Promise<readonly OwnedObject[]> {
  const label_selector = cluster ? selectorOf(clusterLabels(cluster)) : CLUSTER_LABEL;
  const { api } = work;
  return [
    ...ownedServers(work, await api.servers({ label_selector })),
    ...(await api.firewalls({ label_selector })).flatMap((one) => owned(work, 'firewall', one)),
    ...(await api.networks({ label_selector })).flatMap((one) => owned(work, 'network', one)),
    ...(await api.placementGroups({ label_selector })).flatMap((one) =>
      owned(work, 'placement group', one),
    ),
  ];
}

/** Those of the servers that the driver has made. */
export function ownedServers(work: Work, servers: readonly Server[]): OwnedServer[] {
  return servers.flatMap((server) =>
    owned(work, 'server', server).map((object) => ({ ...object, server })),
  );
}

/** What a cluster is found by. */
function clusterLabels({ cluster, repository }: ClusterId): Labels {
  return { [CLUSTER_LABEL]: cluster, [REPOSITORY_LABEL]: repository };
}

/** Whether labels, as Hetzner has them, are of this cluster of this repository. */
export function isOfCluster(rawLabels: Labels, { cluster, repository }: ClusterId): boolean {
  const owner = ownerOf(decodeLabels(rawLabels));
  return owner?.cluster === cluster && owner.repository === repository;
}

/** Which machine of its cluster a server is; undefined if its labels do not say. */
export function indexOf(labels: Labels): number | undefined {
  const text = labels[INDEX_LABEL] ?? '';
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

interface Named {
  readonly id: number;
  readonly name: string;
  readonly created: string;
  readonly labels: Labels;
}

/** The object, or nothing if only its labels look like one of the driver's. */
function owned({ ignored }: Work, kind: OwnedKind, object: Named): OwnedObject[] {
  const labels = decodeLabels(object.labels);
  const owner = ownerOf(labels);
  const { id, name, created } = object;
  if (owner && hasOwnName(kind, name, labels, owner))
    return [{ kind, id, name, created, rawLabels: object.labels, owner }];
  ignored(
    `The ${kind} ${name} (${id}) at Hetzner has labels of Swarm Up, and not the name that Swarm Up gives a ${kind}: it is ignored, and stays.`,
  );
  return [];
}

function hasOwnName(kind: OwnedKind, name: string, labels: Labels, owner: Owner): boolean {
  const index = indexOf(labels);
  switch (kind) {
    case 'server':
    case 'placement group':
      return index !== undefined && name === objectName(owner, index);
    case 'firewall':
    case 'network':
      return name === objectName(owner);
  }
}
