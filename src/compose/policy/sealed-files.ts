import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Executor } from '../../exec/executor.ts';
import { displayed, findComposeFiles } from '../files.ts';
import { collectFindings, type Finding } from '../findings.ts';
import { createLocator, type Locator, type SourceText } from '../locate.ts';
import type { KeyPath } from '../location.ts';
import type { ProjectFiles } from '../project-files.ts';
import { createIsolation } from './isolation.ts';
import { throwIfAny } from './policy.ts';
import { type Reference, referencesOf } from './references.ts';
import { canonicalJson, decode, parseStrictYaml, StrictYamlError } from './strict-yaml.ts';
import {
  DEEPEST_FILE,
  ForbiddenFileError,
  openWorkspace,
  type WorkspaceFiles,
} from './workspace-files.ts';

export interface SealOptions {
  readonly workspace: string;
  /** Where relative paths start, in the workspace; undefined for the workspace itself. Absolute. */
  readonly directory?: string | undefined;
  /** As the user gave them; empty: the names that Compose looks for. */
  readonly files: readonly string[];
  /** `KEY=value` of the `env` input: the variables that Compose gets. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder in which the private one is made. */
  readonly temporary: string;
  readonly signal: AbortSignal;
  readonly debug: (line: string) => void;
}

/** Visits of files, of which an include may need several of one. A preview has a handful. */
const MOST_VISITS = 100;

/**
 * Folders above the copy. Should a version of Compose start a path from another folder than this
 * file believes, then `..` still ends in one of them.
 */
const DEPTHS: readonly string[] = Array.from({ length: DEEPEST_FILE + 8 }, () => '-');

/**
 * What Compose reads without being told to. A list, since ncc takes a path with a written-out end
 * for a file of the bundle.
 */
const ENV_FILES = ['.env'];

/**
 * Reads every file that the compose files may make somebody read, once, and writes the compose
 * files out again as canonical JSON, at the same relative places in a private folder, which holds
 * nothing else. Compose is given that folder alone, so it sees what was judged here. Throws
 * `ComposeError` with each place of the first file that reaches out of the workspace, or is not
 * strict.
 */
