import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor, RunResult } from '../exec/executor.ts';
import { sudoProblem } from '../exec/sudo.ts';
import { INSTALL_SCRIPT } from './install-script.ts';

/**
 * Where Docker Engine is installed from, and from nowhere else: the repositories of the
 * distribution, or Docker's own.
 */
export const ENGINE_SOURCES = ['distribution', 'docker'] as const;
export type EngineSource = (typeof ENGINE_SOURCES)[number];
/**
 * Whether it is installed where there is none; `true` takes the distribution's, and Docker's where
 * there is no other way.
 */
export type EngineInstallation = boolean | EngineSource;

/**
 * In ms. A host that boots holds the locks of its package manager for minutes, and a mirror may be
 * slow.
 */
const INSTALL_TIMEOUT_MS = 600_000;
const SHOWN_LINES = 20;

/**
 * Installs Docker Engine on a machine that has none, as root or by `sudo -n`, starts it, and tells
 * the log what was done there. Throws `ActionError` where the user may not, where `source` has none
 * for this machine, or with the package manager's own words.
 */
export async function installEngine(
  executor: Executor,
  user: string,
  {
    source,
    log,
    signal,
  }: {
    /** Either, the distribution's first, where nothing is said. */
    readonly source?: EngineSource | undefined;
    readonly log: DriverLog;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { where } = executor;
  const { stdout: uid } = await executor.run(['id', '-u'], { signal });
  log.info(`${where}  has no docker; it is installed now`);
  const result = await executor.run(installCommand(uid.trim() === '0', source), {
    anyExitCode: true,
    timeoutMs: INSTALL_TIMEOUT_MS,
    signal,
  });
  for (const done of whatWasDone(result.stdout)) log.info(`${where}  ${done}`);
  if (result.exitCode !== 0) throw notInstalled(where, user, source, result);
}

/** A machine has no Docker Engine, and what a dry run is for would install it. */
export class EngineToInstall extends ActionError {
  readonly machine: string;
  readonly source: EngineInstallation;

  constructor(machine: string, source: EngineInstallation) {
    super(`There is no docker on ${machine}, and a dry run installs nothing.`);
    this.machine = machine;
    this.source = source;
  }
}

/** In place of `installEngine` in a dry run. */
export async function refuseWithoutEngine(
  machine: string,
  source: EngineInstallation,
): Promise<never> {
  throw new EngineToInstall(machine, source);
}

/** The command that installs, for root or for a user with sudo. */
function installCommand(isRoot: boolean, source: EngineSource | undefined): Argv {
  const script = ['sh', '-c', INSTALL_SCRIPT, ...(source ? ['sh', source] : [])] as const;
  return isRoot ? script : ['sudo', '-n', ...script];
}

function whatWasDone(stdout: string): string[] {
  return stdout.split('\n').flatMap((line) => (line.startsWith('did ') ? line.slice(4) : []));
}

function notInstalled(
  where: string,
  user: string,
  source: EngineSource | undefined,
  { stdout, stderr }: RunResult,
): ActionError {
  const lastWords = stderr.trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
  const refusal = stdout.startsWith('began') ? undefined : sudoProblem(stderr, user);
  if (refusal) {
    return new ActionError(
      `${user} may not install Docker Engine on ${where}: ${refusal.reason}.`,
      {
        details: lastWords,
        hint: `Log in as root, let ${user} use sudo without a password, or install it there yourself: https://docs.docker.com/engine/install/`,
      },
    );
  }
  return new ActionError(`Docker Engine could not be installed on ${where}.`, {
    details: lastWords,
    hint: `Put right what the package manager says, or install it there yourself (https://docs.docker.com/engine/install/), then run again.${source ? ` Nothing but \`${source}\` was tried, as \`driver-options\` say.` : ''}`,
  });
}
