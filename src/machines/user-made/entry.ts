import { networkInterfaces } from 'node:os';
import { ActionError } from '../../base/errors.ts';
import type { Argv } from '../../exec/argv.ts';
import type { SshTarget } from '../../ssh/connect.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { readPrivateKeys } from '../../ssh/keys/private-key.ts';
import { type GivenKeys, readGivenKeys } from '../cloud/read-given-keys.ts';
import { refuseIpv6Only } from '../cloud/refuse-ipv6-only.ts';
import type { DriverSource, Machine } from '../driver.ts';
import { PORT_LABEL, USER_LABEL } from '../machine-labels.ts';
import type { Labels } from '../ownership.ts';

/** Who logs in to machines that the user's own tools have made. */
export interface Entry {
  readonly keys: GivenKeys;
  /** Whether the keys are those of `ssh-private-key`, which a later step has, too. */
  readonly hasGivenKey: boolean;
}

/** The keys that were given, else one of this step alone, for a cluster that ends with the job. */
export function readEntry(source: DriverSource): Entry {
  const given = readGivenKeys(source);
  const hasGivenKey = source.read('ssh-private-key').trim() !== '';
  return { keys: hasGivenKey ? given : ownKeys(), hasGivenKey };
}

function ownKeys(): GivenKeys {
  const keys = readPrivateKeys(generateKeyPair('').privateKey);
  return () => keys;
}

/** The public halves, a line each. */
export function authorizedKeys({ keys }: Pick<Entry, 'keys'>): readonly string[] {
  return keys().map(({ type, blob }) => `${type} ${blob.toString('base64')}`);
}

const OTHER_KEY =
  'A machine lets in the `ssh-private-key` of the step that made it. Without one, each step has a key of its own. Give the key that it was made with, or remove the cluster (`command: down`) first.';

/** How a machine with these host keys is reached. Throws `ActionError` if the runner has no IPv6. */
export function targetOf(
  { name, address, labels }: Machine,
  { keys }: Entry,
  hostKeys: readonly string[],
): SshTarget {
  refuseIpv6Only(name, address, networkInterfaces());
  return {
    ...{ name, host: address, port: portOf(labels), user: labels[USER_LABEL] ?? '' },
    credentials: { privateKeys: keys() },
    hostKeys: { kind: 'pinned', keys: hostKeys },
    refusedHint: OTHER_KEY,
  };
}

/** As `Driver.commandOn`. */
export function wayTo({ address, labels }: Pick<Machine, 'address' | 'labels'>): Argv {
  const port = portOf(labels);
  const options = port === 22 ? [] : ['-p', String(port)];
  return ['ssh', ...options, `${labels[USER_LABEL]}@${address}`];
}

function portOf(labels: Labels): number {
  return Number(labels[PORT_LABEL] ?? 22);
}

/** The error of a `ttl` that no later step could move, as it could not log in. */
export function withoutKey(driver: string): ActionError {
  return new ActionError(
    `A cluster with a \`ttl\` needs \`ssh-private-key\` with driver \`${driver}\`.`,
    {
      details: 'Without it, only this step could log in to the machines, and no later one.',
      hint: 'Make a key (ssh-keygen -t ed25519 -N "" -f key), store it as a secret, and give it to each step with that cluster.',
    },
  );
}
