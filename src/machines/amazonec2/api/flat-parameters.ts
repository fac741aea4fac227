/** What a parameter of EC2's query API is made of. Undefined is left out. */
export type Parameter =
  | string
  | number
  | boolean
  | undefined
  | readonly Parameter[]
  | { readonly [name: string]: Parameter };

/**
 * The names and values of the query API: what is in an object follows a dot, and so does the number
 * in a list, from 1: `Tag.1.Key`.
 */
export function flatParameters(
  given: Readonly<Record<string, Parameter>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => flat(name, value)));
}

function flat(name: string, value: Parameter): (readonly [string, string])[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((one, at) => flat(`${name}.${at + 1}`, one));
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, one]) => flat(`${name}.${key}`, one));
  return [[name, String(value)]];
}
