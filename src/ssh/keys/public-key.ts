import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { ActionError } from '../../base/errors.ts';
import { readStrings } from './wire.ts';

/**
 * A public key as OpenSSH writes it: type and blob (RFC 4253 section 6.6; the blob begins with the
 * type again).
 */
export interface PublicKey {
  readonly type: string;
  readonly blob: Buffer;
}

/** RSA with SHA-1, which OpenSSH offers no more, and never for certificates here. */
const SHA1 = 'ssh-rsa';

/**
 * The signature algorithms by which a host proves that it has a key of this type. An RSA key signs
 * with SHA-2 (RFC 8332); plain `ssh-rsa` (SHA-1) is the last resort for servers from before 2016.
 * In OpenSSH's order of types.
 */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', SHA1],
};

/**
 * Reads "type base64 [comment]", the one line of a `.pub` file. Throws `ActionError` where it is
 * anything else.
 */
export function parsePublicKey(line: string): PublicKey {
  const [type = '', base64 = ''] = line.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  if (type === '' || blob.length < 8 || blobType(blob) !== type) {
    throw new ActionError('Not an OpenSSH public key', {
      details: line.trim(),
      hint: 'It is one line like: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA… comment',
    });
  }
  return { type, blob };
}

/** The fingerprint that `ssh-keygen -l` prints: SHA256 and base64 without padding. */
export function fingerprint(key: PublicKey | Buffer): string {
  const blob = Buffer.isBuffer(key) ? key : key.blob;
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/**
 * A key as `ssh-keygen -l` prints it, without its comment: "256 SHA256:… (ED25519)". Throws
 * nothing.
 */
export function describeKey(key: PublicKey | Buffer): string {
  const blob = Buffer.isBuffer(key) ? key : key.blob;
  const type = blobType(blob);
  const name = NAMES.find(([start]) => type.startsWith(start))?.[1] ?? type;
  return `${keyBits(blob)} ${fingerprint(blob)} (${name})`;
}

const NAMES = [
  ['ssh-ed25519', 'ED25519'],
  ['ecdsa-', 'ECDSA'],
  ['ssh-rsa', 'RSA'],
  ['ssh-dss', 'DSA'],
  ['sk-ssh-ed25519', 'ED25519-SK'],
  ['sk-ecdsa-', 'ECDSA-SK'],
] as const;

/** The size of a key in bits, as OpenSSH counts it; 0 for a key of an unknown type. */
export function keyBits(blob: Buffer): number {
  const type = blobType(blob);
  const curve = /nistp(\d+)/.exec(type)?.[1];
  if (curve) return Number(curve);
  if (type.includes('ed25519')) return 256;
  const [, first, second] = readStrings(blob) ?? [];
  const number = type === 'ssh-rsa' ? second : type === 'ssh-dss' ? first : undefined;
  return number ? BigInt(`0x0${number.toString('hex')}`).toString(2).length : 0;
}

/** Whether the host shows one of the expected keys. */
export function isExpected(shown: Buffer, expected: readonly PublicKey[]): boolean {
  return expected.some((key) => key.blob.equals(shown));
}

/**
 * The host key algorithms to offer, so that a host with keys of several types shows the one that is
 * expected. Throws `ActionError` where none of the keys is of a type that can be checked, or where
 * there is no key at all.
 */
export function hostKeyAlgorithms(expected: readonly PublicKey[]): ServerHostKeyAlgorithm[] {
  const algorithms = expected.flatMap((key) => ALGORITHMS[key.type] ?? []);
  if (algorithms.length > 0) return [...new Set(algorithms)];
  throw new ActionError(
    expected.length === 0
      ? 'No host key is known for the machine, so its identity cannot be checked'
      : `Host keys of type ${expected.map((key) => key.type).join(', ')} cannot be checked`,
    { hint: `Give a host key of one of these types: ${Object.keys(ALGORITHMS).join(', ')}` },
  );
}

const CERTIFICATE = '-cert-v01@openssh.com';

/**
 * The algorithms for host keys in the order in which OpenSSH offers them, those of certificates too
 * (`KEX_DEFAULT_PK_ALG` in myproposal.h, `order_hostkeyalgs` in sshconnect2.c): as they are where a
 * key of the first type is known, and otherwise those of known types first.
 */
export function openSshOrder(
  knownTypes: readonly string[],
  { hasAuthority }: { readonly hasAuthority: boolean },
): string[] {
  const plain = Object.values(ALGORITHMS).flat();
  const certified = plain.filter((one) => one !== SHA1).map((one) => one + CERTIFICATE);
  const all = [...certified, ...plain];
  if (knownTypes.includes(keyTypeOf(all[0] ?? ''))) return all;
  const isFirst = (one: string): boolean =>
    (hasAuthority && isCertified(one)) || knownTypes.includes(keyTypeOf(one));
  return [...all.filter(isFirst), ...all.filter((one) => !isFirst(one))];
}

/** Those that are checked here, in the same order. */
export function checkedAlgorithms(order: readonly string[]): ServerHostKeyAlgorithm[] {
  const checked = Object.values(ALGORITHMS).flat();
  return order.flatMap((one) => checked.find((algorithm) => algorithm === one) ?? []);
}

/** Whether the algorithm is that of a certificate. */
export function isCertified(algorithm: string): boolean {
  return algorithm.endsWith(CERTIFICATE);
}

/** The type of the key that signs by this algorithm, or that the certificate is of. */
export function keyTypeOf(algorithm: string): string {
  return algorithm.replace(CERTIFICATE, '').replace(/^rsa-sha2-(256|512)$/, 'ssh-rsa');
}

/** The type of the key inside a blob; for messages too. */
export function blobType(blob: Buffer): string {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return blob.subarray(4, 4 + length).toString('latin1');
}
