import { packTar } from 'modern-tar';
import { generateKeyPair, type KeyPair } from '../../ssh/keys/generate.ts';

/** What is put into a node before it starts. */
export interface NodeIdentity {
  /** Its host key, made here, so that it can be pinned from the first connection on. */
  readonly hostKey: KeyPair;
  /** The public key that may log in as root. */
  readonly authorizedKey: string;
  /** `daemon.json`, where options ask for one. */
  readonly daemonConfig: Readonly<Record<string, unknown>> | undefined;
}

export function newHostKey(name: string): KeyPair {
  return generateKeyPair(name);
}

/**
 * A tar archive of the identity, to be unpacked at `/`. It holds a private key: it goes through
 * standard input only.
 */
export async function packIdentity(identity: NodeIdentity): Promise<Uint8Array> {
  return packTar([
    file('etc/ssh/ssh_host_ed25519_key', 0o600, identity.hostKey.privateKey),
    file('etc/ssh/ssh_host_ed25519_key.pub', 0o644, `${identity.hostKey.publicKey}\n`),
    ...authorizedKey(identity.authorizedKey),
    ...(identity.daemonConfig === undefined
      ? []
      : [file('etc/docker/daemon.json', 0o644, JSON.stringify(identity.daemonConfig))]),
  ]);
}

/** A tar archive that lets one key in, and no other any more. */
export async function packAuthorizedKey(publicKey: string): Promise<Uint8Array> {
  return packTar(authorizedKey(publicKey));
}

function authorizedKey(publicKey: string): Entry[] {
  return [
    { header: { name: 'root/.ssh/', type: 'directory', size: 0, mode: 0o700, uid: 0, gid: 0 } },
    file('root/.ssh/authorized_keys', 0o600, `${publicKey}\n`),
  ];
}

type Entry = Parameters<typeof packTar>[0][number];

function file(name: string, mode: number, text: string): Entry {
  const body = new TextEncoder().encode(text);
  return { header: { name, mode, size: body.length, type: 'file', uid: 0, gid: 0 }, body };
}
