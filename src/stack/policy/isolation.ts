import { access, mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import * as z from 'zod';
import type { Argv, Executor } from '../../exec/executor.ts';
import type { Finding } from '../findings.ts';
import type { RunCompose } from '../project-files.ts';

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

/** What the programs of a Windows runner need to start at all. */
const OF_WINDOWS = ['SYSTEMROOT', 'TEMP', 'TMP'];
/** Settings of Compose and Docker themselves; other names that begin so may be variables of the file (`DOCKER_TAG`). */
const SETTINGS =
  /^(?:COMPOSE_.*|DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS.*|CLI_.*|API_VERSION))$/;

const PROBE_TIMEOUT_MS = 10_000;

/** Asked once: neither the kernel nor the programs change while a step runs. */
let usable: Promise<true | string> | undefined;

/**
 * Runs `docker compose` with an environment of its own, an empty home and no plugin but Compose. If the kernel allows it, in namespaces
 * without a network, in which nothing of the disk is there but the programs and the private folder.
 */
export async function createIsolation(
  runner: Executor,
  options: IsolationOptions,
): Promise<Isolation> {
  const { folder, cwd, signal, debug } = options;
  const [given, settings] = split(options.env);
  const home = join(folder, 'home');
  const plugins = join(folder, 'docker', 'cli-plugins');
  for (const one of [home, plugins, join(folder, 'root')]) await mkdir(one, { recursive: true });
  const plugin = await linkPlugin(plugins);
  const env = {
    ...given,
    ...ofThisProcess(['PATH', ...(process.platform === 'win32' ? OF_WINDOWS : [])]),
    ...{ HOME: home, USERPROFILE: home, DOCKER_CONFIG: join(folder, 'docker') },
  };
  const inNamespaces = await namespaces(folder, cwd, [plugin, await programPath('docker')]);
  const limits = { env, inheritEnv: false, cwd };
  const probe = { ...limits, signal, timeoutMs: PROBE_TIMEOUT_MS, anyExitCode: true };
  usable ??= isUsable(runner, inNamespaces(['docker', 'compose', 'version']), probe);
  const works = await usable;
  signal.throwIfAborted();
  debug(
    works === true
      ? 'Compose runs in namespaces of its own'
      : `Compose runs without namespaces of its own: ${works}`,
  );
  const wrap = works === true ? inNamespaces : (argv: Argv) => argv;
  return {
    run: (args, rest) => runner.run(wrap(['docker', 'compose', ...args]), { ...rest, ...limits }),
    findings: settings.map((name) => ({
      level: 'warning',
      message: `env: ${name} is a setting of Compose or Docker, and is left out under \`policy: restricted\`.`,
      location: undefined,
    })),
  };
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

const dockerConfig = z
  .object({ cliPluginsExtraDirs: z.array(z.string()).optional() })
  .catch({ cliPluginsExtraDirs: undefined });

/** A plugin of the user's own, which docker would not find from an empty home (docker/cli cli-plugins/manager, getPluginDirs). */
async function linkPlugin(folder: string): Promise<string | undefined> {
  const own = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const text = await readFile(join(own, 'config.json'), 'utf8').catch(() => '{}');
  const { cliPluginsExtraDirs = [] } = dockerConfig.parse(parseJson(text));
  const name = process.platform === 'win32' ? 'docker-compose.exe' : 'docker-compose';
  for (const dir of [...cliPluginsExtraDirs, join(own, 'cli-plugins')]) {
    const path = await realpath(join(dir, name)).catch(() => undefined);
    if (path === undefined) continue;
    await symlink(path, join(folder, name));
    return path;
  }
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function programPath(program: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, program);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}

/**
 * Makes a root with the folders of programs and libraries, the private folder and the named files in it, and nothing else, and runs
 * the command there. Everything in it goes with the last process.
 */
const IN_NEW_ROOT = `set -eu
PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin
root=$1 folder=$2 cwd=$3 files=$4
shift 4
mount -t tmpfs -o mode=755 tmpfs "$root"
for at in /usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store; do
  if [ -L "$at" ]; then ln -s "$(readlink "$at")" "$root$at"
  elif [ -d "$at" ]; then mkdir -p "$root$at"; mount --rbind "$at" "$root$at"
  fi
done
bind() {
  if [ ! -e "$1" ] || [ -e "$root$1" ]; then return; fi
  mkdir -p "$root\${1%/*}"
  : >"$root$1"
  mount --bind "$1" "$root$1"
}
bind /dev/null
bind /etc/ld.so.cache
mkdir -p "$root/tmp" "$root$folder"
mount --bind "$folder" "$root$folder"
while [ "$files" -gt 0 ]; do bind "$1"; shift; files=$((files - 1)); done
exec chroot "$root" sh -c 'cd "$0"; exec "$@"' "$cwd" "$@"`;

/** Gives the command that runs one in namespaces; with what it needs beside the usual folders of programs. */
async function namespaces(
  folder: string,
  cwd: string,
  needed: readonly (string | undefined)[],
): Promise<(argv: Argv) => Argv> {
  const paths = needed.filter((path) => path !== undefined);
  const real = await Promise.all(paths.map((path) => realpath(path)));
  const files = [...new Set([...paths, ...real])];
  return (argv) => [
    ...(['unshare', '--user', '--map-root-user', '--mount', '--net', '--ipc'] as const),
    ...['sh', '-c', IN_NEW_ROOT, 'sh', join(folder, 'root'), folder, cwd],
    ...[String(files.length), ...files, ...argv],
  ];
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
    return exitCode === 0 || stderr.trim();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
