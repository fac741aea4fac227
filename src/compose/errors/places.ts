import { dirname, resolve } from 'node:path';
import { deepest, type Locator, type ParsedSource } from '../locate.ts';
import type { KeyPath, Location } from '../location.ts';
import { type WrittenValue, writtenValues } from './written-values.ts';

// Where in the files that is of which Compose says that it is wrong. Compose names files, lines and
// keys as each of its parts sees fit.

export interface PlaceOptions {
  readonly workspace: string;
  /** Compose's project directory. */
  readonly directory: string;
  /** The compose files that were given, as they are named in messages. */
  readonly files: readonly string[];
}

/** The place that Compose's words are about; undefined if nothing in them leads to one. */
export function placeOf(
  words: string,
  locator: Locator,
  options: PlaceOptions,
): Location | undefined {
  const path = keyPathOf(words);
  const validated = fileOf(words, locator);
  const inFile = validated && path.length > 0 ? deepest([validated], path) : undefined;
  if (inFile?.depth === path.length) return inFile?.location;
  return (
    placeOfValue(words, locator, options) ??
    placeOfUndefined(words, locator) ??
    (path.length > 0 ? locator.path(path) : undefined) ??
    inFile?.location ??
    placeOfLine(words, validated, options)
  );
}

/** `validating /shop/compose.yaml: …`, after the workspace was taken off. */
function fileOf(words: string, { sources }: Locator): ParsedSource | undefined {
  const named = /(?:validating|in) ((?:[A-Za-z]:(?=[\\/]))?\S+?)(?::|$)/.exec(words)?.[1];
  return sources.find(({ file }) => file === named || named?.endsWith(`/${file}`));
}

function placeOfLine(
  words: string,
  source: ParsedSource | undefined,
  { files }: PlaceOptions,
): Location | undefined {
  const line = words.startsWith('empty compose file') ? '1' : /\bline (\d+)/.exec(words)?.[1];
  const [only, ...others] = files;
  const file = source?.file ?? (others.length === 0 ? only : undefined);
  if (file === undefined) return undefined;
  return line !== undefined ? { file, line: Number(line) } : undefined;
}

/**
 * Compose 2.26: `services.web Additional property imge is not allowed`; later: `services.web
 * additional properties 'imge' not allowed`.
 */
const UNKNOWN_KEY = /additional propert(?:y|ies) '?([^\s']+)'?/i;
const DOTTED =
  /\b(?:services|networks|volumes|configs|secrets|include)(?:\.(?=[A-Za-z0-9_-])[A-Za-z0-9_-]+|\.?\[[^\]]+\])+/;

/** The key that is not known, if that is what the words say. */
export function unknownKeyOf(words: string): string | undefined {
  return UNKNOWN_KEY.exec(words)?.[1];
}

/** Forms in which Compose names a key without its path. */
const NAMED: readonly (readonly [RegExp, (...found: string[]) => KeyPath])[] = [
  [/can't set container_name and (\S+) as/, (name) => ['services', name, 'container_name']],
  [
    /service "?([^\s"]+)"? declares mutually exclusive `(\w+)`/,
    (name, key) => ['services', name, key],
  ],
  [/dependency cycle detected: (\S+) -> (\S+)/, (name, on) => ['services', name, 'depends_on', on]],
  [/cannot extend service "([^"]+)"/, (name) => ['services', name, 'extends']],
  [/Circular reference:\s+(\S+) in /, (name) => ['services', name, 'extends']],
  [/\b(secret|config|volume|network) "([^"]+)" must/, (kind, name) => [`${kind}s`, name]],
  [/project name|invalid project/, () => ['name']],
  [/service "([^"]+)" refers to undefined (\w+)/, (name, kind) => ['services', name, `${kind}s`]],
  [/service "([^"]+)" depends on undefined/, (name) => ['services', name, 'depends_on']],
  [/service "([^"]+)" has neither an image/, (name) => ['services', name, 'image']],
  [/service "([^"]+)"/, (name) => ['services', name]],
  [/: (version|name|services|networks|volumes|configs|secrets|include) must be/, (key) => [key]],
  [/^(services|networks|volumes|configs|secrets|include) must be/, (key) => [key]],
];

