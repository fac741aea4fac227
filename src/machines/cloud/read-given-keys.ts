import { ActionError } from '../../base/errors.ts';
import { type PrivateKey, readPrivateKeys } from '../../ssh/keys/private-key.ts';
import type { DriverSource } from '../driver.ts';

/** The keys that were given, none if no input has any. Throws `ActionError` if they cannot be read. */
export type GivenKeys = () => readonly PrivateKey[];

/**
 * The keys of `ssh-private-key`. What is wrong with them is a problem if machines are made; a removal
 * needs no key, so for that it is said only if somebody logs in.
 */
export function readGivenKeys({ read, problem, purpose }: DriverSource): GivenKeys {
  const text = read('ssh-private-key');
  const passphrase = read('ssh-passphrase');
  if (text.trim() === '') return () => [];
  try {
    const keys = readPrivateKeys(text, passphrase === '' ? undefined : passphrase);
    return () => keys;
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (purpose === 'make') {
      problem('ssh-private-key', '***', `${error.message}. ${error.hint ?? ''}`.trim());
    }
    return () => {
      throw error;
    };
  }
}
