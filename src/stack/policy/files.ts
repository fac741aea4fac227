import { readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { parseAllDocuments } from 'yaml';
import * as z from 'zod';
import { displayed, findComposeFiles } from '../compose-files.ts';
import { collectFindings, type Findings, type KeyPath } from '../findings.ts';
import { createLocator } from '../locate.ts';
import { throwIfAny } from '../policy.ts';

const text = z.string();
const texts = z.union([text.transform((one) => [one]), z.array(text)]).catch([]);
const named = z.object({ file: text.optional().catch(undefined) }).catch({});

/** An entry of `include`, or of `env_file`: a path, or an object with one or several. */
const entry = z
  .union([
    text.transform((path) => ({ path: [path], env_file: [], project_directory: undefined })),
    z.object({
      path: texts.optional().default([]),
      env_file: texts.optional().default([]),
      project_directory: text.optional().catch(undefined),
    }),
  ])
  .catch({ path: [], env_file: [], project_directory: undefined });
const entries = z.union([z.array(entry), entry.transform((one) => [one])]).catch([]);

const service = z
  .object({
    extends: named.optional().catch(undefined),
    env_file: entries.optional(),
    label_file: texts.optional(),
    credential_spec: named.optional().catch(undefined),
  })
  .catch({});

const objects = z.record(z.string(), named).nullish().catch(undefined);

/** The keys of a compose file that make Compose, or us, read another file. What is of another form is refused by Compose itself. */
const composeFile = z
  .object({
    include: entries.optional(),
    services: z.record(z.string(), service).nullish().catch(undefined),
    configs: objects,
    secrets: objects,
  })
  .catch({});

/** A path in a file, and what stands there: a compose file is looked into, a folder is one that paths may start from. */
interface Reference {
  readonly at: KeyPath;
  readonly path: string;
  readonly kind: 'file' | 'compose' | 'folder';
}

/** What Compose reads without being told to. A list, since ncc takes a path with a written-out end for a file of the bundle. */
const ENV_FILES = ['.env'];

function beside(file: string, names: readonly string[]): string[] {
  return names.map((name) => resolve(dirname(file), name));
}

/** A preview has a handful; a file that includes itself by ever other names would never end. */
const MOST_FILES = 100;

/**
 * Refuses compose files that make the runner read something outside of the workspace, before Compose reads anything: by a path, a link, an
 * address, or a variable in one of them. Throws one `ComposeError` with the places of the first file that has some.
 */
export async function refuseFilesOutside(
  workspace: string,
  files: readonly string[],
): Promise<void> {
  const { paths } = await findComposeFiles(workspace, files);
  const root = await realpath(workspace);
  const given = collectFindings(() => undefined);
  for (const path of [...paths, ...beside(paths[0] ?? '', ENV_FILES)]) {
    if (await leadsOutside(root, path)) given.refuse([], outside(displayed(path, workspace)));
  }
  throwIfAny(given);

  // Which folder a path starts from depends on how its file came in; none of them may lead outside.
  const folders = new Set(paths.map((path) => dirname(path)));
  const queue = [...paths];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const source = await readFile(file, 'utf8').catch(() => '');
    const name = displayed(file, workspace);
    const findings = collectFindings(createLocator([{ file: name, text: source }]).path);
    folders.add(dirname(file));
    const known = new Set([...paths, ...queue, file]);
    for (const { at, path, kind } of referencesOf(source, findings)) {
      const problem = problemOf(path);
      if (problem !== undefined) findings.refuse(at, `${path}: ${problem}`);
      for (const folder of problem === undefined ? [...folders] : []) {
        const target = resolve(folder, path);
        if (await leadsOutside(root, target)) findings.refuse(at, outside(path));
        else if (kind === 'folder') folders.add(target);
        else if (kind === 'compose' && !known.has(target)) queue.push(target);
      }
    }
    throwIfAny(findings);
    if (known.size > MOST_FILES) {
      findings.refuse([], `more than ${MOST_FILES} files are included.`);
      throwIfAny(findings);
    }
  }
}

function referencesOf(source: string, findings: Findings): Reference[] {
  return documentsOf(source, findings).flatMap((document) => {
    const { include, services, configs, secrets } = composeFile.parse(document);
    const found: Reference[] = [];
    const add = (at: KeyPath, path: string | undefined, kind: Reference['kind'] = 'file') => {
      if (path !== undefined) found.push({ at, path, kind });
    };
    for (const [at, one] of (include ?? []).entries()) {
      for (const path of one.path) add(['include', at], path, 'compose');
      for (const path of one.env_file) add(['include', at, 'env_file'], path);
      add(['include', at, 'project_directory'], one.project_directory, 'folder');
    }
    for (const [name, one] of Object.entries(services ?? {})) {
      const at = ['services', name];
      add([...at, 'extends'], one.extends?.file, 'compose');
      for (const { path } of one.env_file ?? []) {
        for (const each of path) add([...at, 'env_file'], each);
      }
      for (const path of one.label_file ?? []) add([...at, 'label_file'], path);
      add([...at, 'credential_spec'], one.credential_spec?.file);
    }
    for (const [kind, all] of Object.entries({ configs, secrets })) {
      for (const [name, { file }] of Object.entries(all ?? {})) add([kind, name, 'file'], file);
    }
    return found;
  });
}

/** What this parser does not understand, Compose's may: then nobody knows what it would read. */
function documentsOf(source: string, findings: Findings): unknown[] {
  const documents = parseAllDocuments(source, { merge: true, logLevel: 'silent' });
  if ('empty' in documents) return [];
  return documents.map((document) => {
    const fault = document.errors[0]?.message.split('\n', 1)[0];
    if (fault !== undefined) findings.refuse([], `cannot be read: ${fault}`);
    try {
      const value: unknown = document.toJS({ maxAliasCount: 1000 });
      if (hasMergeKey(value)) findings.refuse([], 'cannot be read: `<<` that merges nothing');
      return value;
    } catch (error) {
      findings.refuse([], `cannot be read: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  });
}

function hasMergeKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, one]) => (key === '<<' && !Array.isArray(value)) || hasMergeKey(one),
  );
}

function problemOf(path: string): string | undefined {
  if (path.startsWith('~')) return 'a folder of the runner. Name a file of the workspace.';
  if (path.includes('$')) return 'a variable may lead anywhere. Write the path as it is.';
  if (/^[a-z][a-z0-9+.-]*:|^[\w.-]+@[\w.-]+:|^github\.com\//i.test(path)) {
    return 'an address. Name a file of the workspace.';
  }
  return undefined;
}

function outside(path: string): string {
  return `${path}: leads out of the workspace.`;
}

/** Whether a file that is there lies elsewhere, links followed. What is not there cannot be read. */
async function leadsOutside(root: string, target: string): Promise<boolean> {
  const real = await realpath(target).catch(() => undefined);
  if (real === undefined) return false;
  const way = relative(root, real);
  return isAbsolute(way) || way.split(sep)[0] === '..';
}