export async function sealFiles(runner: Executor, options: SealOptions): Promise<ProjectFiles> {
  const workspace = resolve(options.workspace);
  const directory = resolve(options.directory ?? workspace);
  const chosen = await findComposeFiles(directory, options.files);
  const folder = await mkdtemp(join(options.temporary, 'swarm-up-compose-'));
  let pending: Promise<unknown> = Promise.resolve();
  const close = async () => {
    await pending;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const root = join(folder, ...DEPTHS, basename(workspace) || 'workspace');
    const inside = (path: string) => join(root, relative(workspace, path));
    await mkdir(inside(directory), { recursive: true });
    const isolation = createIsolation(runner, { ...options, folder, cwd: inside(directory) });
    // It makes folders in the private one, which therefore must not be removed before it has ended.
    pending = isolation.catch(() => {});
    const files = await openWorkspace(workspace);
    files.check(directory);
    const texts = await readAll({ files, workspace, directory, inside, given: chosen.paths });
    const { run, findings } = await isolation;
    const named = translator(root, workspace);
    return {
      paths: chosen.paths,
      directory: dirname(chosen.paths[0] ?? workspace),
      texts,
      findings: [...chosen.findings, ...findings],
      run: async (args, { stdin, ...rest } = {}) => {
        const argv = args.map((arg) => (isBelow(workspace, arg) ? inside(arg) : arg));
        const result = await run(argv, stdin === undefined ? rest : { ...rest, stdin });
        return { ...result, stdout: named.json(result.stdout), stderr: named.text(result.stderr) };
      },
      read: async (path) => {
        const content = await files.read(path);
        if (content !== undefined) return content;
        throw Object.assign(new Error(`${path} is not there.`), { code: 'ENOENT' });
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** What Compose says of the private folder, said of the workspace. */
function translator(root: string, workspace: string) {
  // As `docker compose config` writes a path into JSON, with each `$` twice.
  const json = (path: string) => JSON.stringify(path).slice(1, -1).replaceAll('$', '$$$$');
  const quoted = (path: string) => path.replaceAll('\\', '\\\\');
  return {
    json: (text: string) => text.replaceAll(json(root), () => json(workspace)),
    // In quotes of Go, as in its log, a backslash of Windows stands twice.
    text: (text: string) =>
      text.replaceAll(quoted(root), () => quoted(workspace)).replaceAll(root, () => workspace),
  };
}

interface Reading {
  readonly files: WorkspaceFiles;
  readonly workspace: string;
  /** Where relative paths of the user start. */
  readonly directory: string;
  /** The place in the private folder of a path of the workspace. */
  readonly inside: (path: string) => string;
  readonly given: readonly string[];
}

/** A compose file on the way to be read, by its absolute path. */
interface Visit {
  readonly path: string;
  /** The folder where the paths in it start. */
  readonly base: string;
  readonly kind: 'include' | 'extends';
  /** The files that include it, the outermost first. */
  readonly chain: readonly string[];
}

/**
 * Reads all, writes what Compose is to see, and gives the texts of the compose files; of the given
 * ones last, since they win.
 */
async function readAll(reading: Reading): Promise<readonly SourceText[]> {
  const { given, directory } = reading;
  const project = dirname(given[0] ?? directory);
  const texts = new Map<string, SourceText>();
  await readEnvFiles(reading, [directory, project]);
  const queue: Visit[] = given.map((path) => ({
    ...{ path, base: project, chain: [path] },
    kind: 'include',
  }));
  const seen = new Set<string>();
  for (let visit = queue.shift(); visit; visit = queue.shift()) {
    const key = JSON.stringify([visit.path, visit.base, visit.kind]);
    // Compose loads an include each time that it is named, so each counts.
    if (seen.has(key) && visit.kind === 'extends') continue;
    seen.add(key);
    if (seen.size + queue.length > MOST_VISITS) {
      throwFindings([problem(reading, visit.path, `more than ${MOST_VISITS} files are included.`)]);
    }
    const { text, next } = await readComposeFile(reading, visit);
    if (text) texts.set(visit.path, text);
    queue.push(...next);
  }
  const last = (path: string) => given.indexOf(path);
  return [...texts].toSorted(([one], [other]) => last(one) - last(other)).map(([, text]) => text);
}

async function readComposeFile(
  reading: Reading,
  visit: Visit,
): Promise<{ text: SourceText | undefined; next: readonly Visit[] }> {
  const { path } = visit;
  const name = displayed(path, reading.workspace);
  const bytes = await orRefuse(reading, path, () => reading.files.read(path));
  if (!bytes) return { text: undefined, next: [] };
  const { root, text } = await orRefuse(reading, path, () => {
    const source = decode(bytes);
    return { root: parseStrictYaml(source), text: { file: name, text: source } };
  });
  // Of most files there is nothing to say, and finding a place takes as long as reading the file.
  let locator: Locator | undefined;
  const findings = collectFindings((at) => {
    locator ??= createLocator([text]);
    return locator.path(at);
  });
  const { references, unclear } = referencesOf(root);
  for (const { at, why } of unclear) findings.refuse(at, why);
  const next: Visit[] = [];
  for (const reference of references) {
    if (visit.kind === 'extends' && reference.at[0] !== 'services') continue;
    next.push(...(await follow(reading, visit, reference, findings.refuse)));
  }
  throwIfAny(findings);
  await writeSealed(reading.inside(path), canonicalJson(root));
  return { text, next };
}

/** Reads what is referred to, and gives the compose files among it. */
async function follow(
  reading: Reading,
  { base, chain }: Visit,
  { at, paths, kind, projectDirectory }: Reference,
  refuse: (at: KeyPath, why: string) => void,
): Promise<readonly Visit[]> {
  const named = [...paths, ...(projectDirectory === undefined ? [] : [projectDirectory])];
  const problems = named.flatMap((path) => problemOf(path) ?? []);
  for (const why of problems) refuse(at, why);
  if (problems.length > 0) return [];
  const targets = paths.map((path) => resolve(base, path));
  const [first = base] = targets;
  const start = projectDirectory === undefined ? dirname(first) : resolve(base, projectDirectory);
  try {
    reading.files.check(start);
    if (kind !== 'file') return await visits(reading, { targets, start, kind, chain });
    const isObject = at[0] === 'configs' || at[0] === 'secrets';
    for (const target of targets) await readFileOf(reading, target, !isObject);
  } catch (error) {
    if (!(error instanceof ForbiddenFileError)) throw error;
    refuse(at, `${paths.join(', ')}: ${error.message}`);
  }
  return [];
}

async function visits(
  reading: Reading,
  found: {
    readonly targets: readonly string[];
    readonly start: string;
    readonly kind: 'include' | 'extends';
    readonly chain: readonly string[];
  },
): Promise<readonly Visit[]> {
  const { targets, start, kind, chain } = found;
  const again = targets.find((target) => kind === 'include' && chain.includes(target));
  if (again !== undefined) throw new ForbiddenFileError('is included by itself, in a circle.');
  for (const target of targets) await reading.files.read(target);
  if (kind === 'include') await readEnvFiles(reading, [start]);
  return targets.map((path) => ({
    ...{ path, base: start, kind },
    chain: kind === 'include' ? [...chain, path] : [path],
  }));
}

/** A file that Compose reads as it is; the content of a config or secret stays with us. */
async function readFileOf(
  { files, inside }: Reading,
  path: string,
  isForCompose: boolean,
): Promise<void> {
  const content = await files.read(path);
  if (content && isForCompose) await writeSealed(inside(path), content);
}

async function readEnvFiles(reading: Reading, folders: readonly string[]): Promise<void> {
  const paths = folders.flatMap((folder) => ENV_FILES.map((name) => join(folder, name)));
  for (const path of new Set(paths)) {
    await mkdir(dirname(reading.inside(path)), { recursive: true });
    await orRefuse(reading, path, async () => {
      const content = await reading.files.read(path);
      if (content && Buffer.from(content).includes('COMPOSE_ENV_FILES')) {
        throw new ForbiddenFileError('names other files in COMPOSE_ENV_FILES. Remove it.');
      }
      if (content) await writeSealed(reading.inside(path), content);
    });
  }
}

async function writeSealed(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o600 });
}

/** What a file itself may not be is refused at its line, or as a whole. */
async function orRefuse<T>(reading: Reading, path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StrictYamlError) {
      const why = `cannot be read: ${error.message}`;
      throwFindings([problem(reading, path, why, error.line)]);
    }
    if (error instanceof ForbiddenFileError) {
      throwFindings([problem(reading, path, error.message)]);
    }
    throw error;
  }
}

function problem({ workspace }: Reading, path: string, why: string, line?: number): Finding {
  const file = displayed(path, workspace);
  const location = line === undefined ? undefined : { file, line };
  return { level: 'error', message: location ? why : `${file}: ${why}`, location };
}

function throwFindings(all: readonly Finding[]): void {
  throwIfAny({ all: () => all });
}

function problemOf(path: string): string | undefined {
  if (path.startsWith('~')) return `${path}: a folder of the runner. Name a file of the workspace.`;
  if (path.includes('$')) {
    return `${path}: a variable may lead anywhere. Write the path as it is.`;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\0-\x1f\x7f]/.test(path)) return `${path}: a control character is in it.`;
  if (/^(?:[\\/]|[a-z]:[\\/])/i.test(path)) {
    return `${path}: leads out of the workspace. Write a relative path.`;
  }
  if (/^[a-z][a-z0-9+.-]*:|^[\w.-]+@[\w.-]+:|^github\.com\//i.test(path)) {
    return `${path}: an address. Name a file of the workspace.`;
  }
  return undefined;
}
