import { parseDocument } from 'yaml';
import * as z from 'zod';
import { DRIVERS, type DriverName } from '../machines/drivers.ts';
import { Problem } from './problem.ts';
import { known } from './values.ts';

/** A YAML map that the schema of the driver accepts. */
export function parseDriverOptions(
  text: string,
  driver: DriverName | undefined,
): unknown | Problem {
  const document = parseDocument(text === '' ? '{}' : text);
  const fault = document.errors[0];
  if (fault) return new Problem(`not YAML: ${fault.message.split('\n')[0]}`);
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new Problem(
      'not a map. Write one `key: value` per line, below `driver-options: |` and indented.',
    );
  }
  const definition = driver && DRIVERS[driver];
  if (!definition) return value; // the driver is a problem of its own
  const result = definition.options.safeParse(value);
  if (result.success) return result.data;
  return new Problem(
    result.error.issues.map((issue) => optionProblem(issue, definition)).join('; '),
  );
}

function optionProblem(
  issue: z.core.$ZodIssue,
  definition: { readonly name: string; readonly options: z.ZodType },
): string {
  if (issue.code === 'unrecognized_keys') {
    const options =
      definition.options instanceof z.ZodObject ? Object.keys(definition.options.shape) : [];
    return issue.keys
      .map((key) => `driver ${definition.name} has no option \`${key}\`. ${known(key, options)}`)
      .join('; ');
  }
  return `\`${issue.path.join('.')}\`: ${issue.message}`;
}
