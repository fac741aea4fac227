import * as z from 'zod';
import { systemClock } from '../clock.ts';
import { ActionError } from '../errors.ts';
import type { EngineApi } from '../exec/engine-api.ts';
import type { Argv, Executor, RunResult } from '../exec/executor.ts';
import { sudoProblem, withSudo } from '../exec/sudo.ts';
import { UnreachableError } from '../exec/unreachable.ts';

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
    /** The managers that a node knows, with the addresses and ports at which they answer other nodes. */
    RemoteManagers: z.array(z.object({ NodeID: z.string(), Addr: z.string() })).nullish(),
    /** Told by managers. */
    Cluster: z.object({ DataPathPort: z.number().optional() }).nullish(),
  }),
});

export type EngineInfo = z.infer<typeof engineInfo>;

/** Asks an engine about itself, as who may use docker there. */
export const INFO: Argv = ['docker', 'info', '--format', '{{json .}}'];
const RETRY_MS = 50;
/**
 * Waits a second at most for a dockerd that is being started. It makes its socket first and serves it when it is ready, so the next `docker info`
 * gets its answer; to ask again and again instead costs what little CPU a small machine needs for the start itself.
 */
export const AWAIT_SOCKET: Argv = [
  'sh',
  '-c',
  'tries=0; until [ -S /var/run/docker.sock ] || [ "$tries" -ge 20 ]; do sleep 0.05; tries=$((tries + 1)); done',
];
/** Since 20.10 the stack schema and the answers that are read have the form that is known here. */
const LEAST = [20, 10] as const;

/** An engine that answers, and the executor whose `docker` may talk to it. */
export interface Entered<E extends Executor> {
  readonly executor: E;
  readonly engine: EngineInfo;
}

/**
 * Waits until a machine's dockerd answers, and finds out whether `docker` takes `sudo -n` there.
 * Throws `ActionError` at once where docker is missing and not to be installed, too old or not to be had for this user; after `timeoutMs` with the last answer.
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
    if (install && executor === direct && isMissing(result)) {
      await install(direct);
      install = undefined;
      until = systemClock.now() + options.timeoutMs;
      continue;
    }
    refuseHopeless(result, executor.where, user, executor !== direct);
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

/** How an engine that was entered before stands to its swarm now. Rejects as `EngineApi.get` does. */
export async function readSwarmState(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<EngineInfo['Swarm']> {
  const options = { signal, ...(timeoutMs !== undefined && { timeoutMs }) };
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

/** An engine that runs where there seems to be no docker: to install another beside it would harm both. */
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

function refuseHopeless(result: RunResult, where: string, user: string, isElevated: boolean): void {
  const { stderr } = result;
  if (isElevated) {
    const problem = sudoProblem(stderr, user);
    if (!problem) return;
    throw new ActionError(`${user} may not use docker on ${where}: ${problem.reason}.`, {
      details: stderr,
      hint: problem.remedy,
    });
  }
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