/** The keys that Compose's words name; empty if they name none. */
export function keyPathOf(words: string): KeyPath {
  const unknown = unknownKeyOf(words);
  const last = unknown === undefined ? [] : [unknown];
  const byName = NAMED[0]?.[0].test(words) === true;
  const dotted = byName ? undefined : DOTTED.exec(words)?.[0];
  if (dotted !== undefined) {
    const keys = dotted.split(/[.[\]]+/).filter(Boolean);
    return [...keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key)), ...last];
  }
  for (const [form, path] of NAMED) {
    const found = form.exec(words);
    if (found) return path(...found.slice(1));
  }
  // `services Additional property Web! is not allowed`, `(root) Additional property foo`
  const section = /(services|networks|volumes|configs|secrets) additional/i.exec(words)?.[1];
  return section === undefined ? last : [section, ...last];
}

const UNDEFINED =
  /service "([^"]+)" (?:refers to undefined (\w+) (\S*?):|depends on undefined service "([^"]*)")/;
/** Keys that may name another service. */
const DEPENDING = ['depends_on', 'links', 'network_mode', 'volumes_from', 'pid', 'ipc', 'uts'];

/** What a service refers to although it is not there. */
export interface UndefinedReference {
  readonly service: string;
  readonly kind: 'service' | 'network' | 'volume' | 'config' | 'secret';
  readonly name: string;
}

export function undefinedReferenceOf(words: string): UndefinedReference | undefined {
  const [, service, kind, name, on] = UNDEFINED.exec(words) ?? [];
  if (service === undefined) return undefined;
  if (kind === undefined) return { service, kind: 'service', name: on ?? '' };
  return { service, kind: kind as UndefinedReference['kind'], name: name ?? '' };
}

function placeOfUndefined(words: string, locator: Locator): Location | undefined {
  const reference = undefinedReferenceOf(words);
  if (!reference) return undefined;
  const { service, kind, name } = reference;
  const keys = kind === 'service' ? DEPENDING : [`${kind}s`];
  const own = writtenValues(locator.sources).filter(
    ({ path }) => path[0] === 'services' && path[1] === service && keys.includes(String(path[2])),
  );
  const named = own.findLast(
    ({ text, path }) => text === name || path[3] === name || parts(text).includes(name),
  );
  if (named && named.path[3] === name) return locator.path(named.path.slice(0, 4));
  return named?.location ?? locator.path(['services', service, keys[0] ?? '']);
}

function parts(text: string): readonly string[] {
  return text.split(':');
}

/** Words that quote a value and name no key, and the keys below which the value stands. */
const VALUES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/Invalid (?:hostPort|containerPort|proto|ip address): (.+?)$/i, ['ports', 'expose']],
  [/Invalid ranges specified for container and host Ports: (\S+) and/i, ['ports']],
  [/No port specified: (.+?)(?:<empty>)?$/i, ['ports']],
  [/invalid (?:spec|volume specification): (.+?): /i, ['volumes']],
  [/(?:env|label) file (\S+) not found/i, ['env_file', 'label_file']],
  [/(?:open|read|stat) (\S+): /i, ['include', 'extends', 'env_file', 'label_file']],
];

const TESTS = ['CMD', 'CMD-SHELL', 'NONE'];

function placeOfValue(
  words: string,
  locator: Locator,
  options: PlaceOptions,
): Location | undefined {
  const values = () => writtenValues(locator.sources);
  if (/healthcheck\.test must start/.test(words)) {
    const isTest = ({ path }: WrittenValue) => path.at(-2) === 'test' && path.at(-1) === 0;
    return values().find((one) => isTest(one) && !TESTS.includes(one.text))?.location;
  }
  for (const [form, keys] of VALUES) {
    const value = form.exec(words)?.[1];
    if (value === undefined) continue;
    const below = values().filter(({ path }) => path.some((key) => keys.includes(String(key))));
    return below.find((one) => isSaid(one, value, options))?.location;
  }
  return undefined;
}

function isSaid(one: WrittenValue, value: string, options: PlaceOptions): boolean {
  const { text, source } = one;
  const bare = text.replace(/^\.\//, '');
  if (text === value || bare === value || text.split(/[:/]/).includes(value)) return true;
  const { workspace, directory } = options;
  const folders = [directory, dirname(resolve(workspace, source.file))];
  return folders.some((folder) => resolve(folder, text) === resolve(workspace, value));
}
