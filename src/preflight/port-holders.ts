import type { Argv } from '../exec/argv.ts';
import type { Executor } from '../exec/executor.ts';

/** A program that has a port. */
export interface Holder {
  readonly program: string;
  readonly pid: string;
}

/** Only root is told whose a socket is. */
const SCRIPT = `
PATH=$PATH:/usr/sbin:/sbin
if [ "$(id -u)" = 0 ]; then ss -lntup; else sudo -n ss -lntup; fi
`;
const COMMAND: Argv = ['sh', '-c', SCRIPT];

/** `tcp LISTEN 0 4096 *:7946 *:* users:(("dockerd",pid=812,fd=25))`, of iproute2. */
const SOCKET = /^(tcp|udp)\s.*?:(\d+)\s.*users:\(\("([^"]+)",pid=(\d+)/;

/**
 * Which programs have the ports of a host, by `tcp/2377`. Empty where the host does not tell.
 * Rejects with the signal's reason only.
 */
export async function portHolders(
  executor: Executor,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<ReadonlyMap<string, Holder>> {
  try {
    const { stdout } = await executor.run(COMMAND, { ...options, anyExitCode: true });
    return new Map(stdout.split('\n').flatMap(holderIn));
  } catch {
    options.signal.throwIfAborted();
    return new Map();
  }
}

function holderIn(line: string): [string, Holder][] {
  const [, protocol, port, program = '', pid = ''] = SOCKET.exec(line) ?? [];
  return protocol === undefined ? [] : [[`${protocol}/${port}`, { program, pid }]];
}
