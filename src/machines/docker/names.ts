import { INDEX_LABEL } from '../machine-labels.ts';
import type { Labels, Owner } from '../ownership.ts';
import { ownerOf } from '../ownership.ts';

// What the driver gives its objects besides their labels. An object that carries the labels and has
// another name is none of its: anybody can write labels, and a container also takes over those of
// its image.

/**
 * On a volume without content, whose labels say how long the cluster may live since its expiry was
 * renewed: the labels of a container cannot be changed, and what is written inside a machine could
 * be read only by entering it.
 */
export const LEASE_LABEL = 'swarm-up.lease';

export type OwnedKind = 'container' | 'network' | 'volume';

/** Of the container that is a machine, and its host name. */
export function nodeName(cluster: string, index: number): string {
  return `${cluster}-${index}`;
}

/** Of the volume that says until when a cluster may live. */
export function leaseName({ cluster, expires = '' }: Pick<Owner, 'cluster' | 'expires'>): string {
  return `${cluster}-lease-${expires.replace(/\D/g, '')}`;
}

/**
 * Of an object that is the driver's own; undefined where its labels are not of the form that the
 * driver gives, or its name is another.
 */
export function ownerOfObject(kind: OwnedKind, name: string, labels: Labels): Owner | undefined {
  const owner = ownerOf(labels);
  return owner && hasOwnName(kind, name, labels, owner) ? owner : undefined;
}

function hasOwnName(kind: OwnedKind, name: string, labels: Labels, owner: Owner): boolean {
  switch (kind) {
    case 'container':
      return /^[1-9]\d*$/.test(labels[INDEX_LABEL] ?? '')
        ? name === nodeName(owner.cluster, Number(labels[INDEX_LABEL]))
        : false;
    case 'network':
      return name === owner.cluster;
    case 'volume':
      // That of a machine has no name of its own: the engine calls it by an id.
      return labels[LEASE_LABEL] === undefined
        ? /^[0-9a-f]{64}$/.test(name)
        : name === leaseName(owner);
  }
}

/** What is said of an object that only looks like one of the driver's. */
export function describeForged(kind: OwnedKind, name: string): string {
  return `The ${kind} ${name} has labels of Swarm Up, and not the name and form that it gives a ${kind}: it is ignored, and stays. If nothing needs it: docker ${kind} rm ${name}`;
}
