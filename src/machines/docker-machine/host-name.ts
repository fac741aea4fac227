import { ActionError } from '../../base/errors.ts';
import type { Argv } from '../../exec/argv.ts';
import { CommandError, type Executor } from '../../exec/executor.ts';

/** `$1` is the name that the machine shall have; docker-machine has given it its own. */
const SCRIPT =
  'name=$1; [ "$(hostname)" = "$name" ] || { as=; [ "$(id -u)" = 0 ] || as="sudo -n"; echo "127.0.1.1 $name" | $as tee -a /etc/hosts && echo "$name" | $as tee /etc/hostname && $as hostname "$name"; } >/dev/null';

export const setHostName = (name: string): Argv => ['sh', '-c', SCRIPT, 'host-name', name];

/**
 * Gives a machine the name that its node is to have: an engine tells the host name of the moment
 * when it is asked. Throws `ActionError` if it cannot be given.
 */
export async function giveHostName(
  ssh: Executor,
  name: string,
  bounds: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  try {
    await ssh.run(setHostName(name), { repeatable: true, ...bounds });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ActionError(`The host name of machine ${name} could not be set.`, {
      details: error.details,
      hint: 'The user that docker-machine logs in as needs `sudo` without a password; docker-machine needs it, too.',
      cause: error,
    });
  }
}
