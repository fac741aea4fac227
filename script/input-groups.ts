import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

/** Of one description in action.yml. */
const MOST_WORDS = 25;

const Input = z.strictObject({
  /** For action.yml, and the first words of its section in docs/inputs.md. */
  short: z
    .string()
    .refine((text) => text.split(/\s+/).length <= MOST_WORDS, `more than ${MOST_WORDS} words`),
  /** Markdown, for docs/inputs.md. */
  details: z.string().optional(),
  default: z.string().optional(),
});

const Group = z.strictObject({
  group: z.string(),
  /** What its inputs are for: a line of README.md. */
  about: z.string(),
  inputs: z.record(z.string(), Input),
});

const Groups = z.array(Group);

/** Inputs that belong together, in the order in which they are shown. */
export type InputGroup = z.infer<typeof Groups>[number];

/**
 * Reads `script/inputs.yaml` of a repository. Throws zod's error if it has another form, for
 * example a description that is too long.
 */
export function readInputGroups(repository: string): readonly InputGroup[] {
  return Groups.parse(parse(readFileSync(join(repository, 'script/inputs.yaml'), 'utf8')));
}
