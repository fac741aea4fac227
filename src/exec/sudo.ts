import type { Argv } from './argv.ts';
import type { Executor } from './executor.ts';

/** Why sudo refused, and what to do about it. */
export interface SudoProblem {
  readonly reason: string;
  /** Whole sentences with commands to paste. */
  readonly remedy: string;
}

/** `-n`: sudo asks nothing, and fails where it would have to. */
const SUDO = ['sudo', '-n'] as const;

/** Options of env that take the next word with them. */
const WITH_ARGUMENT = ['-u', '-C', '-S'];

/**
 * The same executor, which runs `docker` as root: by `sudo -n`. What is not docker runs as it did
 * before. sudo stands right before `docker`, also behind `env` and inside `sh -c 'script' name
 * docker …`, so that the right to run docker is all that it takes. `path` is where docker lies, if
 * sudo, which has a PATH of its own (`secure_path`), does not find it.
 */
export function withSudo<E extends Executor>(executor: E, path = 'docker'): E {
  const asRun = (argv: Argv): Argv => sudoDocker(argv, path);
  return {
    ...{ ...executor, asRun },
    run: (argv, options) => executor.run(asRun(argv), options),
    open: (argv) => executor.open(asRun(argv)),
  };
}

/** The command line with `sudo -n` before its `docker`; unchanged where there is none. */
export function sudoDocker(argv: Argv, path = 'docker'): Argv {
  const found = dockerAt(argv, 0);
  if (found === undefined) return argv;
  const { sudo, docker } = found;
  const [program, ...rest] = [
    ...argv.slice(0, sudo),
    ...SUDO,
    ...argv.slice(sudo, docker),
    path,
    ...argv.slice(docker + 1),
  ];
  return [program ?? path, ...rest];
}

/**
 * Where docker stands, and where sudo has to, if the command that begins at `start` is docker in
 * the end.
 */
function dockerAt(
  argv: Argv,
  start: number,
): { readonly sudo: number; readonly docker: number } | undefined {
  const program = argv[start];
  if (program === 'docker') return { sudo: start, docker: start };
  if (program === 'sh' && argv[start + 1] === '-c') return dockerAt(argv, start + 4);
  if (program !== 'env') return undefined;
  let at = start + 1;
  let assigns = false;
  for (let word = argv[at]; word !== undefined; word = argv[at]) {
    const assignment = /^[A-Za-z_]\w*=/.test(word);
    if (!assignment && !word.startsWith('-')) break;
    assigns ||= assignment;
    at += WITH_ARGUMENT.includes(word) ? 2 : 1;
  }
  const found = dockerAt(argv, at);
  // sudo takes no variable over from outside, so `env` must set it on the inside.
  return found && assigns ? { ...found, sudo: start } : found;
}

/**
 * Recognises what `sudo -n` says as it refuses, both sudo and sudo-rs, in English (`LC_ALL=C`).
 * Undefined where it was not sudo that failed. `user` is who called it, `docker` the path that the
 * right has to name.
 */
export function sudoProblem(
  stderr: string,
  user: string,
  docker = '/usr/bin/docker',
): SudoProblem | undefined {
  const known = REASONS.find(([words]) => words.test(stderr))?.[1];
  const other = stderr.split('\n').find((line) => /^sudo: /.test(line) && !HARMLESS.test(line));
  const reason = known ?? (other && `${other.replace('sudo: ', 'sudo says: ').replace(/\.$/, '')}`);
  if (reason === undefined) return undefined;
  return { reason: reason.replace('USER', user), remedy: remedy(stderr, user, docker) };
}

/** sudo did its work, and does not find what it should run in the folders of its own PATH. */
export function isUnknownToSudo(stderr: string): boolean {
  return /sudo: (env|docker): command not found/.test(stderr);
}

/** What sudo says and goes on. */
const HARMLESS = /unable to resolve host|command not found|unable to (send|open) .*(audit|mail)/;

const NO_TTY = /a terminal is required|no tty present|must have a tty/;

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/must have a tty to run sudo/, 'sudo on the host wants a terminal (requiretty)'],
  [
    /a password is required|interactive authentication is required/,
    'sudo asks USER for a password',
  ],
  [NO_TTY, 'sudo asks USER for a password, and there is no terminal to ask at'],
  [/is not in the sudoers file|I'm afraid I can't do that/, 'USER may not use sudo'],
  [/is not allowed to (execute|run)|may not run sudo/, 'USER may not run docker by sudo'],
  [
    /"no new privileges" flag is set/,
    'sudo cannot work there: the "no new privileges" flag is set',
  ],
  [
    /sudo: (command )?not found|(Unknown command|No such file or directory).*sudo|sudo.*: No such file or directory/,
    'there is no sudo on the host',
  ],
];

function remedy(stderr: string, user: string, docker: string): string {
  const group = `Put ${user} into the docker group, as root on the host:\n  usermod -aG docker ${user}`;
  if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(user) || /not found|No such file/.test(stderr)) return group;
  const lines = [`${user} ALL=(root) NOPASSWD: ${docker}`];
  if (/must have a tty/.test(stderr)) lines.unshift(`Defaults:${user} !requiretty`);
  const file = '/etc/sudoers.d/swarm-up';
  const write = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file} && chmod 440 ${file} && visudo -c`;
  return `${group}\nOr let sudo run docker without a password:\n  ${write}`;
}
