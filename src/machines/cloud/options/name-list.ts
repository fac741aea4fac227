import * as z from 'zod';

/** An option that is a list of the vendor's names, or only one; each of them is kept once. */
export const nameList = (message: string) =>
  z
    .union([z.string(), z.array(z.string()).nonempty(message)], message)
    .transform((given) => [...new Set([given].flat())])
    .refine((given) => given.every((name) => /^[a-z0-9]+(?:[-_][a-z0-9]+)*$/.test(name)), message);
