import { type Clock, systemClock, until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { engineAbsence } from '../../engine/absent-engine.ts';
import { readEngine } from '../../engine/enter.ts';
import { CommandError, CommandTimeout } from '../../exec/executor.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import { LostConnection } from '../../ssh/lost-connection.ts';
import * as swarm from '../commands.ts';

/** How long a host may take to leave, in ms, where its engine gives up after 15 s. */
const LEAVE_TIMEOUT_MS = 120_000;
const POLL_MS = 1_000;
/**
 * The words of an engine that has given up (moby daemon/cluster, `Leave`), and of one that has
 * begun before.
 */
const GIVEN_UP = /deadline ?exceeded|client connection is closing/i;

/**
 * Has a machine leave its swarm, and no more. Where that fails, it is asked whether it has left all
 * the same, and told again where only the connection was lost or the engine gave up: it goes on
 * with it then. Throws `ActionError` with the engine's words after `LEAVE_TIMEOUT_MS`.
 */
export async function runLeave(
  { name, ssh }: Pick<ConnectedMachine, 'name' | 'ssh'>,
  { signal, clock = systemClock }: { readonly signal: AbortSignal; readonly clock?: Clock },
): Promise<void> {
  const tell = async (): Promise<{ readonly error: unknown } | undefined> => {
    try {
      await ssh.run(swarm.leave(), { signal });
    } catch (error) {
      signal.throwIfAborted();
      const { Swarm } = await readEngine(ssh, signal);
      if (Swarm.LocalNodeState === 'inactive') return undefined;
      if (!mayLeaveYet(error)) throw error;
      return { error };
    }
    return undefined;
  };
  const wait = { clock, signal, limitMs: LEAVE_TIMEOUT_MS, everyMs: POLL_MS };
  const failure = await until(tell, (one) => one === undefined, wait);
  if (failure) throw stays(name, failure.error);
}

function mayLeaveYet(error: unknown): boolean {
  if (error instanceof LostConnection || error instanceof CommandTimeout) return true;
  if (!(error instanceof CommandError)) return false;
  const { stderr } = error.result;
  return GIVEN_UP.test(stderr) || engineAbsence(stderr) !== undefined;
}

function stays(name: string, cause: unknown): ActionError {
  return new ActionError(
    `${name} was told to leave the swarm again and again for ${LEAVE_TIMEOUT_MS / 1_000} s, and has not left.`,
    {
      details: cause instanceof ActionError ? (cause.details ?? cause.message) : String(cause),
      hint: `See what holds its engine: a full disk (df -h /var/lib/docker), or a container that does not end (docker ps). Then run \`down\` again, or on ${name}: docker swarm leave --force`,
      cause,
    },
  );
}
