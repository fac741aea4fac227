import type { Argv } from '../../exec/argv.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';

/** A listener at 7946, in hexadecimal, whatever its address. */
const LISTENS = '^ *[0-9]+: [0-9A-F]+:1F0A [0-9A-F]+:0000 0A ';
/** A line if the engine of a host that has left still listens there, and nothing else. */
export const LIST_KEPT_PORTS: Argv = ['grep', '-hsE', LISTENS, '/proc/net/tcp', '/proc/net/tcp6'];

/**
 * Warns of hosts that have left their swarm, and whose engine keeps 7946. An engine tells the
 * others that it leaves, for one second; if it does not get to it, it keeps its sockets for good
 * (moby libnetwork/networkdb, `clusterLeave`: "timeout waiting for leave broadcast"). Such a host
 * joins the next swarm, and no overlay network reaches it. A host that does not answer is not
 * warned of. Rejects with the signal's reason only.
 */
export async function warnOfKeptPorts(
  hosts: readonly Pick<ConnectedMachine, 'name' | 'ssh'>[],
  options: { readonly signal: AbortSignal; readonly warn: (message: string) => void },
): Promise<void> {
  const { signal, warn } = options;
  const asked = await Promise.all(hosts.map((host) => keepsPorts(host, signal)));
  const names = hosts.filter((_, at) => asked[at]).map(({ name }) => name);
  if (names.length === 0) return;
  warn(
    `${names.join(', ')}: Docker Engine has left the swarm and still has port 7946. In its next swarm no overlay network would reach it. Restart it there first: sudo systemctl restart docker`,
  );
}

async function keepsPorts(
  { ssh }: Pick<ConnectedMachine, 'ssh'>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const options = { signal, anyExitCode: true, repeatable: true };
    return (await ssh.run(LIST_KEPT_PORTS, options)).stdout.trim() !== '';
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
