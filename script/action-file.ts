import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const Input = z.object({
  description: z.string().default(''),
  required: z.boolean().default(false),
  default: text.optional(),
});

const ActionFileSchema = z.object({
  name: z.string(),
  inputs: z.record(z.string(), Input).default({}),
  outputs: z.record(z.string(), z.object({ description: z.string().default('') })).default({}),
  runs: z.object({
    using: z.string().startsWith('node'),
    main: z.string(),
    post: z.string().optional(),
  }),
});

/** A JavaScript action's `action.yml`, as far as running and documenting it needs. */
export type ActionFile = z.infer<typeof ActionFileSchema>;

/**
 * Reads `action.yml` of a folder. Throws zod's error where it is not the file of a JavaScript
 * action.
 */
export function readActionFile(folder: string): ActionFile {
  return ActionFileSchema.parse(parse(readFileSync(join(folder, 'action.yml'), 'utf8')));
}

/** What the expressions in the defaults of inputs (`${{ job.status }}`) come to. */
export type Contexts = Readonly<Record<string, string>>;

/**
 * The environment variables in which an action finds its inputs: `INPUT_` and the name in upper
 * case, blanks as `_`, hyphens kept. Inputs that are not given have their default. Throws where a
 * default uses an expression that `contexts` does not have.
 */
export function inputEnvironment(
  file: Pick<ActionFile, 'inputs'>,
  given: Readonly<Record<string, string>>,
  contexts: Contexts,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, input] of Object.entries(file.inputs)) {
    environment[variableOf(name)] = evaluate(input.default ?? '', contexts);
  }
  for (const [name, value] of Object.entries(given)) environment[variableOf(name)] = value;
  return environment;
}

/** Names of `given` that the action does not have. The runner passes them on, with a warning. */
export function unexpectedInputs(
  file: Pick<ActionFile, 'inputs'>,
  given: Readonly<Record<string, string>>,
): string[] {
  const known = Object.keys(file.inputs).map(variableOf);
  return Object.keys(given).filter((name) => !known.includes(variableOf(name)));
}

function variableOf(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}

function evaluate(value: string, contexts: Contexts): string {
  return value.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (expression, name: string) => {
    const result = contexts[name];
    if (result === undefined) {
      throw new Error(`The default ${expression} of action.yml is not known to this runner.`);
    }
    return result;
  });
}
