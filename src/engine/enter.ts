import * as z from 'zod';
import { systemClock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { UnreachableError } from '../base/unreachable.ts';
import type { Argv } from '../exec/argv.ts';
import type { Executor, RunResult } from '../exec/executor.ts';
import { isUnknownToSudo, sudoProblem, withSudo } from '../exec/sudo.ts';
import type { EngineApi } from './api.ts';

/** What `docker info` says, as far as it is read. */
const engineInfo = z.object({
  ServerVersion: z.string(),
  /** The docker client on the machine; `docker info` names it from 24 on. */
  ClientInfo: z.object({ Version: z.string().optional() }).nullish(),
  OSType: z.string().optional().default('linux'),
  Architecture: z.string(),
  Swarm: z.object({
    NodeID: z.string().optional().default(''),
    /** Where the other nodes reach it. */
    NodeAddr: z.string().optional().default(''),
    /** Empty in the first moments of a dockerd, when it answers and does not know yet. */
    LocalNodeState: z.enum(['', 'inactive', 'pending', 'active', 'error', 'locked']),
    ControlAvailable: z.boolean().optional().default(false),
    /**
     * The managers that a node knows, with the addresses and ports at which they answer other
     * nodes.
     */
    RemoteManagers: z.array(z.object({ NodeID: z.string(), Addr: z.string() })).nullish(),
    /** Told by managers. */
    Cluster: z.object({ DataPathPort: z.number().optional() }).nullish(),
  }),
});

export type EngineInfo = z.infer<typeof engineInfo>;

/** Asks an engine about itself, as who may use docker there. */
export const INFO: Argv = ['docker', 'info', '--format', '{{json .}}'];
const RETRY_MS = 50;
/** Words of a client that got no answer from the engine that it asks. */
const NOT_THERE =
  /cannot connect to the docker daemon|error during connect|failed to connect to the docker API|dial (tcp|unix)/i;
/**
 * Waits a second at most for a dockerd that is being started. It makes its socket first and serves
 * it when it is ready, so the next `docker info` gets its answer; to ask again and again instead
 * costs what little CPU a small machine needs for the start itself.
 */
export const AWAIT_SOCKET: Argv = [
  'sh',
  '-c',
  'tries=0; until [ -S /var/run/docker.sock ] || [ "$tries" -ge 20 ]; do sleep 0.05; tries=$((tries + 1)); done',
];
/** Since 20.10 the stack schema and the answers that are read have the form that is known here. */
const LEAST = [20, 10] as const;

/** Prints where docker lies. */
export const PATH_OF_DOCKER: Argv = ['sh', '-c', 'command -v docker'];
/** Prints, a line each, what may have chosen another engine for the client than the usual one. */
export const CHOSEN_ENGINE: Argv = [
  'sh',
  '-c',
  'echo "$DOCKER_HOST"; echo "$DOCKER_CONTEXT"; docker context ls --format "{{if .Current}}{{.Name}}{{end}}" 2>/dev/null | tr -d "\\n"',
];

/** An engine that answers, and the executor whose `docker` may talk to it. */
export interface Entered<E extends Executor> {
  readonly executor: E;
  readonly engine: EngineInfo;
}

/**
 * Waits until a machine's dockerd answers, and finds out whether `docker` takes `sudo -n` there.
 * Throws `ActionError` at once where docker is missing and not to be installed, too old or not to
 * be had for this user; after `timeoutMs` with the last answer.
 */
export async function enterEngine<E extends Executor>(
  direct: E,
  user: string,
  options: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    /** Called where there is no docker; without it, that is refused. */
    readonly install?: ((executor: Executor) => Promise<void>) | undefined;
  },
): Promise<Entered<E>> {
  let until = systemClock.now() + options.timeoutMs;
  let executor = direct;
  let { install } = options;
  let isPathTried = false;
  let isChoiceAsked = false;
  for (;;) {
    const result = await executor.run(INFO, {
      anyExitCode: true,
      repeatable: true,
      signal: options.signal,
      timeoutMs: Math.max(1_000, until - systemClock.now()),
    });
    const engine = result.exitCode === 0 ? parseEngine(result, executor.where) : undefined;
    if (engine?.Swarm.LocalNodeState) {
      refuseOld(engine, executor.where);
      return { executor, engine };
    }
    if (executor === direct && /permission denied/i.test(result.stderr)) {
      executor = withSudo(direct);
      continue;
    }
    if (executor === direct && isMissing(result))
      await refuseHidden(direct, result, options.signal);
    if (executor !== direct && !isPathTried && isOfSudo(result, user)) {
      isPathTried = true;
      executor = withSudo(direct, await pathOfDocker(direct, options.signal));
      continue;
    }
    if (executor === direct && !isChoiceAsked && NOT_THERE.test(result.stderr)) {
      isChoiceAsked = true;
      await refuseElsewhere(direct, result, options.signal);
    }
    if (install && executor === direct && isMissing(result)) {
      await install(direct);
      install = undefined;
      until = systemClock.now() + options.timeoutMs;
      continue;
    }
    if (executor === direct) refuseMissing(result, executor.where);
    else await refuseSudo(direct, result, user, options.signal);
    if (systemClock.now() > until) throw silent(executor.where, result);
    if (/cannot connect to the docker daemon/i.test(result.stderr)) {
      await direct.run(AWAIT_SOCKET, {
        anyExitCode: true,
        repeatable: true,
        signal: options.signal,
      });
    }
    await systemClock.sleep(RETRY_MS, options.signal);
  }
}

/** Asks an engine that has answered before. Rejects as the executor does. */
export async function readEngine(executor: Executor, signal: AbortSignal): Promise<EngineInfo> {
  return parseEngine(await executor.run(INFO, { signal, repeatable: true }), executor.where);
}

