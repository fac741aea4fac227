import type { DriverSource } from '../driver.ts';
import { type GivenKeys, readGivenKeys } from './read-given-keys.ts';
import { readToken } from './read-token.ts';

/** Who a driver is at its cloud, and on the machines. */
export interface MachineAccess {
  /** Secret. */
  readonly token: string;
  readonly keys: GivenKeys;
  /** Whether a person has a key of the machines, and not only whoever has the token. */
  readonly hasGivenKey: boolean;
}

/** Reads the token from `variable` (`what` says which token), and the keys. */
export function readMachineAccess(
  source: DriverSource,
  variable: string,
  what: string,
): MachineAccess {
  const token = readToken(source, variable, what);
  const keys = readGivenKeys(source);
  return { token, keys, hasGivenKey: source.read('ssh-private-key').trim() !== '' };
}

/** What to do if a machine of a cloud refuses the login. */
export const OTHER_KEY =
  'The key of a machine comes from the token and the cluster, or is `ssh-private-key`. If either has changed since the machine was made, give the old one, or remove the cluster (`command: down`) first.';
