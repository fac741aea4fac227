import * as z from 'zod';
import type { EngineApi } from '../../../exec/engine-api.ts';
import type { OwnedCluster } from '../../driver.ts';
import { CLUSTER_LABEL, type Labels, type Owner, ownerOf } from '../../labels.ts';
import { LEASE_LABEL } from './lease.ts';

/** A container, network or volume with a label of ours. */
interface Part {
  readonly name: string;
  /** ms since 1970; undefined where the engine does not say. */
  readonly created: number | undefined;
  readonly labels: Labels;
}

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});
const time = z
  .string()
  .optional()
  .transform((text) => Date.parse(text ?? ''))
  .transform((ms) => (Number.isNaN(ms) ? undefined : ms));

const containers = z.array(
  z.object({ Names: z.array(z.string()), Created: z.number(), Labels: labels }),
);
const networks = z.array(z.object({ Name: z.string(), Created: time, Labels: labels }));
const volumes = z.object({
  Volumes: z.array(z.object({ Name: z.string(), CreatedAt: time, Labels: labels })).nullable(),
});

/** Every cluster that something on the engine carries the label of, whoever's it is, by its name. Rejects as `EngineApi.get` does. */
export async function listClusters(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<OwnedCluster[]> {
  const filters = JSON.stringify({ label: [CLUSTER_LABEL] });
  const query = { all: 'true', filters };
  const options = { signal };
  const found = [
    ...(await api.get('/containers/json', query, containers, options)).map(
      ({ Names, Created, Labels }): Part => ({
        name: `container ${Names[0]?.replace(/^\//, '') ?? ''}`,
        created: Created * 1_000,
        labels: Labels,
      }),
    ),
    ...(await api.get('/networks', { filters }, networks, options)).map(
      ({ Name, Created, Labels }): Part => ({
        name: `network ${Name}`,
        created: Created,
        labels: Labels,
      }),
    ),
    ...((await api.get('/volumes', { filters }, volumes, options)).Volumes ?? []).map(
      ({ Name, CreatedAt, Labels }): Part => ({
        // One without a name of its own is called by all 64 digits of an id.
        name: `volume ${/^[0-9a-f]{64}$/.test(Name) ? Name.slice(0, 12) : Name}`,
        created: CreatedAt,
        labels: Labels,
      }),
    ),
  ];
  const owned = found.flatMap((part) => {
    const owner = ownerOf(part.labels);
    return owner ? [{ ...part, owner }] : [];
  });
  const groups = Map.groupBy(owned, ({ owner }) => `${owner.cluster}/${owner.repository}`);
  return [...groups.values()]
    .map(clusterOf)
    .sort((a, b) => (a.owner.cluster < b.owner.cluster ? -1 : 1));
}

function clusterOf(parts: readonly (Part & { readonly owner: Owner })[]): OwnedCluster {
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
    parts: parts.map(({ name }) => name),
  };
}
