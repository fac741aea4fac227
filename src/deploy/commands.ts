import type { Argv } from '../exec/executor.ts';

export interface DeployFlags {
  readonly stack: string;
  readonly prune: boolean;
  /** `never` where images were loaded by hand: a registry could only name others by the same name. */
  readonly resolveImage: 'always' | 'changed' | 'never';
  /** Whether the folder has a docker config whose logins the services get. */
  readonly withRegistryAuth: boolean;
  /** Major version of the docker client on the manager; from 26 on it knows `--detach`, and says so where it is missing. */
  readonly clientMajor: number;
  /** Variables that the command must not find in its environment. */
  readonly without: readonly string[];
}

/** File name of the stack file in the folder that is sent. */
export const STACK_FILE = 'stack.yml';

/** Folder beside it with a docker config of its own. */
export const CONFIG_FOLDER = 'docker-config';

/** Empty last file of what is sent: tar takes an archive that was cut between two files for a whole one. */
export const WHOLE_FILE = '.swarm-up-whole';

/** `docker stack deploy`, to be run in the folder with the stack file. */
export function stackDeploy(flags: DeployFlags): Argv {
  return [
    'env',
    ...flags.without.flatMap((name) => ['-u', name]),
    'docker',
    ...(flags.withRegistryAuth ? [`--config=${CONFIG_FOLDER}`] : []),
    'stack',
    'deploy',
    `--compose-file=${STACK_FILE}`,
    ...(flags.prune ? ['--prune'] : []),
    `--resolve-image=${flags.resolveImage}`,
    ...(flags.withRegistryAuth ? ['--with-registry-auth'] : []),
    ...(flags.clientMajor >= 26 ? ['--detach=true'] : []),
    flags.stack,
  ];
}

/** Where files of a deployment lie: beside what else is temporary, or, for a docker that has a /tmp of its own (snap), in the home of the user. */
export type Place = 'temporary' | 'home';

/** Folder of one deployment. `mark` belongs to it alone. */
function folderOf(mark: string, place: Place): string {
  const base = place === 'home' ? `\${HOME:-/root}` : `\${TMPDIR:-/tmp}`;
  return `folder="${base}/swarm-up.${mark}"`;
}

/**
 * Unpacks the tar archive on standard input into a folder of its own, which only its owner can read, runs `argv` in it and removes it
 * whatever happens: also when the connection is cut. Of an archive without `WHOLE_FILE` nothing is run. `mark` names the folder: letters and digits that nobody can guess.
 */
export function inTemporaryFolder(mark: string, argv: Argv, place: Place = 'temporary'): Argv {
  const script = [
    'set -eu',
    folderOf(mark, place),
    'mkdir -m 700 "$folder"',
    `trap 'rm -rf "$folder"' EXIT`,
    `trap 'exit 129' HUP INT TERM`,
    'tar -x -f - -C "$folder"',
    'cd "$folder"',
    `[ -e ${WHOLE_FILE} ] || { echo "The files of the stack broke off on the way." >&2; exit 1; }`,
    '"$@"',
  ].join('\n');
  return ['sh', '-c', script, 'swarm-up', ...argv];
}

/** Ends when what runs in the folder has ended, after `seconds` at the latest. */
export function untilFolderGone(mark: string, seconds: number, place: Place = 'temporary'): Argv {
  const script = [
    folderOf(mark, place),
    'second=0',
    `while [ -e "$folder" ] && [ $second -lt ${seconds} ]; do sleep 1; second=$((second + 1)); done`,
  ].join('\n');
  return ['sh', '-c', script];
}

/** The last lines of one task, untruncated and without its name before each; from whichever node ran it. */
export function taskLogs(taskId: string, lines: number): Argv {
  return ['docker', 'service', 'logs', '--raw', '--tail', String(lines), taskId];
}

/** The last lines of each task of a service, each with its time, task and node. `sinceMs`: of which time until now; all where nothing is said. */
export function serviceLogs(
  service: string,
  { tail, sinceMs }: { readonly tail: number; readonly sinceMs?: number | undefined },
): Argv {
  const since = sinceMs === undefined ? [] : [`--since=${Math.ceil(sinceMs / 1_000)}s`];
  return ['docker', 'service', 'logs', '--timestamps', `--tail=${tail}`, ...since, service];
}

/** Prints the names of those of the volumes that the node has; fails where one is missing. */
export function existingVolumes(names: readonly string[]): Argv {
  return ['docker', 'volume', 'inspect', '--format', '{{.Name}}', '--', ...names];
}

/** Prints those of the volumes that there are, as JSON. */
export function inspectVolumes(names: readonly string[]): Argv {
  return ['docker', 'volume', 'inspect', '--', ...names];
}

/**
 * Prints the numbers, counted from 1, of those of the paths that are not there. What lies in a folder that this user may not enter is not
 * known to be missing.
 */
export function missingPaths(paths: readonly string[]): Argv {
  const script = [
    'number=0',
    'for path do',
    'number=$((number + 1))',
    '[ -e "$path" ] && continue',
    'folder=$path',
    'while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done',
    '[ -x "$folder" ] && echo $number',
    'done',
    'exit 0',
  ].join('\n');
  return ['sh', '-c', script, 'swarm-up', ...paths];
}

/** Prints the names of the emulators that the kernel starts programs of other processors with. */
export function listEmulators(): Argv {
  return ['ls', '/proc/sys/fs/binfmt_misc'];
}

/** Ends with exit code 0 where something accepts a connection there. */
export function askForConnection(address: string, port: number): Argv {
  const script =
    'command -v bash >/dev/null || exec nc -z -w 3 "$1" "$2"; exec bash -c \'exec 3<>"/dev/tcp/$1/$2"\' bash "$1" "$2"';
  return ['timeout', '5', 'sh', '-c', script, 'sh', address, String(port)];
}

/** What an engine runs on, as images say it: `linux/arm64`. */
export function enginePlatform(): Argv {
  return ['docker', 'version', '--format', '{{.Server.Os}}/{{.Server.Arch}}'];
}
