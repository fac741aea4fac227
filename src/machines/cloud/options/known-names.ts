import { ActionError } from '../../../base/errors.ts';
import { listed } from '../../../base/listed.ts';
import { nearest } from '../../../base/nearest.ts';

/** How many names are listed in the error. */
const SHOWN = 80;

/**
 * What an option names, of what the vendor has, in the order of the option. Throws `ActionError`
 * with the nearest name if the vendor does not have it.
 */
export function knownNames<T>(
  { vendor, option }: { readonly vendor: string; readonly option: string },
  wanted: readonly string[],
  known: readonly T[],
  nameOf: (one: T) => string,
): T[] {
  const names = known.map(nameOf);
  return wanted.map((name) => {
    const found = known[names.indexOf(name)];
    if (found !== undefined) return found;
    const meant = nearest(name, names);
    throw new ActionError(`driver-options: \`${option}\`: ${vendor} has no ${name}.`, {
      details: `It has ${listed([...names].sort(), SHOWN)}`,
      ...(meant !== undefined && { hint: `Is ${meant} meant?` }),
    });
  });
}
