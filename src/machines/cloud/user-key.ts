import { createPrivateKey, hkdfSync } from 'node:crypto';
import { ed25519KeyPair } from '../../ssh/keys/generate.ts';
import { type PrivateKey, readPrivateKeys } from '../../ssh/keys/private-key.ts';
import type { Credentials } from '../../ssh/target.ts';

/** Who logs in to the machines of a cluster. */
export interface UserKey {
  readonly credentials: Credentials;
  /** The public halves, a line each, as a machine has to be told them when it is made. */
  readonly authorizedKeys: readonly string[];
}

/** What the key of a cluster is derived from. */
export interface KeyOrigin {
  /** The API token of the cloud. Secret. */
  readonly secret: string;
  /** Id of the repository at GitHub. */
  readonly repository: string;
  readonly cluster: string;
}

/** PKCS#8 of an ed25519 key up to its seed of 32 bytes (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The key of the runs: those of `ssh-private-key` if there are any, else one that each run with the
 * same token derives anew, so that it is stored nowhere. Whoever has the token owns the machines
 * anyway. Throws a `RangeError` for an empty token, from which anybody could derive the key.
 */
export function userKey(given: readonly PrivateKey[], origin: KeyOrigin): UserKey {
  const privateKeys = given.length > 0 ? given : [derivedKey(origin)];
  return {
    credentials: { privateKeys },
    authorizedKeys: privateKeys.map(({ type, blob }) => `${type} ${blob.toString('base64')}`),
  };
}

/** An ed25519 key whose seed is HKDF-SHA256 of the token (RFC 5869). */
function derivedKey({ secret, repository, cluster }: KeyOrigin): PrivateKey {
  if (secret === '') throw new RangeError('No key is derived from an empty token.');
  const seed = Buffer.from(hkdfSync('sha256', secret, repository, `swarm-up user ${cluster}`, 32));
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const [read] = readPrivateKeys(ed25519KeyPair(key, '').privateKey);
  if (!read) throw new Error('A key that was made is read.');
  return read;
}
