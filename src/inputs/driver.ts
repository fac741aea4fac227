import { parseDocument } from 'yaml';
import * as z from 'zod';
import { type ChosenDriver, chosenDriver } from '../machines/chosen-driver.ts';
import type { DriverDefinition, DriverSource } from '../machines/driver.ts';
import { DRIVER_NAMES } from '../machines/drivers.ts';
import { Problem } from './problem.ts';
import type { InputReader } from './reader.ts';
import { known, lines } from './values.ts';

/** A driver that was loaded by its name; undefined if there is none of that name. */
export type LoadedDriver = DriverDefinition<unknown> | undefined;

/** A driver as the input names it. */
export interface NamedDriver {
  readonly name: string;
  readonly definition: LoadedDriver;
}

/** The names in the input `driver`, each once: for `sweep` there may be several. */
export function driverNames(text: string): readonly string[] {
  const names = lines(text.replaceAll(',', '\n'));
  return names.length === 0 ? [''] : [...new Set(names)];
}

/** What the inputs of a driver are read from. */
export interface StepSource {
  /** The text of an input, the default of action.yml filled in. */
  readonly read: (name: string) => string;
  /** The variables of the step. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** The system of the runner; without it, that of this process. */
  readonly platform?: NodeJS.Platform | undefined;
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

/**
 * As `readDriverToFind`, for each of these drivers. If there are several, `driver-options` is a map
 * by their names.
 */
export function readDriversToFind(
  reader: InputReader,
  named: readonly NamedDriver[],
  source: StepSource,
): readonly ChosenDriver[] {
  const [only, ...others] = named;
  if (others.length === 0) return [readDriverToFind(reader, only?.definition, source)];
  const names = named.map(({ name }) => name);
  const sections = reader.input('driver-options', (text) => parseSections(text, names));
  return named.map(({ name, definition }) => {
    const parse = () => placeOptionsOf(sections?.[name] ?? {}, definition);
    return choose(reader, definition, { ...source, purpose: 'find' }, parse, name);
  });
}

function choose(
  { input, problem }: InputReader,
  definition: LoadedDriver,
  source: StepSource & Pick<DriverSource, 'purpose'>,
  parse: (text: string) => unknown | Problem,
  name?: string,
): ChosenDriver {
  const { read, variables = {}, platform, warn, purpose } = source;
  // Before its options: what is wrong with them is no matter then.
  const elsewhere = definition && onlyElsewhere(definition, platform);
  if (elsewhere) return input<ChosenDriver>('driver', () => elsewhere);
  const options = input('driver-options', parse);
  if (!definition) return input<ChosenDriver>('driver', (text) => unknownDriver(name ?? text));
  const inputs = definition.read({ read, variables, problem, warn, purpose });
  return chosenDriver(definition, inputs, options);
}

function unknownDriver(text: string): Problem {
  if (driverNames(text).length > 1) {
    return new Problem('only `command: sweep` takes several drivers. Name one.');
  }
  return new Problem(`not known. ${known(text, DRIVER_NAMES)}`, text);
}

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS',
  linux: 'Linux',
  win32: 'Windows',
};
const systemOf = (platform: NodeJS.Platform) => SYSTEMS[platform] ?? platform;

/** That the driver does not work on this runner, with what to do instead; undefined if it does. */
function onlyElsewhere(
  { name, platforms }: DriverDefinition<unknown>,
  platform: NodeJS.Platform = process.platform,
): Problem | undefined {
  if (!platforms || platforms.includes(platform)) return undefined;
  const systems = platforms.map(systemOf).join(' or ');
  return new Problem(
    `this driver makes its machines on a ${systems} runner, and this is a ${systemOf(platform)} runner. Deploy to hosts of your own (\`driver: ssh\`), or make servers of a cloud. Or run the job on ${systems}.`,
    name,
  );
}

/** A YAML map that the schema of the driver accepts. */
function parseDriverOptions(text: string, definition: LoadedDriver): unknown | Problem {
  const value = parseMap(text);
  if (value instanceof Problem || !definition) return value;
  return checked(value, definition.options, definition);
}

function parsePlaceOptions(text: string, definition: LoadedDriver): unknown | Problem {
  if (!definition) return {};
  // What nothing is read of may be anything.
  const value = definition.placeOptions ? parseMap(text) : {};
  return value instanceof Problem ? value : placeOptionsOf(value, definition);
}

function placeOptionsOf(value: object, definition: LoadedDriver): unknown | Problem {
  if (!definition) return {};
  const { placeOptions, options } = definition;
  return placeOptions ? checked(value, placeOptions, definition) : options.parse({});
}

/** The options of several drivers, each below its name. */
function parseSections(
  text: string,
  names: readonly string[],
): Readonly<Record<string, object>> | Problem {
  const value = parseMap(text);
  if (value instanceof Problem) return value;
  for (const [key, section] of Object.entries(value)) {
    if (!names.includes(key)) {
      return new Problem(
        `\`${key}\` is none of the drivers of this step. With several drivers, the options of each stand below its name: \`${names[0]}: { … }\`. ${known(key, names)}`,
      );
    }
    if (!isMap(section)) return new Problem(`\`${key}\`: not a map of options.`);
  }
  return value as Readonly<Record<string, object>>;
}

function parseMap(text: string): object | Problem {
  const document = parseDocument(text === '' ? '{}' : text);
  const fault = document.errors[0];
  if (fault) return new Problem(`not YAML: ${fault.message.split('\n')[0]}`);
  const value: unknown = document.toJS();
  if (isMap(value)) return value;
  return new Problem(
    'not a map. Write one `key: value` per line, below `driver-options: |` and indented.',
  );
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
