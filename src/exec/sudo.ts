import type { Argv, Executor } from './executor.ts';

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
 * The same executor, which runs `docker` as root: by `sudo -n`. What is not docker runs as it did before. sudo stands right before
 * `docker`, also behind `env` and inside `sh -c 'script' name docker …`, so that the right to run docker is all that it takes.
 */
export function withSudo<E extends Executor>(executor: E): E {
  return {
    ...executor,
    run: (argv, options) => executor.run(sudoDocker(argv), options),
    open: (argv) => executor.open(sudoDocker(argv)),
  };
}

/** The command line with `sudo -n` before its `docker`; unchanged where there is none. */
export function sudoDocker(argv: Argv): Argv {
  const at = dockerAt(argv, 0);
  if (at === undefined) return argv;
  const [program, ...rest] = [...argv.slice(0, at), ...SUDO, ...argv.slice(at)];
  return [program ?? 'docker', ...rest];
}

/** Where sudo has to stand, if the command that begins at `start` is docker in the end. */
function dockerAt(argv: Argv, start: number): number | undefined {
  const program = argv[start];
  if (program === 'docker') return start;
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
  const docker = dockerAt(argv, at);
  // sudo takes no variable over from outside, so `env` must set it on the inside.
  return docker !== undefined && assigns ? start : docker;
}

/**
 * Recognises what `sudo -n` says as it refuses, both sudo and sudo-rs, in English (`LC_ALL=C`). Undefined where it was not sudo that
 * failed. `user` is who called it.
 */
export function sudoProblem(stderr: string, user: string): SudoProblem | undefined {
  const reason = REASONS.find(([words]) => words.test(stderr))?.[1];
  if (reason === undefined) return undefined;
  return { reason: reason.replace('USER', user), remedy: remedy(stderr, user) };
}

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

function remedy(stderr: string, user: string): string {
  const group = `Put ${user} into the docker group, as root on the host:\n  usermod -aG docker ${user}`;
  if (!/^[a-z_][a-z0-9_.-]*\$?$/i.test(user) || /not found|No such file/.test(stderr)) return group;
  const lines = [`${user} ALL=(root) NOPASSWD: /usr/bin/docker`];
  if (/must have a tty/.test(stderr)) lines.unshift(`Defaults:${user} !requiretty`);
  const file = '/etc/sudoers.d/swarm-up';
  const write = `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${file} && chmod 440 ${file} && visudo -c`;
  return `${group}\nOr let sudo run docker without a password:\n  ${write}`;
}
