import * as z from 'zod';
import type { EngineApi } from '../../../exec/engine-api.ts';
import { type ClusterId, ownedFilter } from '../../labels.ts';

/** What an engine has of a cluster: ids of containers and networks, names of volumes. */
export interface Owned {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

const ids = z.array(z.object({ Id: z.string() }));
const volumes = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() });

/** Lists what carries the labels of the cluster and its repository, in whatever state it is. Rejects as `EngineApi.get` does. */
export async function listOwned(api: Pick<EngineApi, 'get'>, cluster: ClusterId): Promise<Owned> {
  const filters = JSON.stringify({ label: ownedFilter(cluster) });
  const containers = await api.get('/containers/json', { all: 'true', filters }, ids);
  const networks = await api.get('/networks', { filters }, ids);
  const { Volumes } = await api.get('/volumes', { filters }, volumes);
  return {
    containers: containers.map(({ Id }) => Id),
    networks: networks.map(({ Id }) => Id),
    volumes: (Volumes ?? []).map(({ Name }) => Name),
  };
}
