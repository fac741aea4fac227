/** Says nothing: not written, or written as off, or without a single item. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * Without the keys that are not set, at every level; undefined where nothing is left. Zero and
 * false stay: they are said.
 */
export function withoutUnset<T extends object>(value: T): Partial<T> | undefined {
  const entries = Object.entries(value).flatMap(([key, one]) => {
    const kept = isPlainObject(one) ? withoutUnset(one) : one;
    const unset = kept === undefined || kept === null || (Array.isArray(kept) && kept.length === 0);
    return unset ? [] : [[key, kept] as const];
  });
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Partial<T>);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
