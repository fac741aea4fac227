import { isNode } from 'yaml';
import type { Finding } from '../findings.ts';
import { deepest, type Locator, type ParsedSource } from '../locate.ts';
import type { KeyPath, Location } from '../location.ts';
import type { ComposeModel } from '../model.ts';
import { type WrittenValue, writtenValues } from './written-values.ts';

/**
 * A value of which nothing, or a part that it cannot do without, is left, since a variable in it is
 * not set or is empty.
 */
export interface EmptiedValue {
  readonly path: KeyPath;
  readonly location: Location;
  /** As it is written. */
  readonly text: string;
  readonly variables: readonly string[];
}

/**
 * Keys whose values are texts of the user's own, that may be empty, and those that are left out of
 * a stack.
 */
const FREE = new Set([
  ...['environment', 'labels', 'annotations', 'command', 'entrypoint', 'test', 'content', 'args'],
  ...['build', 'develop', 'logging', 'options', 'container_name', 'expose', 'profiles', 'version'],
  ...['pull_policy', 'links', 'post_start', 'pre_stop', 'pre_start', 'models', 'provider'],
]);
const SECTIONS = ['name', 'include', 'services', 'networks', 'volumes', 'configs', 'secrets'];

/**
 * What parts a value has, by its key: each has to be there, if it is written. Others are one part.
 */
const SEPARATORS: Readonly<Record<string, RegExp>> = {
  image: /[/:@]/,
  ports: /[:/]|(?<=\d|\})-/,
  volumes: /[:/]/,
  source: /\//,
  target: /\//,
  file: /\//,
  env_file: /\//,
  include: /\//,
  path: /\//,
  device: /[:/]/,
  working_dir: /\//,
  user: /:/,
  extra_hosts: /[:=]/,
  constraints: /[=!]=/,
  sysctls: /=/,
  secrets: /\//,
  configs: /\//,
};

/** `$$` is a dollar; a variable with an operator says itself what it is without a value. */
const VARIABLE = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)|\$\{[^}]*\}/g;

/**
 * The variables that values cannot do without, of the sources: only of these it matters whether
 * they are empty.
 */
export function neededVariables(locator: Locator): readonly string[] {
  return [...new Set(neededValues(locator).flatMap(({ text }) => plainVariables(text)))];
}

interface LoadedFiles {
  readonly model?: ComposeModel | undefined;
  /**
   * The files that were given; others may have variables of their own, by an `.env` beside them.
   */
  readonly files?: readonly string[] | undefined;
}

/**
 * The values that empty variables leave without a part, each where it is written; of what is not in
 * the `model`, and of what a later file overrides, none.
 */
export function emptiedValues(
  locator: Locator,
  empty: ReadonlySet<string>,
  { model, files = [] }: LoadedFiles = {},
): readonly EmptiedValue[] {
  if (empty.size === 0) return [];
  return neededValues(locator)
    .flatMap((one) => (model ? deployedFrom(one, model, locator.sources) : [one]))
    .filter((one) => lacksPart(one, empty) && !isOverridden(one, locator.sources))
    .filter((one) => !model || isSo(one, empty, model, files))
    .map(({ path, text, location }) => ({
      ...{ path, text, location },
      variables: plainVariables(text).filter((name) => empty.has(name)),
    }));
}

/**
 * The value as what is deployed has it: services of other profiles and what no service uses are not
 * in the model, and services extend others.
 */
function deployedFrom(
  one: WrittenValue,
  model: ComposeModel,
  sources: readonly ParsedSource[],
): readonly WrittenValue[] {
  const [section, name, ...rest] = one.path;
  const all: unknown = (model as Readonly<Record<string, unknown>>)[String(section)];
  if (typeof all !== 'object' || all === null || String(name) in all) return [one];
  if (section !== 'services') return [];
  return Object.keys(model.services)
    .filter((child) => basesOf(child, sources).includes(String(name)))
    .map((child) => ({ ...one, path: [section, child, ...rest] }))
    .filter(({ path }) => deepest(sources, wholeOf(path))?.depth !== wholeOf(path).length);
}

/**
 * Whether the model has the value as it would be. Of lists, which are in another form there, the
 * files that were given are believed.
 */
