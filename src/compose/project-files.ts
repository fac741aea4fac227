import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Executor } from '../exec/executor.ts';
import { envFileFindings } from './env-file.ts';
import { displayed, findComposeFiles } from './files.ts';
import type { Finding } from './findings.ts';
import { readIncluded } from './included-files.ts';
import type { SourceText } from './locate.ts';
import { composeRunner, type RunCompose } from './run-compose.ts';

/**
 * The files of a project, what they hold, and Compose on them. Paths are those of the workspace,
 * absolute.
 */
export interface ProjectFiles extends AsyncDisposable {
  /** Compose files, in order. */
  readonly paths: readonly string[];
  /** Compose's project directory. */
  readonly directory: string;
  /** What the user wrote, for the places in messages; later ones win. */
  readonly texts: readonly SourceText[];
  readonly findings: readonly Finding[];
  readonly run: RunCompose;
  /** The content of a config or secret. Rejects as `fs.readFile` does. */
  read(path: string): Promise<Uint8Array>;
}

/**
 * Opens the compose files as they lie in the workspace, for files that nobody has to be guarded
 * from. Throws `ActionError` for a file that is not there.
 */
export async function openFiles(
  runner: Executor,
  source: {
    readonly workspace: string;
    /** Where relative paths start; undefined for the workspace. Absolute. */
    readonly directory?: string | undefined;
    readonly files: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<ProjectFiles> {
  const start = source.directory ?? source.workspace;
  const { paths, findings } = await findComposeFiles(start, source.files);
  const texts = await Promise.all(
    paths.map(async (path) => ({
      file: displayed(path, source.workspace),
      text: await readFile(path, 'utf8'),
    })),
  );
  const included = await readIncluded(texts, source.workspace);
  const env = { ...neutralised(process.env), ...source.env };
  const directory = dirname(paths[0] ?? start);
  return {
    paths,
    findings: [...findings, ...(await envFileFindings(directory, source))],
    texts: [...included, ...texts],
    directory,
    // Newer versions of Compose read `.env` where they are run, too.
    run: composeRunner((argv, options) =>
      runner.run(argv, { ...options, env, cwd: source.directory }),
    ),
    read: (path) => readFile(path),
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * What a job may have set for its own `docker compose` calls would change which file is read here,
 * and how.
 */
const NEUTRAL: Readonly<Record<string, string | undefined>> = {
  // Taken away and not emptied: an empty one would win over that of `.env`.
  COMPOSE_FILE: undefined,
  COMPOSE_PROFILES: undefined,
  COMPOSE_PROJECT_NAME: undefined,
  COMPOSE_ENV_FILES: undefined,
  COMPOSE_PATH_SEPARATOR: undefined,
  COMPOSE_DISABLE_ENV_FILE: 'false',
  COMPOSE_COMPATIBILITY: 'false',
};

function neutralised(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(NEUTRAL).filter(([name]) => environment[name] !== undefined),
  );
}
