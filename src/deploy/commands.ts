import type { Argv } from '../exec/argv.ts';

export interface DeployFlags {
  readonly stack: string;
  readonly prune: boolean;
  /**
   * `never` where images were loaded by hand: a registry could only name others by the same name.
   */
  readonly resolveImage: 'always' | 'changed' | 'never';
  /** Whether the folder has a docker config whose logins the services get. */
  readonly withRegistryAuth: boolean;
  /**
   * Major version of the docker client on the manager; from 26 on it knows `--detach`, and says so
   * where it is missing.
   */
  readonly clientMajor: number;
  /** Variables that the command must not find in its environment. */
  readonly without: readonly string[];
}

/** File name of the stack file in the folder that is sent. */
export const STACK_FILE = 'stack.yml';

/** Folder beside it with a docker config of its own. */
export const CONFIG_FOLDER = 'docker-config';

/**
 * Empty last file of what is sent: tar takes an archive that was cut between two files for a whole
 * one.
 */
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

/**
 * Where files of a deployment lie: beside what else is temporary, or, for a docker that has a /tmp
 * of its own (snap), in the home of the user.
 */
export type Place = 'temporary' | 'home';

/** Folder of one deployment. `mark` belongs to it alone. */
function folderOf(mark: string, place: Place): string {
  const base = place === 'home' ? `\${HOME:-/root}` : `\${TMPDIR:-/tmp}`;
  return `folder="${base}/swarm-up.${mark}"`;
}

/**
 * Unpacks the tar archive on standard input into a folder of its own, which only its owner can
 * read, runs `argv` in it and removes it whatever happens: also when the connection is cut. Of an
 * archive without `WHOLE_FILE` nothing is run. `mark` names the folder: letters and digits that
 * nobody can guess.
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
