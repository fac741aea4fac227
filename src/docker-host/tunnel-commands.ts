import { ActionError } from '../base/errors.ts';
import type { Argv } from '../exec/argv.ts';
import { quote } from '../exec/quote.ts';

/** A node, and the config by which `ssh` reaches it. */
export interface Place {
  readonly config: string;
  readonly node: string;
}

/**
 * A path that `ssh -L` takes as it is. Colons and backslashes are taken apart there, and `%` and
 * `${` replaced, each from some version of OpenSSH on.
 */
const PLAIN_PATH = /^\/[\w./@+-]+$/;

/**
 * What a Unix socket's path may have in bytes, the closing zero left out: 103 on macOS, 107 on
 * Linux (unix(7), sun_path).
 */
const SOCKET_PATH_BYTES = 103;

/** Whether `ssh` can make a socket at this path on the runner. */
export function isSocketPath(path: string): boolean {
  return PLAIN_PATH.test(path) && Buffer.byteLength(path) <= SOCKET_PATH_BYTES;
}

/**
 * Throws `ActionError` where the engine's socket on the node is not an absolute path that `ssh -L`
 * takes as it is.
 */
export function checkRemoteSocket(path: string): void {
  if (PLAIN_PATH.test(path)) return;
  throw new ActionError(`Not a path of a Unix socket on a node: ${JSON.stringify(path)}`, {
    hint: 'It is an absolute path of letters, digits and . _ / @ + - like /var/run/docker.sock',
  });
}

/**
 * Forwards a socket (or "127.0.0.1:port") of the runner to the engine's socket on the node, and
 * does nothing else.
 */
export function tunnelCommand({ config, node }: Place, local: string, remote: string): Argv {
  return [
    'ssh',
    ...['-F', config, '-N', '-T'],
    ...['-o', 'ExitOnForwardFailure=yes', '-o', 'StreamLocalBindUnlink=yes'],
    ...['-L', `${local}:${remote}`, node],
  ];
}

/** What stands in the way on the node. */
export type Finding = 'missing' | 'closed' | 'dead' | 'open';

/**
 * Asks the node why its socket cannot be reached, since sshd itself says nothing but "open failed".
 * The answer is read by `refusal`. One line without `!` and single quotes, so that a login shell of
 * another kind (csh, fish) hands it to `sh` unchanged.
 */
export function findingCommand({ config, node }: Place, remote: string): Argv {
  const script = [
    'if test -r "$1" && test -w "$1"; then',
    'if docker -H "unix://$1" version >/dev/null 2>&1; then echo finding=open;',
    'else echo finding=dead; docker -H "unix://$1" version 2>&1 >/dev/null; fi;',
    'elif test -e "$1"; then echo finding=closed;',
    'else echo finding=missing; fi;',
    'echo user=$(id -un); id; ls -ldL "$1" 2>&1; exit 0',
  ].join(' ');
  return ['ssh', '-F', config, '-T', node, quote(['sh', '-c', script, 'sh', remote])];
}
