import { ActionError } from '../base/errors.ts';
import type { Argv } from '../exec/argv.ts';
import { CommandError, ownWords } from '../exec/executor.ts';
import { quote } from '../exec/quote.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import { boundAgent } from '../ssh/bound-agent.ts';
import { connectSsh } from '../ssh/connect.ts';
import { blobType, hostKeyAlgorithms } from '../ssh/keys/public-key.ts';
import { LOAD_TIMEOUT_MS } from './stream.ts';

/** How long the runner may take to log in once more where it is logged in already, in ms. */
const CONNECT_MS = 15_000;

/** How long a machine may take to reach the other, in seconds: the network drops what it refuses. */
const REACH_SECONDS = 5;

/** What stands for the other machine in the line with its host key, whatever its address. */
const ALIAS = 'swarm-up-giver';

type ReachedMachine = Pick<ConnectedMachine, 'name' | 'ssh' | 'target' | 'advertise'>;

/**
 * Has one machine fetch images from another: `ssh` there runs `docker save` here. It logs in by an
 * agent of the runner, which signs for this one login alone, so that no key comes to the machine
 * and no port is opened. The one that fetches has to have OpenSSH 8.9 or newer: its client has to
 * tell the agent which host it talks to. Rejects with `ActionError` that has the words of both
 * programs, and with the signal's reason.
 */
export async function fetchImages(
  to: ReachedMachine,
  from: ReachedMachine,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { hostKey } = from.ssh;
  if (!hostKey) throw new Error(`${from.name} is not reached by SSH.`);
  const { user, port, credentials } = from.target;
  const forwardedAgent = await boundAgent(credentials, { user, hostKey }, signal);
  const target = { ...to.target, forwardedAgent };
  await using ssh = await connectSsh(target, { signal, timeoutMs: CONNECT_MS });
  const save = asRunOn(from, ['docker', 'save', ...names]);
  const login = { user, host: from.advertise, port, hostKey };
  const load = asRunOn(to, loadFrom(sshCommand(login, save)));
  try {
    await ssh.run(load, { signal, timeoutMs: LOAD_TIMEOUT_MS });
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    throw new ActionError(`${to.name} could not fetch images from ${from.name}.`, {
      details: ownWords(cause.result),
      cause,
    });
  }
}

function asRunOn({ ssh }: ReachedMachine, argv: Argv): Argv {
  return ssh.asRun?.(argv) ?? argv;
}

interface Login {
  readonly user: string;
  readonly host: string;
  readonly port: number;
  readonly hostKey: Buffer;
}

/** `ssh` with nothing of the machine's own settings, to a host that shows this key. */
export function sshCommand({ user, host, port, hostKey }: Login, command: Argv): Argv {
  const type = blobType(hostKey);
  const algorithms = hostKeyAlgorithms([{ type, blob: hostKey }]);
  const options = {
    BatchMode: 'yes',
    Ciphers: '^aes128-gcm@openssh.com',
    ConnectTimeout: REACH_SECONDS,
    GlobalKnownHostsFile: 'none',
    HostKeyAlgorithms: algorithms.join(','),
    HostKeyAlias: ALIAS,
    IdentityFile: 'none',
    // By a command, since a file would have to be written first and removed afterwards.
    KnownHostsCommand: `/bin/echo ${ALIAS} ${type} ${hostKey.toString('base64')}`,
    LogLevel: 'ERROR',
    PreferredAuthentications: 'publickey',
    ServerAliveInterval: 15,
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: 'none',
  };
  return [
    ...(['ssh', '-F', 'none', '-T', '-a', '-x'] as const),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...['-p', String(port), '-l', user, '--', host, quote(command)],
  ];
}

/** Loads what a command prints. The last words are docker's, so that it alone gets sudo. */
function loadFrom(command: Argv): Argv {
  // Without `pipefail`, which not every shell has: an archive that breaks off is no whole one, and
  // whoever calls this looks for the images afterwards.
  const script = `{ ${quote(command)} </dev/null || echo "ssh ended with exit code $?" >&2; } | "$@"`;
  return ['sh', '-c', script, 'sh', 'docker', 'load', '--quiet'];
}
