import { readFile } from 'node:fs/promises';
import type { SshTarget } from '../../ssh/connect.ts';
import { fingerprint, parsePublicKey } from '../../ssh/keys/public-key.ts';
import { USER } from '../cloud/first-login.ts';
import type { Machine } from '../driver.ts';
import { HOST_KEY_LABEL } from '../machine-labels.ts';
import type { FoundCluster } from './records.ts';

/** How a machine of a cluster is entered: by the cluster's key, with its host key pinned. */
export async function sshTarget(
  { places, record }: FoundCluster,
  machine: Machine,
  port: number,
): Promise<SshTarget> {
  const key = parsePublicKey(record.publicKey);
  const text = await readFile(places.key, 'utf8');
  return {
    ...{ name: machine.name, host: machine.address, port, user: USER },
    credentials: { privateKeys: [{ ...key, fingerprint: fingerprint(key), text }] },
    hostKeys: { kind: 'pinned', keys: [machine.labels[HOST_KEY_LABEL] ?? ''] },
  };
}
