/** A parameter of the query API, with its parts. */
export type Given = string | Given[] | { [name: string]: Given };

/** The parameters of a form, with what follows a dot inside, and numbers from 1 as lists. */
export function parametersOf(form: URLSearchParams): Record<string, Given> {
  const all: Record<string, Given> = {};
  for (const [name, value] of form) {
    const parts = name.split('.');
    let place: Record<string, Given> = all;
    for (const part of parts.slice(0, -1)) {
      place[part] ??= {};
      place = place[part] as Record<string, Given>;
    }
    place[parts.at(-1) ?? ''] = value;
  }
  return withLists(all) as Record<string, Given>;
}

function withLists(given: Given): Given {
  if (typeof given !== 'object') return given;
  const entries = Object.entries(given).map(([key, value]) => [key, withLists(value)] as const);
  const isList = entries.length > 0 && entries.every(([key], at) => key === String(at + 1));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
