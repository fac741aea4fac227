import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { ActionError, describeError } from '../base/errors.ts';
import { limit } from '../base/time-limit.ts';
import { unwritable } from '../base/unwritable.ts';
import { CommandError, type Executor, ownWords } from '../exec/executor.ts';
import { endAgent } from './agent.ts';
import { type ProcessId, startInBackground } from './background.ts';
import { type LocalEnd, localEnd } from './local-end.ts';
import { endOwn, readRecord, removeSocketFolder } from './own.ts';
import { isNotOpened, refusal, tunnelEnded } from './refusal.ts';
import { checkRemoteSocket, findingCommand, type Place, tunnelCommand } from './tunnel-commands.ts';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const POLL_MS = 30;
/** For the node's answer to the question why it does not work, in ms. */
const FINDING_MS = 20_000;

export interface DockerHostOptions extends Place {
  /** As given to `writeSshConfig`. */
  readonly folder: string;
  /** Path of the engine's socket on the node. */
  readonly remoteSocket?: string | undefined;
  readonly runner: Executor;
  readonly signal: AbortSignal;
  /** Until the engine answers, in ms. */
  readonly timeoutMs: number;
}

export interface OpenDockerHost extends ProcessId {
  /** For DOCKER_HOST: `unix://…`, on Windows `tcp://127.0.0.1:…`. */
  readonly dockerHost: string;
}

const LOG = 'tunnel.log';
const RECORD = 'tunnel.json';
const WHAT = 'the tunnel';

/**
 * What another process must know to end the tunnel. It lies in the folder, so the folder is all
 * that has to be remembered.
 */
const record = z.object({
  process: z.object({ pid: z.number().int().min(2), started: z.string() }).optional(),
  socketFolder: z.string().optional(),
});

/**
 * Forwards a private socket (on Windows a loopback port) to the engine of a node, by an `ssh` in
 * the background that outlives this process, and resolves as soon as the plain `docker` client
 * reaches the engine through it. `closeDockerHost` ends it. Rejects with `ActionError` (ssh's own
 * words; no right to the socket; forwarding refused; out of time) or with the signal's reason;
 * nothing runs then.
 */
export async function openDockerHost(options: DockerHostOptions): Promise<OpenDockerHost> {
  const { folder, node, signal, timeoutMs } = options;
  const remoteSocket = options.remoteSocket ?? DEFAULT_SOCKET;
  const log = (): string => logOf(folder);
  checkRemoteSocket(remoteSocket);
  using bounds = limit([signal], timeoutMs, () => {
    const seconds = timeoutMs / 1000;
    return new ActionError(`The engine of ${node} did not answer through SSH within ${seconds} s`, {
      details: log(),
    });
  });
  bounds.signal.throwIfAborted();
  try {
    const local = await localEnd(folder);
    await remember(folder, { socketFolder: local.socketFolder });
    const { ended, ...id } = await startInBackground(
      tunnelCommand(options, local.forward, remoteSocket),
      join(folder, LOG),
    );
    await remember(folder, { socketFolder: local.socketFolder, process: id });
    void ended.then((how) => bounds.stop(tunnelEnded(node, how, log())));
    await listening(local, bounds.signal);
    await answering(options, local, remoteSocket, bounds.signal);
    return { dockerHost: local.dockerHost, ...id };
  } catch (error) {
    await endTunnel(folder);
    throw isOfFile(error) ? unwritable('RUNNER_TEMP', folder, error) : error;
  }
}

function isOfFile(error: unknown): boolean {
  return ['open', 'write'].includes(String((Object(error) as NodeJS.ErrnoException).syscall));
}

/**
 * Ends the tunnel and the agent, if there are any, and removes the folder with the keys. Called
 * twice it does nothing.
 */
export async function closeDockerHost(folder: string): Promise<void> {
  try {
    await endTunnel(folder);
  } finally {
    try {
      await endAgent(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function remember(folder: string, value: z.infer<typeof record>): Promise<void> {
  await writeFile(join(folder, RECORD), JSON.stringify(value), { mode: 0o600 });
}

async function endTunnel(folder: string): Promise<void> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const path = join(folder, RECORD);
  const { process, socketFolder } = readRecord(WHAT, path, text, record.parse);
  try {
    if (process) await endOwn(WHAT, process, isTunnelOf(folder));
  } finally {
    if (socketFolder === undefined) await rm(join(folder, 'docker.sock'), { force: true });
    else await removeSocketFolder(WHAT, socketFolder);
  }
}

/** The `ssh` that was started with the config of this folder. */
function isTunnelOf(folder: string) {
  const config = join(basename(folder), 'config');
  return (argv: readonly string[]) =>
    argv.some((word) => word === config || word.endsWith(sep + config));
}

async function listening(local: LocalEnd, signal: AbortSignal): Promise<void> {
  while (!(await local.isOpen())) {
    await pause(POLL_MS, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}

/** By the client and the variables that the following steps use. */
async function answering(
  options: DockerHostOptions,
  local: LocalEnd,
  remoteSocket: string,
  signal: AbortSignal,
): Promise<void> {
  const { folder, node, runner, timeoutMs } = options;
  try {
    await runner.run(['docker', 'version', '--format', '{{.Server.Version}}'], {
      env: { DOCKER_HOST: local.dockerHost, DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' },
      signal,
      timeoutMs,
    });
  } catch (cause) {
    signal.throwIfAborted();
    if (!(cause instanceof CommandError)) throw cause;
    const log = logOf(folder);
    if (isNotOpened(log)) {
      throw refusal({ node, remoteSocket }, await ask(options, remoteSocket, signal), log);
    }
    throw new ActionError(`docker on the runner cannot talk to the engine of ${node}`, {
      details: [ownWords(cause.result), log].join('\n'),
      cause,
    });
  }
}

/** What the node says of its socket; where it says nothing, why. */
async function ask(
  options: DockerHostOptions,
  remoteSocket: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const command = findingCommand(options, remoteSocket);
    return (await options.runner.run(command, { signal, timeoutMs: FINDING_MS })).stdout;
  } catch (error) {
    signal.throwIfAborted();
    return describeError(error);
  }
}

function logOf(folder: string): string {
  try {
    return readFileSync(join(folder, LOG), 'utf8').trim();
  } catch {
    return '';
  }
}
