import type { Mutation } from './mutation.ts';

/**
 * The text of a file with the fault in it. Throws if what it takes the place of is not there
 * exactly once.
 */
export function plant(text: string, { name, file, find, put }: Mutation): string {
  const times = find === '' ? 0 : text.split(find).length - 1;
  if (times !== 1) {
    throw new Error(`${name}: its text is ${times} times in ${file}, and must be there once`);
  }
  return text.replace(find, () => put);
}
