import * as z from 'zod';
import type { EngineApi } from '../../engine/api.ts';
import {
  CLUSTER_LABEL,
  type ClusterId,
  type Labels,
  type Owner,
  ownedFilter,
} from '../ownership.ts';
import { describeForged, type OwnedKind, ownerOfObject } from './names.ts';

/** What an engine has of a cluster: ids of containers and networks, names of volumes. */
export interface Owned {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
}

/** A container, network or volume that the driver has made. */
export interface OwnedObject {
  readonly kind: OwnedKind;
  /** Of a volume its name. */
  readonly id: string;
  readonly name: string;
  /** ms since 1970; undefined where the engine does not say. */
  readonly created: number | undefined;
  readonly labels: Labels;
  readonly owner: Owner;
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
  z.object({ Id: z.string(), Names: z.array(z.string()), Created: z.number(), Labels: labels }),
);
const networks = z.array(
  z.object({ Id: z.string(), Name: z.string(), Created: time, Labels: labels }),
);
const volumes = z.object({
  Volumes: z.array(z.object({ Name: z.string(), CreatedAt: time, Labels: labels })).nullable(),
});

interface Asked {
  /** Told of each object that carries the labels and is none of the driver's, as a sentence. */
  readonly ignored: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists what is of the cluster and its repository, in whatever state it is. Rejects as
 * `EngineApi.get` does.
 */
export async function listOwned(
  api: Pick<EngineApi, 'get'>,
  cluster: ClusterId,
  asked: Asked,
): Promise<Owned> {
  const found = await listObjects(api, ownedFilter(cluster), asked);
  const ids = (wanted: OwnedKind) => found.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  return { containers: ids('container'), networks: ids('network'), volumes: ids('volume') };
}

/** Lists what is of any cluster of any repository. Rejects as `EngineApi.get` does. */
export function listAllOwned(
  api: Pick<EngineApi, 'get'>,
  asked: Asked,
): Promise<readonly OwnedObject[]> {
  return listObjects(api, [CLUSTER_LABEL], asked);
}

async function listObjects(
  api: Pick<EngineApi, 'get'>,
  label: readonly string[],
  { ignored, signal }: Asked,
): Promise<readonly OwnedObject[]> {
  const filters = JSON.stringify({ label });
  const options = signal ? { signal } : {};
  const all: Omit<OwnedObject, 'owner'>[] = [
    ...(await api.get('/containers/json', { all: 'true', filters }, containers, options)).map(
      ({ Id, Names, Created, Labels }) => ({
        ...{ kind: 'container' as const, id: Id, created: Created * 1_000, labels: Labels },
        name: Names[0]?.replace(/^\//, '') ?? '',
      }),
    ),
    ...(await api.get('/networks', { filters }, networks, options)).map(
      ({ Id, Name, Created, Labels }) => ({
        ...{ kind: 'network' as const, id: Id, name: Name, created: Created, labels: Labels },
      }),
    ),
    ...((await api.get('/volumes', { filters }, volumes, options)).Volumes ?? []).map(
      ({ Name, CreatedAt, Labels }) => ({
        ...{ kind: 'volume' as const, id: Name, name: Name, created: CreatedAt, labels: Labels },
      }),
    ),
  ];
  return all.flatMap((object) => {
    const owner = ownerOfObject(object.kind, object.name, object.labels);
    if (owner) return [{ ...object, owner }];
    ignored(describeForged(object.kind, object.name));
    return [];
  });
}
