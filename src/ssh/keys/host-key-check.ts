import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ActionError } from '../../base/errors.ts';
import { type HostKeyPolicy, type SshTarget, where } from '../target.ts';
import {
  algorithmsFor,
  judgeHostKey,
  type KnownHostLine,
  type KnownHosts,
  type KnownKeys,
  knownHostsLine,
  lookup,
} from './known-hosts.ts';
import {
  blobType,
  checkedAlgorithms,
  describeKey,
  fingerprint,
  hostKeyAlgorithms,
  isExpected,
  parsePublicKey,
} from './public-key.ts';

/** The check of one host's key, for one connection. */
export interface HostKeyCheck {
  /** To be offered to the host, the preferred first. */
  readonly algorithms: ServerHostKeyAlgorithm[];
  /**
   * Whether the host may go on that shows this key and offers these algorithms; undefined: what it
   * offers could not be read.
   */
  accepts(blob: Buffer, offered: readonly string[] | undefined): boolean;
  /** To be called once the host has proved that the key is its own. */
  proved(blob: Buffer): void;
  /** The error for a host that showed this key, or no key of a type that was offered. */
  refusal(
    blob: Buffer | undefined,
    offered: readonly string[] | undefined,
    cause: unknown,
  ): ActionError;
}

type KnownHostsPolicy = Extract<HostKeyPolicy, { kind: 'known-hosts' }>;

const NOTHING_SENT = 'The connection was ended before anything was sent.';

/**
 * Makes ready to check the key of a host. Throws `ActionError` where no key of the host could pass.
 */
export function hostKeyCheck(target: SshTarget): HostKeyCheck {
  const { hostKeys } = target;
  return hostKeys.kind === 'pinned'
    ? pinnedCheck(target, hostKeys.keys)
    : knownHostsCheck(target, hostKeys);
}

function pinnedCheck(target: SshTarget, pinned: readonly string[]): HostKeyCheck {
  const keys = pinned.map(parsePublicKey);
  return {
    algorithms: hostKeyAlgorithms(keys),
    accepts: (blob) => isExpected(blob, keys),
    proved: () => {},
    refusal: (blob, _offered, cause) => {
      const expected = keys.map((key) => `${key.type} ${fingerprint(key)}`);
      const shown = blob ? `${blobType(blob)} ${fingerprint(blob)}` : 'no key of that type';
      return new ActionError(`Host key of ${where(target)} is not the expected one`, {
        details: `expected: ${expected.join('\n          ')}\nshown:    ${shown}`,
        hint: `${NOTHING_SENT} If the host was set up anew, replace the expected key. If not, another host may answer at this address.`,
        cause,
      });
    },
  };
}

function knownHostsCheck(target: SshTarget, policy: KnownHostsPolicy): HostKeyCheck {
  const { host, port } = target;
  const { knownHosts, unknown } = policy;
  const keys = lookup(knownHosts, host, port);
  return {
    algorithms: checkedAlgorithms(algorithmsFor(keys)),
    accepts: (blob, offered = algorithmsFor(keys)) => {
      const { kind } = judgeHostKey(keys, blob, offered);
      return kind === 'accepted' || (kind === 'unknown' && unknown.mode === 'accept-new');
    },
    proved: (blob) => {
      if (unknown.mode === 'refuse' || judgeHostKey(keys, blob).kind !== 'unknown') return;
      const added = learn(knownHosts, target, blob);
      unknown.onAccepted(
        `Host key of ${where(target)} was not known and was accepted without a check: ${describeKey(blob)}. Add this line to \`ssh-known-hosts\`: ${added}`,
      );
    },
    refusal: (blob, offered = algorithmsFor(keys), cause) => {
      if (!blob) return noUsableKey(target, keys, cause);
      const verdict = judgeHostKey(keys, blob, offered);
      switch (verdict.kind) {
        case 'revoked':
          return revokedKey(target, blob, verdict.line, cause);
        case 'certified':
          return certifiedKey(target, blob, verdict.line, cause);
        case 'changed':
          return changedKey(target, blob, verdict.line, cause);
        default:
          return unknownKey(target, blob, keys, cause);
      }
    },
  };
}

