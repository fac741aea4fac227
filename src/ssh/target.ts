import type { BaseAgent } from 'ssh2';
import type { KnownHosts } from './keys/known-hosts.ts';
import type { PrivateKey } from './keys/private-key.ts';

/** By which proof a host is known. */
export type HostKeyPolicy =
  | {
      readonly kind: 'pinned';
      /** OpenSSH public keys ("ssh-ed25519 AAAA…") that this host may show. */
      readonly keys: readonly string[];
    }
  | {
      readonly kind: 'known-hosts';
      /** Looked up by the host and the port of the target, as `ssh` does. */
      readonly knownHosts: KnownHosts;
      /**
       * What to do with a host that no line stands for. A key that contradicts a line is refused in
       * either mode.
       */
      readonly unknown:
        | { readonly mode: 'refuse' }
        /**
         * `onAccepted` gets a warning with the line to add. The key counts as known from then on.
         */
        | { readonly mode: 'accept-new'; readonly onAccepted: (warning: string) => void };
    };

/**
 * What a user proves who he is with, tried in this order: private keys, those of the agent,
 * password.
 */
export interface Credentials {
  readonly privateKeys: readonly PrivateKey[];
  /** Path of an agent's socket, as `SSH_AUTH_SOCK` has it. */
  readonly agent?: string | undefined;
  /** Secret. Also the answer where the host asks one question instead (`keyboard-interactive`). */
  readonly password?: string | undefined;
}

/** Where a host answers SSH, by what it is known, and who logs in. */
export interface SshHop {
  /** The machine's name, for messages. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly credentials: Credentials;
  readonly hostKeys: HostKeyPolicy;
}

/** A machine to run commands on. */
export interface SshTarget extends SshHop {
  /** What to do if the machine refuses the login; without it, advice for any host. */
  readonly refusedHint?: string | undefined;
  /** The hosts that lead there, the nearest first. Each is verified and logged in to by itself. */
  readonly jump?: readonly SshHop[] | undefined;
  /** An agent that programs on the machine may ask; without it there is none for them. */
  readonly forwardedAgent?: BaseAgent | undefined;
}

/** A machine and where it answers, for messages. */
export function where({ name, host, port, jump }: SshTarget): string {
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const through = jump?.length ? ` through ${jump.map((hop) => hop.name).join(', ')}` : '';
  return `${name} (${address}${through})`;
}
