import { parseDocument } from 'yaml';
import * as z from 'zod';
import { type ChosenDriver, chosenDriver } from '../machines/chosen-driver.ts';
import type { DriverDefinition, DriverSource } from '../machines/driver.ts';
import { DRIVER_NAMES } from '../machines/drivers.ts';
import { Problem } from './problem.ts';
import type { InputReader } from './reader.ts';
import { known, parseChoice } from './values.ts';

const PLANNED = ['amazonec2'];

/** A driver that was loaded by its name; undefined if there is none of that name. */
export type LoadedDriver = DriverDefinition<unknown> | undefined;

/** What the inputs of a driver are read from. */
export interface StepSource {
  /** The text of an input, the default of action.yml filled in. */
  readonly read: (name: string) => string;
  /** The variables of the step. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  readonly warn: (message: string) => void;
}

/**
 * The driver that the inputs choose, with all its options. If something is wrong, the problem goes
 * to `reader`, and what is returned must not be used.
 */
export function readDriver(
  reader: InputReader,
  definition: LoadedDriver,
  source: StepSource,
): ChosenDriver {
  const parse = (text: string) => parseDriverOptions(text, definition);
  return choose(reader, definition, { ...source, purpose: 'make' }, parse);
}

/**
 * The driver that the inputs choose, to find and remove what an earlier step has made. Of
 * `driver-options` only what that needs is read, so that no other option stops a removal.
 */
export function readDriverToFind(
  reader: InputReader,
  definition: LoadedDriver,
  source: StepSource,
): ChosenDriver {
  const parse = (text: string) => parsePlaceOptions(text, definition);
  return choose(reader, definition, { ...source, purpose: 'find' }, parse);
}

function choose(
  { input, problem }: InputReader,
  definition: LoadedDriver,
  { read, variables = {}, warn, purpose }: StepSource & Pick<DriverSource, 'purpose'>,
  parse: (text: string) => unknown | Problem,
): ChosenDriver {
  const options = input('driver-options', parse);
  if (!definition) return input<ChosenDriver>('driver', unknownDriver);
  const inputs = definition.read({ read, variables, problem, warn, purpose });
  return chosenDriver(definition, inputs, options);
}

function unknownDriver(text: string): Problem {
  if (PLANNED.includes(text)) {
    return new Problem(`not yet in this version. Use one of: ${DRIVER_NAMES.join(', ')}.`);
  }
  return parseChoice(text, DRIVER_NAMES) as Problem;
}

/** A YAML map that the schema of the driver accepts. */
function parseDriverOptions(text: string, definition: LoadedDriver): unknown | Problem {
  const value = parseMap(text);
  if (value instanceof Problem || !definition) return value;
  return checked(value, definition.options, definition);
}

function parsePlaceOptions(text: string, definition: LoadedDriver): unknown | Problem {
  if (!definition) return {};
  const { placeOptions, options } = definition;
  if (!placeOptions) return options.parse({});
  const value = parseMap(text);
  return value instanceof Problem ? value : checked(value, placeOptions, definition);
}

function parseMap(text: string): object | Problem {
  const document = parseDocument(text === '' ? '{}' : text);
  const fault = document.errors[0];
  if (fault) return new Problem(`not YAML: ${fault.message.split('\n')[0]}`);
  const value: unknown = document.toJS();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return new Problem(
    'not a map. Write one `key: value` per line, below `driver-options: |` and indented.',
  );
}

function checked(
  value: object,
  schema: z.ZodType,
  definition: DriverDefinition<unknown>,
): unknown | Problem {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  return new Problem(
    result.error.issues.map((issue) => optionProblem(issue, definition)).join('; '),
  );
}

function optionProblem(issue: z.core.$ZodIssue, definition: DriverDefinition<unknown>): string {
  if (issue.code === 'unrecognized_keys') {
    const options =
      definition.options instanceof z.ZodObject ? Object.keys(definition.options.shape) : [];
    return issue.keys
      .map((key) => `driver ${definition.name} has no option \`${key}\`. ${known(key, options)}`)
      .join('; ');
  }
  return `\`${issue.path.join('.')}\`: ${issue.message}`;
}