/** Keeps the key for the next connection, which must not be able to show another. */
function learn(knownHosts: KnownHosts, { host, port }: SshTarget, blob: Buffer): string {
  const text = knownHostsLine(host, port, blob);
  const [hosts = ''] = text.split(' ');
  const line = (knownHosts.lines.at(-1)?.line ?? 0) + 1;
  knownHosts.lines.push({
    line,
    marker: undefined,
    hosts,
    key: { type: blobType(blob), blob },
  });
  return text;
}

function unknownKey(target: SshTarget, blob: Buffer, keys: KnownKeys, cause: unknown): ActionError {
  const authority = keys.authorities[0];
  const details = [`shown: ${describeKey(blob)}`];
  if (authority) {
    details.push(
      `${place(authority)} is a @cert-authority. Certificates of hosts are not checked here, only their keys.`,
    );
  }
  return new ActionError(`Host key of ${where(target)} is not known`, {
    details: details.join('\n'),
    hint: `${NOTHING_SENT} Compare the fingerprint on the host itself: ${askHost(blob)}\nIf it is the same, add this line to \`ssh-known-hosts\`:\n${knownHostsLine(target.host, target.port, blob)}`,
    cause,
  });
}

function changedKey(
  target: SshTarget,
  blob: Buffer,
  line: KnownHostLine,
  cause: unknown,
): ActionError {
  return new ActionError(
    `HOST KEY OF ${where(target)} HAS CHANGED: another host may be answering in its place`,
    {
      details: [
        `known: ${describeKey(line.key)}, ${place(line)}`,
        `shown: ${describeKey(blob)}`,
      ].join('\n'),
      hint: `${NOTHING_SENT} Compare the fingerprint on the host itself: ${askHost(blob)}\nOnly if it is the same, because the host was set up anew, replace line ${line.line} by:\n${knownHostsLine(target.host, target.port, blob)}`,
      cause,
    },
  );
}

function revokedKey(
  target: SshTarget,
  blob: Buffer,
  line: KnownHostLine,
  cause: unknown,
): ActionError {
  return new ActionError(`HOST KEY OF ${where(target)} IS REVOKED`, {
    details: `shown: ${describeKey(blob)}\n${place(line)} revokes it.`,
    hint: `${NOTHING_SENT} A revoked key may be in the hands of others. Give the host a new key, and add its line to \`ssh-known-hosts\`.`,
    cause,
  });
}

function certifiedKey(
  target: SshTarget,
  blob: Buffer,
  line: KnownHostLine,
  cause: unknown,
): ActionError {
  return new ActionError(`The certificate of ${where(target)} cannot be checked`, {
    details: `shown: ${describeKey(blob)}\n${place(line)} may refuse the certificate that the host has for its key.`,
    hint: `${NOTHING_SENT} Certificates of hosts are not read here, only their keys. Take \`HostCertificate\` out of sshd_config on the host, or this line out of \`ssh-known-hosts\`.`,
    cause,
  });
}

function noUsableKey(target: SshTarget, keys: KnownKeys, cause: unknown): ActionError {
  const known = keys.accepted.map((line) => `known: ${describeKey(line.key)}, ${place(line)}`);
  return new ActionError(`${where(target)} has no host key of a type that can be checked`, {
    details: known.join('\n'),
    hint: 'Make one on the host (`ssh-keygen -A`), restart its sshd, and add its line to `ssh-known-hosts`.',
    cause,
  });
}

function place({ line, hosts }: KnownHostLine): string {
  return `line ${line} of \`ssh-known-hosts\` (${hosts})`;
}

/** The command that prints the fingerprint, to be typed where no one stands between. */
function askHost(blob: Buffer): string {
  const [, name = 'ed25519'] = /^(?:ssh-)?(ed25519|rsa|ecdsa)/.exec(blobType(blob)) ?? [];
  return `ssh-keygen -lf /etc/ssh/ssh_host_${name}_key.pub`;
}
