import * as z from 'zod';
import { type EngineApi, EngineRefusal } from './api.ts';
import { deleteIfThere } from './delete.ts';

// A Swarm config whose labels are a record of something: a lock, who a stack belongs to, which
// hosts are joining. Its creation is atomic in the whole swarm, because a name exists or does not.

const configs = z.array(
  z.object({
    ID: z.string(),
    Version: z.object({ Index: z.number() }),
    CreatedAt: z.string(),
    // Handed back whole by an update: the engine takes changed labels only.
    Spec: z.looseObject({
      Name: z.string(),
      Labels: z
        .record(z.string(), z.string())
        .nullish()
        .transform((labels) => labels ?? {}),
      Data: z.string().nullish(),
    }),
  }),
);

export type ConfigRecord = z.infer<typeof configs>[number];

type Labels = Readonly<Record<string, string>>;

/** Those with one of the names, or with the label (`key` or `key=value`). Rejects as `EngineApi.get` does. */
export async function listConfigs(
  api: Pick<EngineApi, 'get'>,
  filters: { readonly name: readonly string[] } | { readonly label: readonly string[] },
  signal: AbortSignal,
): Promise<readonly ConfigRecord[]> {
  return await api.get('/configs', { filters: JSON.stringify(filters) }, configs, { signal });
}

/** Resolves with false if the name is taken. `Data` is base64. Rejects as `EngineApi.post` does. */
export async function createConfig(
  api: Pick<EngineApi, 'post'>,
  config: { readonly Name: string; readonly Labels: Labels; readonly Data: string },
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.post('/configs/create', {}, config, { signal });
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.httpStatus === 409) return false;
    throw error;
  }
}

/** Rejects as `EngineApi.post` does, also if somebody has changed it since it was read. */
export async function changeConfigLabels(
  api: Pick<EngineApi, 'post'>,
  { ID, Version, Spec }: ConfigRecord,
  Labels: Labels,
  signal: AbortSignal,
): Promise<void> {
  const version = String(Version.Index);
  await api.post(`/configs/${ID}/update`, { version }, { ...Spec, Labels }, { signal });
}

/** By id, so that one that was made anew meanwhile is never meant; resolves with whether it was there. */
export function removeConfig(
  api: Pick<EngineApi, 'delete'>,
  { ID }: Pick<ConfigRecord, 'ID'>,
  signal: AbortSignal,
): Promise<boolean> {
  return deleteIfThere(api, `/configs/${ID}`, signal);
}
