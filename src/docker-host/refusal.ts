import { ActionError } from '../base/errors.ts';
import type { Finding } from './tunnel-commands.ts';

/** Where the tunnel should have led. */
export interface Destination {
  readonly node: string;
  readonly remoteSocket: string;
}

/** Whether ssh says that the tunnel stands, but its other end does not open. */
export function isNotOpened(log: string): boolean {
  return /open failed/.test(log);
}

/**
 * The error for a tunnel whose far end does not open, from the node's own answer to
 * `findingCommand`.
 */
export function refusal(
  { node, remoteSocket }: Destination,
  answer: string,
  log: string,
): ActionError {
  // A .bashrc may speak first.
  const found = /^finding=(\w+)$/m.exec(answer);
  const user = /^user=(.+)$/m.exec(answer)?.[1] ?? '(see id)';
  const evidence = found ? answer.slice(found.index + found[0].length) : answer;
  const details = [evidence.trim(), log.trim()].filter(Boolean).join('\n');
  switch (found?.[1] as Finding | undefined) {
    case 'missing':
      return new ActionError(`There is no ${remoteSocket} on ${node}`, {
        details,
        hint: `No Docker Engine runs there, or it listens elsewhere. Or user ${user} may not look into the folder: sudo ls -l ${remoteSocket}`,
      });
    case 'closed':
      return new ActionError(`User ${user} of ${node} may not use ${remoteSocket}`, {
        details,
        hint: `The action itself can use sudo, but a forwarded socket cannot. For \`docker-host: true\` put the user into the docker group: sudo usermod -aG docker ${user}`,
      });
    case 'dead':
      return new ActionError(`No Docker Engine answers at ${remoteSocket} on ${node}`, {
        details,
        hint: 'Look at it on the node: sudo systemctl status docker; sudo journalctl -u docker -n 50',
      });
    case 'open':
      return new ActionError(`sshd on ${node} refuses to forward to ${remoteSocket}`, {
        details,
        hint: 'The engine answers there, so forwarding is switched off. Each of these of its sshd also stops sockets. Set in /etc/ssh/sshd_config of the node: `AllowTcpForwarding local`, `AllowStreamLocalForwarding local`, `DisableForwarding no`, `PermitOpen any`. Then run there: sudo systemctl reload ssh. See what holds: sudo sshd -T | grep -iE "forwarding|permitopen". If they are so already, the key has `restrict` or `no-port-forwarding` in authorized_keys there.',
      });
    default:
      return new ActionError(`${remoteSocket} on ${node} cannot be reached through SSH`, {
        details,
      });
  }
}

/** The error for an ssh that ended before the tunnel stood. */
export function tunnelEnded(node: string, exit: string, log: string): ActionError {
  const hint = HINTS.find(([words]) => words.test(log))?.[1];
  return new ActionError(`The SSH tunnel to ${node} could not be opened: ssh ${exit}`, {
    details: log,
    hint,
  });
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|no matching host key/,
    'The connection was ended before anything was sent. If the host was set up anew, replace the expected key. If not, another host may answer at this address.',
  ],
  [/Permission denied \(/, 'The reason for the refusal is in the log of the sshd of the node.'],
  [
    /Bad configuration option|unknown option|illegal option|[Uu]sage: ssh|not supported/,
    'A newer OpenSSH client is needed (Debian and Ubuntu: apt-get install openssh-client).',
  ],
];
