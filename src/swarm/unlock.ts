import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import { readEngine } from '../engine/enter.ts';
import type { ConnectedMachine } from '../machines/connect.ts';

/**
 * dockerd answers once the manager is in touch with the others, which may have to be unlocked
 * first. In ms.
 */
const UNLOCK_TIMEOUT_MS = 60_000;

interface UnlockOptions {
  /** Key of the swarm; `undefined` where none was given. */
  readonly key: string | undefined;
  readonly log: DriverLog;
  readonly signal: AbortSignal;
}

/**
 * Unlocks the managers of a swarm with autolock that were restarted, all at once: none of them has
 * a majority without the others. Gives the machines as they are then; those that are not locked as
 * they came. The swarm stays one with autolock. Throws `ActionError` where there is no key, or not
 * the right one.
 */
export async function unlockAll(
  machines: readonly ConnectedMachine[],
  options: UnlockOptions,
): Promise<ConnectedMachine[]> {
  const results = await Promise.allSettled(machines.map((machine) => unlock(machine, options)));
  options.signal.throwIfAborted();
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** As `unlockAll` for one machine. */
export async function unlock(
  machine: ConnectedMachine,
  { key, log, signal }: UnlockOptions,
): Promise<ConnectedMachine> {
  if (machine.engine.Swarm.LocalNodeState !== 'locked') return machine;
  if (key === undefined) throw isLocked(machine);
  // Through the API, because an argument can be read by every process of the host.
  const timeoutMs = UNLOCK_TIMEOUT_MS;
  await machine.api
    .post('/swarm/unlock', {}, { UnlockKey: key }, { signal, timeoutMs })
    .catch((cause) => {
      signal.throwIfAborted();
      throw cause instanceof ActionError ? staysLocked(machine, cause) : cause;
    });
  log.info(`${machine.name}  unlocked with the key of the swarm`);
  const engine = await readEngine(machine.ssh, signal);
  return { ...machine, engine, advertise: engine.Swarm.NodeAddr || machine.advertise };
}

/** The machine, in a run that changes nothing. Throws `ActionError` where it is locked. */
export function unlocked(machine: ConnectedMachine): ConnectedMachine {
  if (machine.engine.Swarm.LocalNodeState !== 'locked') return machine;
  throw new ActionError(
    `${machine.name} is a manager of a locked swarm (autolock), and a step that only reads unlocks nothing.`,
    { hint: `Unlock it there: docker swarm unlock. ${WHERE_THE_KEY_IS}` },
  );
}

const WHERE_THE_KEY_IS =
  'The key is shown on a manager that is not locked by: docker swarm unlock-key';

function isLocked({ name }: ConnectedMachine): ActionError {
  return new ActionError(`${name} is a manager of a locked swarm (autolock).`, {
    hint: `Give the key of the swarm as \`unlock-key\` (from a secret), or unlock it there: docker swarm unlock. ${WHERE_THE_KEY_IS}`,
  });
}

function staysLocked({ name }: ConnectedMachine, cause: ActionError): ActionError {
  return new ActionError(
    `${name} is a manager of a locked swarm (autolock), and \`unlock-key\` did not unlock it.`,
    {
      details: [cause.message, cause.details].filter(Boolean).join('\n'),
      hint: `${WHERE_THE_KEY_IS}. It is another one after: docker swarm unlock-key --rotate`,
      cause,
    },
  );
}
