import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { sshStrings } from './wire.ts';

/** An ed25519 key pair in OpenSSH's formats: fit for a user and for a host. */
export interface KeyPair {
  /** The text of an unencrypted `id_ed25519` file. Secret. */
  readonly privateKey: string;
  /** "ssh-ed25519 AAAA… comment", without a line end. */
  readonly publicKey: string;
}

const TYPE = 'ssh-ed25519';

/**
 * Makes a new ed25519 key pair. Throws nothing. Not with ssh2's generator, which drops the leading
 * zero bytes of a public key: one pair in 256 would be unusable.
 */
export function generateKeyPair(comment: string): KeyPair {
  return ed25519KeyPair(generateKeyPairSync('ed25519').privateKey, comment);
}

/** The OpenSSH texts of an ed25519 key. Throws nothing for a key of that type. */
export function ed25519KeyPair(key: KeyObject, comment: string): KeyPair {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const point = Buffer.from(x, 'base64url');
  const seed = Buffer.from(d, 'base64url');
  const blob = sshStrings(TYPE, point);
  return {
    publicKey: `${TYPE} ${blob.toString('base64')} ${comment}`.trimEnd(),
    privateKey: armour(openSshKey(blob, point, seed, comment)),
  };
}

/** The format openssh-key-v1, without encryption: PROTOCOL.key of the OpenSSH sources. */
function openSshKey(blob: Buffer, point: Buffer, seed: Buffer, comment: string): Buffer {
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    sshStrings(TYPE, point, Buffer.concat([seed, point]), comment),
  ]);
  const padding = Buffer.from(Array.from({ length: -secret.length & 7 }, (_, at) => at + 1));
  return Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    sshStrings('none', 'none', ''),
    uint32(1),
    sshStrings(blob, Buffer.concat([secret, padding])),
  ]);
}

function armour(key: Buffer): string {
  const lines = key.toString('base64').match(/.{1,70}/g) ?? [];
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
    '',
  ].join('\n');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