function isSo(
  { path, text, source }: WrittenValue,
  empty: ReadonlySet<string>,
  model: ComposeModel,
  files: readonly string[],
): boolean {
  const value = path.reduce<unknown>(
    (parent, key) => (parent as Readonly<Record<string, unknown>> | null | undefined)?.[key],
    model,
  );
  if (typeof value !== 'string') return files.includes(source.file);
  return files.includes(source.file) || hasParts(value, filled(text, empty, '\0').split('\0'));
}

/** Whether a text is these parts in their order, with anything between them. */
function hasParts(text: string, [first = '', ...others]: readonly string[]): boolean {
  if (!text.startsWith(first)) return false;
  const last = others.pop();
  if (last === undefined) return text === first;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function basesOf(service: string, sources: readonly ParsedSource[]): readonly unknown[] {
  const given = sources.flatMap(({ documents }) =>
    documents.flatMap((one) => [
      one.getIn(['services', service, 'extends']),
      one.getIn(['services', service, 'extends', 'service']),
    ]),
  );
  return given.filter((one) => typeof one === 'string');
}

/** The path up to the first list, whose items Compose joins by rules of its own. */
function wholeOf(path: KeyPath): KeyPath {
  const list = path.findIndex((key) => typeof key === 'number');
  return list < 0 ? path : path.slice(0, list);
}

/** The refusal of such a value. */
export function emptiedFinding({ path, text, variables, location }: EmptiedValue): Finding {
  const [section, name, ...rest] = path;
  const keys = rest.filter((key) => typeof key === 'string').join('.');
  const whose =
    typeof name === 'string' && keys !== ''
      ? `${String(section).replace(/s$/, '')} ${name}: \`${keys}\``
      : `\`${section}\``;
  return {
    level: 'error',
    message: `${whose} is \`${text}\`, and lacks a part. ${describeEmpty(variables)}`,
    location,
  };
}

/** What to do about variables that are not set or are empty, in a sentence. */
export function describeEmpty(variables: readonly string[]): string {
  const [first = ''] = variables;
  const named = [...new Set(variables)].map((name) => `\`${name}\``).join(', ');
  const are = variables.length > 1 ? 'are' : 'is';
  return `${named} ${are} not set, or empty. Set it in \`env\` of this step, or write a default: \`\${${first}:-value}\`.`;
}

function neededValues({ sources }: Locator): readonly WrittenValue[] {
  return writtenValues(sources).filter(
    ({ path, text }) =>
      text.includes('$') &&
      SECTIONS.includes(String(path[0])) &&
      !path.some((key) => FREE.has(String(key)) || String(key).startsWith('x-')),
  );
}

function plainVariables(text: string): string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, braced, bare]) => braced ?? bare ?? []);
}

function lacksPart({ path, text }: WrittenValue, empty: ReadonlySet<string>): boolean {
  const key = path.findLast((one) => typeof one === 'string') ?? '';
  const separator = SEPARATORS[key];
  return (separator ? text.split(separator) : [text]).some((part) => {
    const isVariable = plainVariables(part).some((name) => empty.has(name));
    return isVariable && filled(part, empty).trim() === '';
  });
}

/** With something in the place of each variable that is not empty. */
function filled(part: string, empty: ReadonlySet<string>, filling = 'x'): string {
  return part.replace(VARIABLE, (_, braced, bare) => (empty.has(braced ?? bare) ? '' : filling));
}

/**
 * Whether a later file has something else there. Of lists, which Compose joins by rules of its own,
 * that counts as well.
 */
function isOverridden({ path, source }: WrittenValue, sources: readonly ParsedSource[]): boolean {
  const whole = wholeOf(path);
  const later = sources.slice(sources.indexOf(source) + 1);
  return later.some((one) => deepest([one], whole)?.depth === whole.length || isReset(one, whole));
}

/** `!reset` or `!override` at a key above. */
function isReset({ documents }: ParsedSource, path: KeyPath): boolean {
  return documents.some((document) =>
    path.some((_, at) => {
      const node = document.getIn(path.slice(0, at + 1), true);
      return isNode(node) && /^!(?:reset|override)$/.test(node.tag ?? '');
    }),
  );
}