/**
 * How an engine that was entered before stands to its swarm now. Rejects as `EngineApi.get` does.
 */
export async function readSwarmState(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<EngineInfo['Swarm']> {
  const options = { signal, timeoutMs };
  return (await api.get('/info', {}, engineInfo, options)).Swarm;
}

function parseEngine({ stdout, stderr }: RunResult, where: string): EngineInfo {
  try {
    return engineInfo.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new ActionError(`docker on ${where} is not Docker Engine.`, {
      details: stderr || stdout.slice(0, 1_000),
      hint: 'Another program has its name (podman-docker, for example). Remove it, and install Docker Engine: https://docs.docker.com/engine/install/',
      cause,
    });
  }
}

/** Prints what tells of an engine whose client is in no folder of the PATH. */
export const HIDDEN_ENGINE: Argv = [
  'sh',
  '-c',
  '[ -S /var/run/docker.sock ] && echo "socket /var/run/docker.sock"; pgrep -x dockerd >/dev/null 2>&1 && echo "process dockerd"; true',
];

/**
 * An engine that runs where there seems to be no docker: to install another beside it would harm
 * both.
 */
async function refuseHidden(
  executor: Executor,
  { stderr }: RunResult,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = await executor.run(HIDDEN_ENGINE, { repeatable: true, signal });
  if (stdout.trim() === '') return;
  throw new ActionError(
    `docker on ${executor.where} is in no folder where commands over SSH are looked for, though an engine runs there.`,
    {
      details: `${stderr.trim()}\nfound: ${stdout.trim().replaceAll('\n', ', ')}`,
      hint: 'Link the client to such a folder, as root on that host: ln -s <path of docker> /usr/local/bin/docker',
    },
  );
}

function refuseOld({ ServerVersion }: EngineInfo, where: string): void {
  const [major = 0, minor = 0] = ServerVersion.split('.').map((part) => Number.parseInt(part, 10));
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new ActionError(
    `Docker Engine on ${where} is ${ServerVersion}; ${LEAST.join('.')} or newer is needed.`,
    { hint: 'Upgrade it: https://docs.docker.com/engine/install/' },
  );
}

function isMissing({ exitCode, stderr }: RunResult): boolean {
  return exitCode === 127 || /docker: (command )?not found/.test(stderr);
}

/** Where docker lies, as a right of sudo has to name it. */
async function pathOfDocker(executor: Executor, signal: AbortSignal): Promise<string> {
  const { stdout } = await executor.run(PATH_OF_DOCKER, {
    ...{ anyExitCode: true, repeatable: true, signal },
  });
  const path = stdout.trim();
  return path.startsWith('/') ? path : '/usr/bin/docker';
}

/**
 * A right that names a path does not hold for a name that sudo, whose PATH is its own, does not
 * find: then too it asks for a password.
 */
function isOfSudo({ exitCode, stderr }: RunResult, user: string): boolean {
  return exitCode !== 0 && (isUnknownToSudo(stderr) || sudoProblem(stderr, user) !== undefined);
}

async function refuseSudo(
  direct: Executor,
  { exitCode, stderr }: RunResult,
  user: string,
  signal: AbortSignal,
): Promise<void> {
  if (exitCode === 0 || !sudoProblem(stderr, user)) return;
  const problem = sudoProblem(stderr, user, await pathOfDocker(direct, signal));
  throw new ActionError(`${user} may not use docker on ${direct.where}: ${problem?.reason}.`, {
    details: stderr,
    hint: problem?.remedy ?? '',
  });
}

/**
 * A client that asks another engine than the host's own, because of a variable or a context, would
 * ask it in vain for as long as it may.
 */
async function refuseElsewhere(
  executor: Executor,
  { stderr }: RunResult,
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = await executor.run(CHOSEN_ENGINE, {
    ...{ anyExitCode: true, repeatable: true, signal },
  });
  const [host = '', named = '', context = ''] = stdout.split('\n').map((line) => line.trim());
  const chosen = host
    ? `the variable DOCKER_HOST (${host})`
    : named
      ? `the variable DOCKER_CONTEXT (${named})`
      : context && context !== 'default' && `the docker context ${context}`;
  const isUsual = host === 'unix:///var/run/docker.sock' || host === 'unix:///run/docker.sock';
  if (!chosen || isUsual) return;
  throw new ActionError(
    `docker on ${executor.where} asks an engine that does not answer, which ${chosen} has chosen.`,
    {
      details: stderr,
      hint: host
        ? 'Start that engine, or take the variable from what commands over SSH get. It comes from SetEnv in sshd_config, ~/.ssh/environment, or start files such as ~/.bashrc.'
        : `Start that engine, or choose the host's own, as the user of the step: docker context use default${named ? ' (and unset DOCKER_CONTEXT)' : ''}`,
    },
  );
}

function refuseMissing(result: RunResult, where: string): void {
  const { stderr } = result;
  if (isMissing(result)) {
    throw new ActionError(`There is no docker on ${where}.`, {
      details: stderr,
      hint: 'Install Docker Engine there (https://docs.docker.com/engine/install/): on Debian and Ubuntu, apt-get install docker.io. Or let this step do it: `driver-options: "install-engine: true"`',
    });
  }
}

function silent(where: string, { stdout, stderr }: RunResult): UnreachableError {
  return new UnreachableError(`dockerd on ${where} did not answer in time.`, {
    details: stderr || stdout,
    hint: 'Its log says why: journalctl -u docker on a host, docker logs <machine> for a container of the docker driver.',
  });
}
