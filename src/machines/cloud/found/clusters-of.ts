import type { OwnedCluster } from '../../driver.ts';
import type { ClusterId, Owner } from '../../ownership.ts';

/** Something at a vendor that is of a cluster. */
export interface Part {
  readonly cluster: ClusterId;
  /** `server`, `firewall`. */
  readonly kind: string;
  readonly name: string;
  /** RFC 3339, of whatever zone; undefined if the vendor does not tell. */
  readonly created: string | undefined;
}

/** All parts of one cluster. */
export type Parts<P> = readonly [P, ...P[]];

/** Every cluster that has a part, as `clusterOf` makes it of its parts; by name. */
export function clustersOf<P extends Part>(
  parts: readonly P[],
  clusterOf: (parts: Parts<P>) => OwnedCluster,
): OwnedCluster[] {
  const groups = Map.groupBy(parts, ({ cluster }) =>
    JSON.stringify([cluster.cluster, cluster.repository]),
  );
  return [...groups.values()]
    .flatMap(([first, ...rest]) => (first ? [clusterOf([first, ...rest])] : []))
    .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}

/** A cluster of these parts. The newest of the times in `expiries` is its expiry; none may be. */
export function ownedCluster(
  { expires: _, ...owner }: Owner,
  parts: readonly Part[],
  expiries: readonly (string | undefined)[],
): OwnedCluster {
  const expires = newest(expiries);
  const created = parts.flatMap((one) =>
    one.created === undefined ? [] : [new Date(one.created).toISOString()],
  );
  return {
    owner: { ...owner, ...(expires !== undefined && { expires }) },
    created: created.sort()[0],
    parts: parts.map(({ kind, name }) => `${kind} ${name}`),
  };
}

function newest(times: readonly (string | undefined)[]): string | undefined {
  return times
    .flatMap((time) => time ?? [])
    .sort()
    .at(-1);
}
