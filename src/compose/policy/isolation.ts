import { lstat, mkdir, readlink, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import type { Finding } from '../findings.ts';
import { composeRunner, PLUGIN, PROGRAM, type RunCompose } from '../run-compose.ts';
import { type ComposePrograms, findComposePrograms } from './compose-programs.ts';

interface IsolationOptions {
  /** The private folder. */
  readonly folder: string;
  /** The folder in it that stands for the workspace. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly debug: (line: string) => void;
}

export interface Isolation {
  readonly run: RunCompose;
  readonly findings: readonly Finding[];
}

const WINDOWS = process.platform === 'win32';

/**
 * What the programs of a Windows runner need to start at all, and where docker looks for plugins of
 * everybody.
 */
const OF_WINDOWS = ['SystemRoot', 'TEMP', 'TMP', 'PATHEXT', 'ProgramData', 'ProgramFiles'];
/**
 * Settings of Compose and Docker themselves; other names that begin so may be variables of the file
 * (`DOCKER_TAG`).
 */
const SETTINGS =
  /^(?:COMPOSE_.*|DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS.*|CLI_.*|API_VERSION))$/;

const PROBE_TIMEOUT_MS = 10_000;

/** Asked once: neither the kernel nor the programs change while a step runs. */
let usable: Promise<true | string> | undefined;

/**
 * Runs Compose with an environment of its own, an empty home and no plugin but Compose. If
 * the kernel allows it, in namespaces without a network, in which nothing of the disk is there but
 * the programs and the private folder.
 */
export async function createIsolation(
  runner: Executor,
  options: IsolationOptions,
): Promise<Isolation> {
  const { folder, cwd, signal, debug } = options;
  const [given, settings] = split(options.env);
  const home = join(folder, 'home');
  const plugins = join(folder, 'docker', 'cli-plugins');
  for (const one of [home, plugins]) await mkdir(one, { recursive: true });
  const programs = await findComposePrograms();
  const { docker, ownPlugin, compose } = programs;
  if (ownPlugin !== undefined && !WINDOWS) {
    await symlink(ownPlugin, join(plugins, 'docker-compose'));
  }
  const env = {
    ...given,
    ...ofThisProcess(['PATH', ...(WINDOWS ? OF_WINDOWS : [])]),
    ...{ HOME: home, USERPROFILE: home, DOCKER_CONFIG: join(folder, 'docker') },
  };
  const inNamespaces = await namespaces(folder, cwd, [ownPlugin, docker, compose]);
  // Compose on the file of a stranger ends with the step.
  const limits = { env, inheritEnv: false, cwd, mayRunOn: false };
  const probe = { ...limits, signal, timeoutMs: PROBE_TIMEOUT_MS, anyExitCode: true };
  // Docker itself would take ten times as long to say that it is there.
  usable ??= isUsable(runner, inNamespaces(['test', '-x', compose ?? PROGRAM[0]]), probe);
  const works = await usable;
  signal.throwIfAborted();
  debug(
    works === true
      ? 'Compose runs in namespaces of its own'
      : `Compose runs without namespaces of its own: ${works}`,
  );
  const wrap = works === true ? inNamespaces : (argv: Argv) => argv;
  return {
    run: composeRunner(
      (argv, rest) => runner.run(wrap(argv), { ...rest, ...limits }),
      waysOf(programs),
    ),
    findings: settings.map((name) => ({
      level: 'warning',
      message: `env: ${name} is a setting of Compose or Docker, and is left out under \`policy: restricted\`.`,
      location: undefined,
    })),
  };
}

/**
 * The plugin as a program where there is no docker; on Windows also where there is, since docker
 * finds no plugin of the user's own from an empty home, and links to files need a right there.
 */
export function waysOf(
  { docker, compose }: ComposePrograms,
  platform: NodeJS.Platform = process.platform,
): readonly Argv[] {
  const program: readonly Argv[] = compose === undefined ? [PROGRAM] : [[compose]];
  if (docker === undefined) return compose === undefined ? [PLUGIN, PROGRAM] : program;
  return platform === 'win32' ? [...program, PLUGIN] : [PLUGIN, ...program];
}

function split(env: Readonly<Record<string, string>>): [Record<string, string>, readonly string[]] {
  const variables = Object.entries(env).filter(([name]) => !SETTINGS.test(name));
  return [Object.fromEntries(variables), Object.keys(env).filter((name) => SETTINGS.test(name))];
}

function ofThisProcess(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Where programs and their libraries are. */
const PROGRAM_FOLDERS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
];
/** What programs open at their start. */
const PROGRAM_FILES = ['/dev/null', '/etc/ld.so.cache'];

/**
 * Takes the new root, the private folder, the folder to start in, what else is mounted there, and
 * after `--` the command.
 */
const IN_NEW_ROOT = `set -eu
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
root=$1 folder=$2 cwd=$3
shift 3
while [ "$1" != -- ]; do mount --rbind "$1" "$root$1"; shift; done
shift
# Last, and alone: the root is in it, with all that is mounted there.
mount --bind "$folder" "$root$folder"
exec chroot "$root" sh -c 'cd "$0"; exec "$@"' "$cwd" "$@"`;

/** What every command in namespaces begins with. */
export const IN_NAMESPACES: Argv = [
  ...(['unshare', '--user', '--map-root-user', '--mount', '--net', '--ipc'] as const),
  ...['sh', '-c', IN_NEW_ROOT, 'sh'],
];

/**
 * Gives the command that runs another one without a network, in a root that has the folders of
 * programs, the private folder and what else is needed, and nothing more. The mounts go with the
 * last process.
 */
async function namespaces(
  folder: string,
  cwd: string,
  needed: readonly (string | undefined)[],
): Promise<(argv: Argv) => Argv> {
  const root = join(folder, 'root');
  const paths = needed.filter((path) => path !== undefined);
  const real = await Promise.all(paths.map((path) => realpath(path)));
  const mounts = await prepareRoot(root, [...PROGRAM_FILES, ...paths, ...real]);
  await mkdir(join(root, folder), { recursive: true });
  return (argv) => [...IN_NAMESPACES, root, folder, cwd, ...mounts, '--', ...argv];
}

/** Makes the places in the new root, and gives the paths that are to be mounted there. */
async function prepareRoot(root: string, files: readonly string[]): Promise<readonly string[]> {
  const mounts: string[] = [];
  await mkdir(join(root, 'tmp'), { recursive: true });
  for (const path of PROGRAM_FOLDERS) {
    const found = await lstat(path).catch(() => undefined);
    // With merged /usr, most are links.
    if (found?.isSymbolicLink()) await symlink(await readlink(path), join(root, path));
    if (!found?.isDirectory()) continue;
    await mkdir(join(root, path), { recursive: true });
    mounts.push(path);
  }
  for (const path of new Set(files)) {
    const isThere = PROGRAM_FOLDERS.some((one) => path.startsWith(`${one}/`));
    if (isThere || (await lstat(path).catch(() => undefined)) === undefined) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), '');
    mounts.push(path);
  }
  return mounts;
}

/** `true`, or why the command cannot be used. */
async function isUsable(
  runner: Executor,
  argv: Argv,
  options: NonNullable<Parameters<Executor['run']>[1]>,
): Promise<true | string> {
  if (process.platform !== 'linux') return 'only Linux has them';
  try {
    const { exitCode, stderr } = await runner.run(argv, options);
    return exitCode === 0 || stderr.trim() || 'Compose is in no usual folder';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
