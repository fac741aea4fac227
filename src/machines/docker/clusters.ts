import type { EngineApi } from '../../engine/api.ts';
import type { OwnedCluster } from '../driver.ts';
import { LEASE_LABEL } from './names.ts';
import { listAllOwned, type OwnedObject } from './owned.ts';

/**
 * Every cluster that the engine has something of, whoever's it is, by its name. `ignored` is told
 * of what only looks like a part of one. Rejects as `EngineApi.get` does.
 */
export async function listClusters(
  api: Pick<EngineApi, 'get'>,
  asked: { readonly signal: AbortSignal; readonly ignored: (message: string) => void },
): Promise<OwnedCluster[]> {
  const owned = await listAllOwned(api, asked);
  const groups = Map.groupBy(owned, ({ owner }) => `${owner.cluster}/${owner.repository}`);
  return [...groups.values()]
    .map(clusterOf)
    .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}

function clusterOf(parts: readonly OwnedObject[]): OwnedCluster {
  const [first] = parts;
  if (!first) throw new Error('a cluster of nothing');
  const renewed = parts.filter(({ labels }) => labels[LEASE_LABEL] !== undefined);
  const expires = (renewed.length > 0 ? renewed : parts)
    .flatMap(({ owner }) => owner.expires ?? [])
    .sort()
    .at(-1);
  const created = Math.min(...parts.map((part) => part.created ?? Number.POSITIVE_INFINITY));
  return {
    owner: { ...first.owner, expires },
    created: Number.isFinite(created) ? new Date(created).toISOString() : undefined,
    parts: parts.map(partName),
  };
}

function partName({ kind, name }: OwnedObject): string {
  // One without a name of its own is called by all 64 digits of an id.
  return `${kind} ${/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name}`;
}
