import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import { limit, unlessAborted } from '../base/time-limit.ts';
import type { Executor } from '../exec/executor.ts';
import type { PrivateKey } from '../ssh/keys/private-key.ts';
import { type Background, processOf, startInBackground } from './background.ts';
import { SOCKET_FOLDER } from './local-end.ts';
import { endOwn, readRecord, removeSocketFolder } from './own.ts';
import { isSocketPath } from './tunnel-commands.ts';

/**
 * How long the agent lives where nobody ends it, in s: GitHub's own runners end a job after 6 h,
 * others by default, too (docs.github.com, "Actions limits"; `timeout-minutes`).
 */
const LIFE_S = 24 * 60 * 60;
/** How long it may take to begin and to take a key, in ms. It is on the same machine. */
const START_MS = 10_000;
const POLL_MS = 20;

/** Tells the number of the agent, and lasts as long as the agent may. */
const LIMIT_SCRIPT = `echo "agent=$SSH_AGENT_PID"; exec sleep ${LIFE_S}`;

const LOG = 'agent.log';
const RECORD = 'agent.json';
const SOCKET = 'agent.sock';
const WHAT = 'the agent';

const processId = z.object({ pid: z.number().int().min(2), started: z.string() });

/**
 * What another process must know to end the agent. It lies in the folder, as that of the tunnel
 * does.
 */
const record = z.object({ processes: z.array(processId), socketFolder: z.string().optional() });

interface AgentOptions {
  readonly runner: Executor;
  readonly signal: AbortSignal;
}

/**
 * Starts an `ssh-agent` that outlives this process and holds these keys in its memory, and gives
 * the path of its socket. The keys reach it by standard input alone. `endAgent` ends it; without
 * that it ends with the job, and after a day in any case. Rejects with `ActionError` (no such
 * program; a key that it does not take) or with the signal's reason; nothing runs then.
 */
export async function startAgent(
  folder: string,
  keys: readonly PrivateKey[],
  { runner, signal }: AgentOptions,
): Promise<string> {
  using bounds = limit([signal], START_MS, () => notReady());
  try {
    const socket = await begin(folder, bounds.signal);
    for (const { text } of keys) {
      await runner.run(['ssh-add', '-q', '-'], {
        stdin: text,
        env: { SSH_AUTH_SOCK: socket },
        signal: bounds.signal,
      });
    }
    return socket;
  } catch (error) {
    await endAgent(folder);
    throw error;
  }
}

function notReady(): ActionError {
  return new ActionError(`ssh-agent on the runner was not ready within ${START_MS / 1000} s`);
}

/**
 * Ends the agent that was started for this folder, if there is one. Called twice it does nothing.
 */
export async function endAgent(folder: string): Promise<void> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const { processes, socketFolder } = readRecord(WHAT, join(folder, RECORD), text, record.parse);
  const socket = join(socketFolder ?? folder, SOCKET);
  try {
    for (const one of processes) await endOwn(WHAT, one, isAgentOn(socket));
  } finally {
    if (socketFolder === undefined) await rm(socket, { force: true });
    else await removeSocketFolder(WHAT, socketFolder);
  }
}

/**
 * The agent itself, or the command that is its limit: the shell first, and then what the shell
 * becomes.
 */
function isAgentOn(socket: string) {
  const isLimit = (argv: readonly string[]) => argv.join(' ') === `sleep ${LIFE_S}`;
  return (argv: readonly string[]) =>
    argv.includes(socket) || argv.includes(LIMIT_SCRIPT) || isLimit(argv);
}

/**
 * An agent that is given a command ends when that does (ssh-agent(1)). So the command is the limit,
 * and what the runner ends with the job: of the agent itself, which is setgid on some systems, it
 * may not read that it belongs to the job.
 */
async function begin(folder: string, signal: AbortSignal): Promise<string> {
  const near = join(folder, SOCKET);
  const socketFolder = isSocketPath(near) ? undefined : await mkdtemp(SOCKET_FOLDER);
  const socket = join(socketFolder ?? folder, SOCKET);
  const remember = async (processes: z.infer<typeof record>['processes']): Promise<void> =>
    await writeFile(join(folder, RECORD), JSON.stringify({ processes, socketFolder }), {
      mode: 0o600,
    });
  await remember([]);
  const { ended, ...command } = await startInBackground(
    ['ssh-agent', '-a', socket, '-t', `${LIFE_S}`, 'sh', '-c', LIMIT_SCRIPT],
    join(folder, LOG),
  );
  await remember([command]);
  // Not cut short: an agent whose command is ended before its number is known runs on for 10 s.
  using bounds = limit([], START_MS, () => notReady());
  const pid = await unlessAborted(agentPid(folder, ended, bounds.signal), bounds.signal);
  await remember([command, await processOf(pid)]);
  signal.throwIfAborted();
  return socket;
}

/** The agent's own number, which its command has been told. */
async function agentPid(
  folder: string,
  ended: Background['ended'],
  signal: AbortSignal,
): Promise<number> {
  let end: string | undefined;
  void ended.then((how) => {
    end = how;
  });
  for (;;) {
    const log = await readFile(join(folder, LOG), 'utf8');
    const pid = /^agent=(\d+)$/m.exec(log)?.[1];
    if (pid !== undefined) return Number(pid);
    if (end !== undefined) {
      throw new ActionError(`ssh-agent on the runner ${end}`, { details: log });
    }
    await pause(POLL_MS, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
  }
}
