import * as z from 'zod';
import type { Cloud } from './clouds.ts';

const CALL_MS = 30_000;
/** What has no id is known by its name alone: a tag. */
const things = z.array(
  z.object({ id: z.union([z.int(), z.string()]).optional(), name: z.string() }),
);

/**
 * Everything that the token sees in the project, each as `server su-1-smoke-1 (7)`. It asks the API
 * itself, past the driver, which may be wrong. Throws if the API refuses.
 */
export async function inventory(
  { lists }: Pick<Cloud, 'lists'>,
  access: { readonly endpoint: string; readonly token: string },
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [kind, list] of lists) {
    for (const { id, name } of await listAll(list, access)) {
      found.add(id === undefined ? `${kind} ${name}` : `${kind} ${name} (${id})`);
    }
  }
  return found;
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
