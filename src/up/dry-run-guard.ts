import { IN_NAMESPACES } from '../compose/policy/isolation.ts';
import { askDisk } from '../converge/diagnose/full-disks.ts';
import {
  existingVolumes,
  inspectVolumes,
  listEmulators,
  missingPaths,
} from '../deploy/node-questions.ts';
import { DIAL } from '../engine/api.ts';
import {
  AWAIT_SOCKET,
  CHOSEN_ENGINE,
  HIDDEN_ENGINE,
  INFO,
  PATH_OF_DOCKER,
} from '../engine/enter.ts';
import type { Argv } from '../exec/argv.ts';
import {
  type Guard,
  type ReadForm,
  type Reads,
  readForm,
  readOnlyExecutor,
} from '../exec/read-only-executor.ts';
import { LIST_ADDRESSES } from '../machines/addresses.ts';
import { INCOMING_ADDRESS } from '../machines/advertised.ts';
import * as docker from '../machines/docker/commands.ts';
import { insideContainer } from '../machines/docker/inside.ts';
import { serviceLogs, taskLogs } from '../stack/log-commands.ts';
import { hasIpvs } from '../swarm/commands.ts';

/** Words that are no option of the program, such as names and ids. */
const NAMES = /^[^-]/;

/**
 * All that a dry run runs. What is missing here is refused, so a new command of a dry run has to be
 * written down.
 */
const COMMANDS: readonly ReadForm[] = [
  readForm(INFO),
  readForm(docker.engineVersion()),
  readForm(['docker', 'ps', '--all', '--quiet', '--no-trunc'], /^--filter=/),
  readForm(docker.inspectContainers([]), NAMES),
  readForm(['docker', 'image', 'inspect'], NAMES),
  readForm(existingVolumes([]), /^/),
  readForm(inspectVolumes([]), /^/),
  isTaskLogs,
  isServiceLogs,
  readForm(hasIpvs()),
  isComposeQuestion,
  isCredentialQuestion,
  readForm(listEmulators()),
  // Scripts are known by all of their text.
  readForm(AWAIT_SOCKET),
  readForm(HIDDEN_ENGINE),
  readForm(PATH_OF_DOCKER),
  readForm(CHOSEN_ENGINE),
  readForm(INCOMING_ADDRESS),
  readForm(LIST_ADDRESSES),
  readForm(missingPaths([]), /^/),
  isAskedDisk,
];

const READS: Reads = {
  commands: [isIsolatedCompose, isInsideContainer(isCommand), isCommand],
  engineStreams: [isStream, isInsideContainer(isStream)],
};

/** What everything of a dry run goes through: nothing but what is known to only read. */
export const dryRunGuard: Guard = (executor) => readOnlyExecutor(executor, READS);

function isCommand(argv: Argv): boolean {
  const command = withoutSudo(argv);
  return COMMANDS.some((isRead) => isRead(command));
}

function isStream(argv: Argv): boolean {
  return readForm(DIAL)(withoutSudo(argv));
}

/** A user who is in no group may need it, for docker and for nothing else. */
function withoutSudo(argv: Argv): Argv {
  const [sudo, option, program, ...rest] = argv;
  const isDocker = program === 'docker' || /^\/\S*\/docker$/.test(program ?? '');
  return sudo === 'sudo' && option === '-n' && isDocker ? ['docker', ...rest] : argv;
}

/** Compose in namespaces of its own; that it can be run there is tried first. */
function isIsolatedCompose(argv: Argv): boolean {
  const at = argv.indexOf('--');
  const [program, ...rest] = argv.slice(at + 1);
  if (at < IN_NAMESPACES.length || program === undefined) return false;
  const isTrial = readForm(['test', '-x'], /^[^-]/);
  return (
    readForm(IN_NAMESPACES, /^/)(argv) &&
    (isComposeQuestion([program, ...rest]) || isTrial([program, ...rest]))
  );
}

const OF_COMPOSE = ['-f', '--profile', '--project-name', '--project-directory'];

/** Compose as a program by itself, found by its name or by its path. */
const COMPOSE_PROGRAM = /^(?:.*[\\/])?docker-compose(?:\.exe)?$/;

/**
 * `docker compose config` to its standard output, and its version; with other options it writes
 * files.
 */
function isComposeQuestion(argv: Argv): boolean {
  const [docker, compose] = argv;
  const isPlugin = docker === 'docker' && compose === 'compose';
  if (!isPlugin && !COMPOSE_PROGRAM.test(docker)) return false;
  let at = isPlugin ? 2 : 1;
  while (OF_COMPOSE.includes(argv[at] ?? '')) at += 2;
  const action = argv.slice(at).join(' ');
  return action === 'config --format json' || action === 'version --short';
}

/** Of one folder. */
function isAskedDisk(argv: Argv): boolean {
  return argv.length === askDisk('').length && readForm(askDisk(argv.at(-1) ?? ''))(argv);
}

/** The last lines of one task. With `--follow` it would never end. */
function isTaskLogs(argv: Argv): boolean {
  const task = argv.at(-1) ?? '';
  return /^[a-z0-9]+$/.test(task) && readForm(taskLogs(task, Number(argv[5])))(argv);
}

function isServiceLogs(argv: Argv): boolean {
  const service = argv.at(-1) ?? '';
  const [tail, sinceMs] = ['tail=(\\d+)', 'since=(\\d+)s'].map((option) => {
    const found = argv.flatMap((word) => new RegExp(`^--${option}$`).exec(word)?.[1] ?? [])[0];
    return found === undefined ? undefined : Number(found);
  });
  if (tail === undefined || !/^[\w.-]+$/.test(service) || service.startsWith('-')) return false;
  return readForm(serviceLogs(service, { tail, sinceMs: sinceMs && sinceMs * 1_000 }))(argv);
}

/** The protocol of credential helpers: `get` reads, `store` and `erase` write. */
function isCredentialQuestion([program, action, ...rest]: Argv): boolean {
  return /^docker-credential-[\w.-]+$/.test(program) && action === 'get' && rest.length === 0;
}

/** A command in a container of ours that would be allowed outside of it. */
function isInsideContainer(isRead: ReadForm): ReadForm {
  return (argv) => {
    const name = argv[3] ?? '';
    const [program, ...rest] = argv.slice(4);
    if (program === undefined || !/^[a-z0-9][a-z0-9-]*$/.test(name)) return false;
    return readForm(insideContainer(name, [program, ...rest]))(argv) && isRead([program, ...rest]);
  };
}
