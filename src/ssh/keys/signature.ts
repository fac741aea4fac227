import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import ssh2, { type ParsedKey } from 'ssh2';
import { blobType, keyTypeOf } from './public-key.ts';
import { readStrings, sshStrings } from './wire.ts';

interface Algorithm {
  readonly digest: string | undefined;
  /** Of ECDSA: the length of each of its two numbers, in bytes. */
  readonly numberBytes?: number;
}

/**
 * Signature algorithms by their names: RFC 8709 (Ed25519), RFC 5656 (ECDSA), RFC 8332 (RSA). RSA
 * with SHA-1 is not among them.
 */
const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map([
  ['ssh-ed25519', { digest: undefined }],
  ['ecdsa-sha2-nistp256', { digest: 'sha256', numberBytes: 32 }],
  ['ecdsa-sha2-nistp384', { digest: 'sha384', numberBytes: 48 }],
  ['ecdsa-sha2-nistp521', { digest: 'sha512', numberBytes: 66 }],
  ['rsa-sha2-256', { digest: 'sha256' }],
  ['rsa-sha2-512', { digest: 'sha512' }],
]);

/** The digest of an algorithm that a key of this type signs by; undefined for any other. */
export function signingDigest(
  algorithm: string,
  keyType: string,
): { readonly digest: string | undefined } | undefined {
  return keyTypeOf(algorithm) === keyType ? ALGORITHMS.get(algorithm) : undefined;
}

/**
 * Signs as SSH does: the bytes behind the name of the algorithm in a signature. Throws where the key
 * does not sign by this algorithm.
 */
export function signature(key: KeyObject, algorithm: string, data: Buffer): Buffer {
  const known = ALGORITHMS.get(algorithm);
  if (!known) throw new Error(`No key signs by ${algorithm}.`);
  if (known.numberBytes === undefined) return sign(known.digest, data, key);
  const both = sign(known.digest, data, { key, dsaEncoding: 'ieee-p1363' });
  const numbers = [both.subarray(0, known.numberBytes), both.subarray(known.numberBytes)];
  return sshStrings(...numbers.map(mpint));
}

/**
 * Whether a whole SSH signature (the name of its algorithm, then its bytes) of `data` was made with
 * the private half of the key in `blob`.
 */
export function isSignedBy(blob: Buffer, data: Buffer, whole: Buffer): boolean {
  const [name, bytes, ...more] = readStrings(whole) ?? [];
  const algorithm = name?.toString('latin1') ?? '';
  const known = ALGORITHMS.get(algorithm);
  if (!known || !bytes || more.length > 0 || keyTypeOf(algorithm) !== blobType(blob)) return false;
  const parsed = ssh2.utils.parseKey(blob);
  if (parsed instanceof Error) return false;
  const key = createPublicKey((parsed as ParsedKey).getPublicPEM());
  if (known.numberBytes === undefined) return verify(known.digest, data, key, bytes);
  const { numberBytes } = known;
  const numbers = readStrings(bytes)?.map((one) => fixed(one, numberBytes));
  if (numbers?.length !== 2) return false;
  return verify(known.digest, data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(numbers));
}

/** RFC 4251 section 5: no zeros in front, but for one where the first bit is set. */
function mpint(number: Buffer): Buffer {
  const start = number.findIndex((byte) => byte !== 0);
  const short = start === -1 ? Buffer.alloc(0) : number.subarray(start);
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short;
}

/** A number of more bytes than it may have is cut, so that the signature is a wrong one. */
function fixed(number: Buffer, bytes: number): Buffer {
  const short = number.subarray(Math.max(0, number.length - bytes));
  return Buffer.concat([Buffer.alloc(bytes - short.length), short]);
}
