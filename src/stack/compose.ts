import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Argv, Executor, RunOptions } from '../exec/executor.ts';
import { displayed, findComposeFiles } from './compose-files.ts';
import { readModel, readVariables, variableProbe, variables } from './compose-json.ts';
import { composeFailure, composeWarnings } from './compose-output.ts';
import type { Finding, KeyPath } from './findings.ts';
import { createLocator, type Location } from './locate.ts';
import type { ComposeModel } from './model.ts';

export interface ComposeSource {
  /** Absolute path of the folder that relative paths start from. */
  readonly workspace: string;
  /** Paths as the user gave them, relative to the workspace; empty: the names that Compose looks for. */
  readonly files: readonly string[];
  readonly profiles: readonly string[];
  /** `KEY=value` of the `env` input, over the step's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The stack's name where it is known, so that `${COMPOSE_PROJECT_NAME}` is it; else Compose's own choice, found in `model.name`. */
  readonly projectName?: string | undefined;
  /** Whether Compose gets `env` and nothing else of the environment of the step, where secrets may be. */
  readonly isolated?: boolean | undefined;
}

export interface ComposeProject {
  /** As they are named in messages: relative to the workspace where they lie in it. */
  readonly files: readonly string[];
  readonly workspace: string;
  /** Absolute path of the folder of the first file: Compose's project directory. */
  readonly directory: string;
  readonly model: ComposeModel;
  /** The values of the variables that configs and secrets with `environment:` name; a variable that is not set is not in it. */
  readonly environment: ReadonlyMap<string, string>;
  /** Compose's own warnings, and keys that are not known here. */
  readonly findings: readonly Finding[];
  /** Where a key path such as `['services', 'web', 'ports']` is written, or the nearest key above it that is. */
  locate(path: KeyPath): Location | undefined;
}

const CONFIG = ['config', '--format', 'json'] as const;
const CONFIG_TIMEOUT_MS = 60_000;

/**
 * Loads the compose files as Compose itself does: discovered, merged, interpolated once, profiles applied. Contacts no engine.
 * Throws `ComposeError` with Compose's own words at their place, or `ActionError` where a file or `docker compose` is missing.
 */
export async function loadCompose(
  runner: Executor,
  source: ComposeSource,
  signal?: AbortSignal,
): Promise<ComposeProject> {
  const chosen = await findComposeFiles(source.workspace, source.files);
  const [first = ''] = chosen.paths;
  const directory = dirname(first);
  const files = chosen.paths.map((path) => displayed(path, source.workspace));
  const texts = await Promise.all(chosen.paths.map((path) => readFile(path, 'utf8')));
  const options: RunOptions = {
    env: { ...neutralised(process.env), ...source.env },
    timeoutMs: CONFIG_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  };
  const isolate = (argv: Argv) => (source.isolated ? withoutVariables(argv, source.env) : argv);
  const argv = isolate(composeConfig(chosen.paths, source));
  const running = runner.run(argv, { ...options, anyExitCode: true });
  // Read while Compose does the same in its own process: of a large file both take long.
  const locator = createLocator(files.map((file, at) => ({ file, text: texts[at] ?? '' })));
  const loaded = await running;
  if (loaded.exitCode !== 0) throw composeFailure(loaded.stderr, files, locator);
  const { model, findings } = readModel(loaded.stdout, locator);
  return {
    files,
    workspace: source.workspace,
    directory,
    model,
    environment: await readEnvironment(runner, model, directory, isolate, options),
    findings: [...chosen.findings, ...composeWarnings(loaded.stderr, locator), ...findings],
    locate: locator.path,
  };
}

async function readEnvironment(
  runner: Executor,
  model: ComposeModel,
  directory: string,
  isolate: (argv: Argv) => Argv,
  options: RunOptions,
): Promise<ReadonlyMap<string, string>> {
  const names = variables(model);
  if (names.length === 0) return new Map();
  const argv: Argv = [
    ...(['docker', 'compose', '--project-name', 'probe'] as const),
    ...['--project-directory', directory, '-f', '-'],
    ...CONFIG,
  ];
  const { stdout } = await runner.run(isolate(argv), { ...options, stdin: variableProbe(names) });
  return readVariables(names, stdout);
}

/** What docker needs to find itself, its plugins and its temporary files. */
const NEEDED = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'DOCKER_CONFIG',
  'TMPDIR',
  'TEMP',
  'XDG_RUNTIME_DIR',
];

/** Without the variables of this process, but for those that are given. Names alone stand in argv, no values. */
function withoutVariables(argv: Argv, given: Readonly<Record<string, string>>): Argv {
  const kept = new Set([...NEEDED, ...Object.keys(NEUTRAL), ...Object.keys(given)]);
  const names = Object.keys(process.env).filter((name) => !kept.has(name));
  return ['env', ...names.flatMap((name) => ['-u', name]), ...argv];
}

function composeConfig(paths: readonly string[], source: ComposeSource): Argv {
  return [
    'docker',
    'compose',
    ...paths.flatMap((path) => ['-f', path]),
    ...source.profiles.flatMap((profile) => ['--profile', profile]),
    ...(source.projectName === undefined ? [] : ['--project-name', source.projectName]),
    ...CONFIG,
  ];
}

/** What a job may have set for its own `docker compose` calls would change which file is read here, and how. */
const NEUTRAL: Readonly<Record<string, string>> = {
  COMPOSE_FILE: '',
  COMPOSE_PROFILES: '',
  COMPOSE_PROJECT_NAME: '',
  COMPOSE_ENV_FILES: '',
  COMPOSE_PATH_SEPARATOR: '',
  COMPOSE_DISABLE_ENV_FILE: 'false',
  COMPOSE_COMPATIBILITY: 'false',
};

function neutralised(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(NEUTRAL).filter(([name]) => environment[name] !== undefined),
  );
}
