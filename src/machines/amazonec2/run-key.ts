import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import type { Argv } from '../../exec/argv.ts';
import type { Executor } from '../../exec/executor.ts';
import type { Bounds, CloudClient } from '../cloud/cloud-client.ts';
import { CloudError, isCode } from '../cloud/cloud-error.ts';
import { USER } from '../cloud/first-login.ts';

// Credentials that end by themselves give no key that lasts. A run with such credentials has a key
// of its own, and EC2 Instance Connect lets that in for a minute; then the run lets itself in.

/**
 * Lets the key of this run in for a minute. The image needs the package `ec2-instance-connect`, as
 * those of Ubuntu and Amazon have it. `key` is a public key as a line. Throws `ActionError` if AWS
 * refuses.
 */
export async function admitKey(
  client: CloudClient,
  bounds: Bounds,
  { id, name, key }: { readonly id: string; readonly name: string; readonly key: string },
): Promise<void> {
  const body = { InstanceId: id, InstanceOSUser: USER, SSHPublicKey: key };
  const answer = z.object({ Success: z.literal(true) });
  const call = { method: 'POST', path: '/SendSSHPublicKey', body, answer } as const;
  try {
    await client.call({ ...call, isRepeatable: true }, bounds);
  } catch (error) {
    throw error instanceof CloudError ? notAdmitted(name, error) : error;
  }
}

/** How many keys of runs a machine keeps: several runs may look at it at the same time. */
const MOST_KEYS = 5;

/** By this word a key of a run is known among others. */
const MARK = 'swarm-up-run';

const KEEP_SCRIPT = `set -eu
umask 077
cd ~/.ssh
{ grep -v " ${MARK}$" authorized_keys || :; grep " ${MARK}$" authorized_keys | tail -n ${MOST_KEYS - 1} || :; echo "$1 ${MARK}"; } >authorized_keys.new
mv authorized_keys.new authorized_keys
`;

/** Has a machine keep the key of this run, so that a lost connection can be opened anew. */
export async function keepKey(
  ssh: Executor,
  key: string,
  bounds: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  const command: Argv = ['sh', '-c', KEEP_SCRIPT, 'sh', key];
  await ssh.run(command, { repeatable: true, ...bounds });
}

function notAdmitted(name: string, error: CloudError): ActionError {
  const isForbidden = isCode(error, 'AccessDenied', 'UnauthorizedOperation');
  return new ActionError(`EC2 Instance Connect did not let this run in to ${name}.`, {
    details: error.details ?? error.message,
    hint: isForbidden
      ? 'Add ec2-instance-connect:SendSSHPublicKey to the policy of the role, or give `ssh-private-key` to each step with this cluster.'
      : 'Give `ssh-private-key` to each step with this cluster, from the first on.',
    cause: error,
  });
}
