import * as z from 'zod';
import type { Cloud } from './cloud.ts';

const CALL_MS = 30_000;
/** What has no id is known by its name alone: a tag. */
const things = z.array(
  z.object({ id: z.union([z.int(), z.string()]).optional(), name: z.string() }),
);

interface RestApi {
  /** The variable with the token. */
  readonly token: string;
  readonly endpoint: string;
  /** What a cluster may have there: the kind for people, and the list of the API. */
  readonly lists: readonly (readonly [kind: string, list: string])[];
}

/** The inventory of a cloud with such an API: all of these lists, whole. */
export function restInventory(api: RestApi): Cloud['inventory'] {
  return async ({ env, endpoint = api.endpoint }) => {
    const token = env[api.token] ?? '';
    const found = new Set<string>();
    for (const [kind, list] of api.lists) {
      for (const { id, name } of await listAll(list, { endpoint, token })) {
        found.add(id === undefined ? `${kind} ${name}` : `${kind} ${name} (${id})`);
      }
    }
    return found;
  };
}

async function listAll(
  list: string,
  { endpoint, token }: { readonly endpoint: string; readonly token: string },
): Promise<z.infer<typeof things>> {
  const all: z.infer<typeof things> = [];
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${endpoint}/${list}?page=${page}&per_page=50`, {
      headers: { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(CALL_MS),
    });
    if (!response.ok) throw new Error(`The API answered GET /${list} with ${response.status}.`);
    const answer = (await response.json()) as Record<string, unknown>;
    const items = things.parse(answer[list]);
    all.push(...items);
    if (items.length < 50) return all;
  }
}
