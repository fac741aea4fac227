import type { RunOptions } from '../exec/executor.ts';
import { composeFailure, composeWarnings, isTooOld, unsetVariables } from './errors/messages.ts';
import { emptiedFinding, emptiedValues, neededVariables } from './errors/unset-variables.ts';
import { displayed } from './files.ts';
import type { Finding } from './findings.ts';
import { readModel, readVariables, variableProbe, variables } from './json.ts';
import { createLocator } from './locate.ts';
import type { KeyPath, Location } from './location.ts';
import type { ComposeModel } from './model.ts';
import type { ProjectFiles } from './project-files.ts';

export interface ComposeSource {
  /** Absolute path of the folder that relative paths start from. */
  readonly workspace: string;
  readonly profiles: readonly string[];
  /**
   * The stack's name where it is known, so that `${COMPOSE_PROJECT_NAME}` is it; else Compose's own
   * choice, found in `model.name`.
   */
  readonly projectName?: string | undefined;
}

export interface ComposeProject {
  /** As they are named in messages: relative to the workspace where they lie in it. */
  readonly files: readonly string[];
  readonly workspace: string;
  /** Absolute path of the folder of the first file: Compose's project directory. */
  readonly directory: string;
  readonly model: ComposeModel;
  /**
   * The values of the variables that configs and secrets with `environment:` name, and of others
   * that the files need; a variable that is not set is not in it.
   */
  readonly environment: ReadonlyMap<string, string>;
  /** Compose's own warnings, and keys that are not known here. */
  readonly findings: readonly Finding[];
  /** Keys that are not known here and were left out. */
  readonly unknownKeys: readonly KeyPath[];
  /**
   * Where empty variables leave a value without a part: told among the findings, and needs no other
   * refusal.
   */
  readonly emptied: readonly KeyPath[];
  /** The content of a config or secret, by its absolute path. Rejects as `fs.readFile` does. */
  read(path: string): Promise<Uint8Array>;
  /**
   * Where a key path such as `['services', 'web', 'ports']` is written, or the nearest key above it
   * that is.
   */
  locate(path: KeyPath): Location | undefined;
}

const CONFIG = ['config', '--format', 'json'] as const;
const CONFIG_TIMEOUT_MS = 60_000;

/**
 * Loads the compose files as Compose itself does: merged, interpolated once, profiles applied.
 * Contacts no engine. Throws `ComposeError` with Compose's own words at their place, or
 * `ActionError` when `docker compose` is missing.
 */
export async function loadCompose(
  opened: ProjectFiles,
  source: ComposeSource,
  signal?: AbortSignal,
): Promise<ComposeProject> {
  const { paths, directory, texts } = opened;
  const files = paths.map((path) => displayed(path, source.workspace));
  const options: RunOptions = {
    timeoutMs: CONFIG_TIMEOUT_MS,
    mayRunOn: true,
    signal,
  };
  const running = opened.run([...composeArguments(paths, source), ...CONFIG], {
    ...options,
    anyExitCode: true,
  });
  // Made while Compose does the same in its own process: of a large file both take long.
  const locator = createLocator(texts);
  const loaded = await running;
  const needed = neededVariables(locator);
  // Compose has named those that are not set; it is asked again only about those that may be set to
  // nothing.
  const unset = unsetVariables(loaded.stderr);
  const unsure = needed.filter((name) => !unset.has(name));
  if (loaded.exitCode !== 0) {
    const empty = await emptyAmong(unsure, opened, options)
      .catch(() => new Set<string>())
      .then((found) => new Set([...found, ...unset]));
    const place = { files, directory, workspace: source.workspace };
    const version = isTooOld(loaded.stderr) ? await composeVersion(opened, options) : undefined;
    throw composeFailure(loaded.stderr, locator, place, emptiedValues(locator, empty), version);
  }
  const { model, findings, unknownKeys } = readModel(loaded.stdout, locator);
  const environment = await readEnvironment(opened, [...variables(model), ...unsure], options);
  const empty = new Set([...emptyIn(environment, unsure), ...unset]);
  const emptied = emptiedValues(locator, empty, { model, files });
  return {
    ...{ files, directory, model, unknownKeys, environment },
    workspace: source.workspace,
    findings: [
      ...opened.findings,
      ...composeWarnings(loaded.stderr, locator),
      ...findings,
      ...emptied.map(emptiedFinding),
    ],
    emptied: emptied.map(({ path }) => path),
    locate: locator.path,
    read: opened.read,
  };
}

/** Of a Compose that has failed; undefined where it does not say. */
async function composeVersion(
  { run }: ProjectFiles,
  options: RunOptions,
): Promise<string | undefined> {
  const asked = run(['version', '--short'], { ...options, anyExitCode: true });
  const { stdout } = await asked.catch(() => ({ stdout: '' }));
  return /^v?(\d[\w.+~-]*)\s*$/.exec(stdout)?.[1];
}

async function emptyAmong(
  names: readonly string[],
  opened: ProjectFiles,
  options: RunOptions,
): Promise<ReadonlySet<string>> {
  return emptyIn(await readEnvironment(opened, names, options), names);
}

function emptyIn(
  environment: ReadonlyMap<string, string>,
  names: readonly string[],
): ReadonlySet<string> {
  return new Set(names.filter((name) => !environment.get(name)));
}

async function readEnvironment(
  { run, directory }: ProjectFiles,
  wanted: readonly string[],
  options: RunOptions,
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(wanted)];
  if (names.length === 0) return new Map();
  const args = [
    ...['--project-name', 'probe', '--project-directory', directory, '-f', '-'],
    ...CONFIG,
  ];
  const { stdout } = await run(args, { ...options, stdin: variableProbe(names) });
  return readVariables(names, stdout);
}

/** What `docker compose` is given before its command. */
export function composeArguments(
  paths: readonly string[],
  source: Pick<ComposeSource, 'profiles' | 'projectName'>,
): readonly string[] {
  return [
    ...paths.flatMap((path) => ['-f', path]),
    ...source.profiles.flatMap((profile) => ['--profile', profile]),
    ...(source.projectName === undefined ? [] : ['--project-name', source.projectName]),
  ];
}
