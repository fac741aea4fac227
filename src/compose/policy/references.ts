import * as z from 'zod';
import { serviceKeyAdvice } from '../errors/advice.ts';
import type { KeyPath } from '../location.ts';
import { SERVICE_KEYS } from '../service-model.ts';
import { plainValue, type StrictNode } from './strict-yaml.ts';

/**
 * How another file comes in: Compose loads it as a part of the project, takes a service from it, or
 * only reads what it holds.
 */
export type ReferenceKind = 'include' | 'extends' | 'file';

/** Files that a compose file makes somebody read. */
export interface Reference {
  readonly at: KeyPath;
  /** As written. The first of an include says where the paths of all begin. */
  readonly paths: readonly string[];
  readonly kind: ReferenceKind;
  /** Of an include: where the paths in it start, instead of its own folder. */
  readonly projectDirectory: string | undefined;
}

/**
 * A place of a compose file that is not understood, so that nobody can say what it makes Compose
 * read.
 */
export interface Unclear {
  readonly at: KeyPath;
  readonly why: string;
}

const text = z.string();
const anything = z.unknown().optional();
const texts = z.union([text.transform((one) => [one]), z.array(text)]);

const includes = z.array(
  z.union([
    text.transform((path) => ({ path: [path], env_file: undefined, project_directory: undefined })),
    z.strictObject({
      path: texts,
      env_file: texts.nullish(),
      project_directory: text.nullish(),
    }),
  ]),
);

const envFile = z.union([
  text.transform((path) => [path]),
  z.array(
    z.union([
      text,
      z
        .strictObject({ path: text, required: z.unknown().optional(), format: text.nullish() })
        .transform(({ path }) => path),
    ]),
  ),
]);

const service = z.looseObject({
  extends: z.union([text, z.strictObject({ service: text, file: text.nullish() })]).nullish(),
  env_file: envFile.nullish(),
  label_file: texts.nullish(),
});

const fileObjects = z.record(z.string(), z.looseObject({ file: text.nullish() }).nullish());

/** Each key of a compose file, and what of it names a file. */
const composeFile = z.strictObject({
  include: includes.nullish(),
  services: z.record(z.string(), service.nullish()).nullish(),
  configs: fileObjects.nullish(),
  secrets: fileObjects.nullish(),
  name: anything,
  version: anything,
  networks: anything,
  volumes: anything,
  models: anything,
});
type ComposeFile = z.infer<typeof composeFile>;

/** What a compose file makes Compose, or this action, read; and each place that leaves it open. */
export function referencesOf(root: StrictNode): {
  readonly references: readonly Reference[];
  readonly unclear: readonly Unclear[];
} {
  const value = plainValue(root) ?? {};
  const unclear = unknownKeys(value);
  const parsed = composeFile.safeParse(withoutExtensions(value));
  if (parsed.success) return { references: collect(parsed.data), unclear };
  const faults = parsed.error.issues
    .filter(({ code }) => code !== 'unrecognized_keys' || unclear.length === 0)
    .map(({ path, message }) => ({
      at: path.map((key) => (typeof key === 'number' ? key : String(key))),
      why: `${path.map(String).join('.') || 'the file'} is not understood: ${message}.`,
    }));
  return { references: [], unclear: [...unclear, ...faults] };
}

/** Keys of the user's own, which begin with `x-`: nobody reads them. */
function withoutExtensions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith('x-')));
}

/** A later Compose may read a file because of a key that is not known here. */
function unknownKeys(value: unknown): Unclear[] {
  const known = Object.keys(composeFile.shape);
  const services = z
    .record(z.string(), z.looseObject({}))
    .safeParse((value as ComposeFile).services ?? {});
  return [
    ...unknown(value, known).map((key) => unclearKey([key])),
    ...Object.entries(services.data ?? {}).flatMap(([name, one]) =>
      unknown(one, SERVICE_KEYS).map((key) => unclearKey(['services', name, key])),
    ),
  ];
}

function unknown(value: unknown, known: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.keys(value).filter((key) => !known.includes(key) && !key.startsWith('x-'));
}

function unclearKey(at: KeyPath): Unclear {
  const [kind, , key] = at;
  const isOfService = kind === 'services' && key !== undefined;
  const advice = isOfService ? serviceKeyAdvice(String(key)) : undefined;
  const said = `\`${at.join('.')}\` is a key that is not known here.`;
  return { at, why: advice === undefined ? said : `${said} ${advice}` };
}

function collect({ include, services, configs, secrets }: ComposeFile): Reference[] {
  const found: Reference[] = [];
  const add = (
    at: KeyPath,
    paths: readonly (string | null | undefined)[] | null | undefined,
    kind: ReferenceKind = 'file',
    projectDirectory?: string | null,
  ) => {
    const named = (paths ?? []).filter((path) => typeof path === 'string');
    if (named.length === 0) return;
    found.push({ at, paths: named, kind, projectDirectory: projectDirectory ?? undefined });
  };
  for (const [at, one] of (include ?? []).entries()) {
    add(['include', at], one.path, 'include', one.project_directory);
    // Compose takes this one for no file at all.
    const files = one.env_file?.filter((path) => path !== '/dev/null');
    add(['include', at, 'env_file'], files);
  }
  for (const [name, one] of Object.entries(services ?? {})) {
    const at = ['services', name];
    if (typeof one?.extends === 'object') add([...at, 'extends'], [one.extends?.file], 'extends');
    add([...at, 'env_file'], one?.env_file);
    add([...at, 'label_file'], one?.label_file);
  }
  for (const [kind, all] of Object.entries({ configs, secrets })) {
    for (const [name, one] of Object.entries(all ?? {})) add([kind, name, 'file'], [one?.file]);
  }
  return found;
}
